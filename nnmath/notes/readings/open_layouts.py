"""The layouts of derivatives in which a claim may hold: those that the file has not settled otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from nnmath.latex.claims.derivation import Equation
from nnmath.latex.semantics.check import ShapeCheck
from nnmath.latex.syntax import tree
from nnmath.notes.readings.interpretation import Interpretation
from nnmath.notes.readings.runs import Runs
from nnmath.notes.shapes.layouts import OTHER_LAYOUTS, Layout, differentiates_row, laid_out
from nnmath.notes.shapes.runnable import readings_of
from nnmath.notes.syntax.statements.roles import Role


@dataclass
class OpenLayouts:
    """The layouts that a file leaves open.

    Attributes
    ----------
    runs : Runs
        The file, and what came of its equations.
    """

    runs: Runs

    def of(self, i: int, meant: Interpretation, role: Role) -> Iterator[tuple[str, Equation]]:
        """Yield what an equation says, as it is meant, in the layouts that the file has not settled otherwise.

        Equations about columns settle nothing for the derivative of a row.
        """
        settled = self._settled
        if differentiates_row(role.chain, ShapeCheck(meant.found.model.scope)):
            settled = settled._replace(jacobians=False)
        for layout in OTHER_LAYOUTS:
            if not any(other and fixed for other, fixed in zip(layout, settled, strict=True)):
                yield from ((str(layout), equation) for equation in _laid_out(i, layout, meant, role))

    def as_rows(self, i: int) -> bool:
        r"""Whether a claim says outright that gradients are rows, ``(z - y)^T``, and holds for rows; others may not."""
        meant = self.runs.base
        rows = (isinstance(side, tree.Call) and side.function == tree.TRANSPOSE
                for side in meant.unknowns.roles[i].chain.sides[1:])  # fmt: skip
        equations = _laid_out(i, Layout(gradients=True), meant, meant.unknowns.roles[i]) if any(rows) else ()
        return any(self.runs.run(meant.found.model, one).ok for one in equations)

    @cached_property
    def _settled(self) -> Layout:
        """Which layouts the file has settled: an equation holds in it, and not in the other one."""
        found = dict.fromkeys(OTHER_LAYOUTS[:3], False)
        model = self.runs.base.found.model
        for i, result in self.runs.results.items():
            if not result.ok or self.runs.base.unknowns.roles[i].name:
                continue
            chain = self.runs.base.unknowns.roles[i].chain
            for layout in found if not differentiates_row(chain, ShapeCheck(model.scope)) else ():
                if not found[layout] and laid_out(chain, ShapeCheck(model.scope), layout) != chain:
                    others = _laid_out(i, layout, self.runs.base, self.runs.base.unknowns.roles[i])
                    found[layout] = not any(self.runs.run(model, other).ok for other in others)
        found[Layout(gradients=True)] |= self._multiplies_columns
        gradients, matrices, jacobians = (any(found[one] and one[k] for one in found) for k in range(3))
        return Layout(gradients, gradients or matrices, jacobians)  # where those by vectors are columns, none is turned

    @property
    def _multiplies_columns(self) -> bool:
        """Whether a claim that holds has a gradient by a vector, δ, behind a matrix: there it is a column."""
        roles, model = self.runs.base.unknowns.roles, self.runs.base.found.model
        columns = {role.name for role in roles.values() if role.name and isinstance(role.chain.sides[1], tree.Partial)
                   and tree.base_name(role.chain.sides[1].top) in model.losses}  # fmt: skip
        claims = (roles[i].chain for i, result in self.runs.results.items() if result.ok and not roles[i].name)
        products = (node for chain in claims for node in tree.walk(chain) if isinstance(node, tree.Product))
        return any(tree.base_name(one) in columns for node in products for one in node.factors[1:])


def _laid_out(i: int, layout: Layout, meant: Interpretation, role: Role) -> Iterable[Equation]:
    model = meant.found.model
    chain = laid_out(role.chain, ShapeCheck(model.scope, found=dict(model.found)), layout)
    return [] if chain == role.chain else readings_of(model, i, replace(role, chain=chain))
