"""What comes of a claim in the other readings that notes allow: layouts, functions, probabilities, conditions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

from nnmath.latex import Place, run
from nnmath.latex.claims.derivation import Equation
from nnmath.latex.claims.derivation_report import EquationResult
from nnmath.latex.claims.running import MOST_WORK
from nnmath.latex.semantics.check import ShapeCheck
from nnmath.latex.syntax import tree
from nnmath.notes.design_matrices import COLUMNS, ROWS
from nnmath.notes.interpretation import Interpretation, Notes, Reading
from nnmath.notes.layouts import OTHER_LAYOUTS, Layout, laid_out, with_local_derivatives
from nnmath.notes.model import Model
from nnmath.notes.runnable import readings_of
from nnmath.notes.settled import CANDIDATES, GENERIC, IDENTITY

#: How many operations one equation may take in one reading.
MOST_WORK_FOR_READING = MOST_WORK / 8


@dataclass
class Readings:
    """The readings of a file of notes beside the first one.

    Attributes
    ----------
    notes : Notes
        The file.
    base : Interpretation
        Its first reading.
    examples, seed : int
        How many examples each equation is judged for, and what chooses them.
    results : dict
        What came of the equations in the first reading.
    """

    notes: Notes
    base: Interpretation
    examples: int
    seed: int
    results: dict[int, EquationResult]

    def run(self, model: Model, equation: Equation, simplest: bool = False) -> EquationResult:
        """Run one equation, if wanted until the simplest inputs are found at which it does not hold."""
        derivation = model.derivation(self.notes.path, [equation])
        work = MOST_WORK_FOR_READING * (2 if simplest else 1)
        return run(derivation, self.examples, self.seed, shrink=simplest, work=work, total=False).results[0]

    def of(self, i: int) -> Iterator[tuple[str, EquationResult]]:
        """Yield what comes of a claim in the other readings that the notes allow."""
        model = self.base.found.model
        for other in model.meanings.get(i, [])[1:]:
            yield "", self.run(model, other)
        for layout in OTHER_LAYOUTS:
            if not any(other and settled for other, settled in zip(layout, self._settled, strict=True)):
                for equation in self._laid_out(i, layout):
                    yield str(layout), self.run(model, equation)
        yield from self._other_functions(i)
        yield from self._as_probabilities(i)
        yield from self._as_symmetric(i)
        yield from self._as_parts(i)
        yield from self._as_local(i)

    def _laid_out(self, i: int, layout: Layout) -> list[Equation]:
        role, model = self.base.unknowns.roles[i], self.base.found.model
        chain = laid_out(role.chain, ShapeCheck(model.scope, found=dict(model.found)), layout)
        return [] if chain == role.chain else readings_of(model, i, replace(role, chain=chain))

    @cached_property
    def _settled(self) -> Layout:
        """Which layouts the file has settled: an equation holds in it, and not in the other one."""
        found = dict.fromkeys(OTHER_LAYOUTS[:3], False)
        model = self.base.found.model
        for i, result in self.results.items():
            if not result.ok or self.base.unknowns.roles[i].name:
                continue
            for layout in found:
                chain = self.base.unknowns.roles[i].chain
                if not found[layout] and laid_out(chain, ShapeCheck(model.scope), layout) != chain:
                    others = self._laid_out(i, layout)
                    found[layout] = not any(self.run(model, other).ok for other in others)
        gradients, matrices, jacobians = (any(found[one] and one[k] for one in found) for k in range(3))
        return Layout(gradients, gradients or matrices, jacobians)  # where those by vectors are columns, none is turned

    def _other_functions(self, i: int) -> Iterator[tuple[str, EquationResult]]:
        functions = sorted(self.uses(i) & self.base.undefined & self.notes.how.functions)
        primed = any(isinstance(node, tree.Call) and node.primes and node.function in self.base.undefined
                     for role in self.base.unknowns.roles.values() for node in tree.walk(role.chain))  # fmt: skip
        for candidate in CANDIDATES if functions else ():
            if primed and candidate == IDENTITY:
                continue  # whose derivative nobody would write
            model = self.notes.interpreted(Reading(functions=candidate)).found.model
            if candidate != GENERIC and i in model.equations:
                yield f"where {functions[0]} is {candidate}", self.run(model, model.equations[i])

    def _as_probabilities(self, i: int) -> Iterator[tuple[str, EquationResult]]:
        """Yield what comes of a claim where what logarithms are multiplied by are probabilities, as targets are."""
        weights = {tree.base_name(factor.arguments[0] if isinstance(factor, tree.Call) else factor)
                   for role in self.base.unknowns.roles.values() for node in tree.walk(role.chain)
                   if isinstance(node, tree.Product) and any(_is_log(factor) for factor in node.factors)
                   for factor in node.factors if isinstance(factor, tree.Expr) and not _is_log(factor)}  # fmt: skip
        unsaid = weights & self.uses(i) & self.base.unknowns.free.keys() - self.base.unknowns.domains.keys()
        found = frozenset(name for name in unsaid if self.base.found.ranks[name])
        if found:
            model = self.notes.interpreted(Reading(distributions=found)).found.model
            if i in model.equations:
                yield f"where {', '.join(sorted(found))} are probabilities", self.run(model, model.equations[i])

    def _as_symmetric(self, i: int) -> Iterator[tuple[str, EquationResult]]:
        """Yield what comes of a claim where its square matrices are symmetric, if the notes speak of such."""
        quantities = self.base.found.quantities
        square = [name for name in self.uses(i) & quantities.keys()
                  if len(dims := quantities[name].dims) == 2 and dims[0] == dims[1]]  # fmt: skip
        if self.notes.mentions_symmetry and square:
            model = self.notes.interpreted(Reading(symmetric=frozenset(square))).found.model
            if i in model.equations:
                yield f"where {', '.join(sorted(square))} is symmetric", self.run(model, model.equations[i])

    def _as_parts(self, i: int) -> Iterator[tuple[str, EquationResult]]:
        """Yield what comes of a claim where x_n are the rows of X, or its columns."""
        pairs = {x: matrix for x, matrix in self.notes.matrices.items() if {x, matrix} & self.uses(i)}
        for lie in (ROWS, COLUMNS) if pairs else ():
            model = self.notes.interpreted(Reading(parts=lie)).found.model
            if i in model.equations:
                said = ", ".join(f"{x} are the {lie} of {matrix}" for x, matrix in sorted(pairs.items()))
                yield f"where {said}", self.run(model, model.equations[i])

    def _as_local(self, i: int) -> Iterator[tuple[str, EquationResult]]:
        """Yield what comes of a claim where derivatives are local ones: what else a quantity is made of is held."""
        role, model = self.base.unknowns.roles[i], self.base.found.model
        chain = with_local_derivatives(role.chain, model.scope)
        for equation in readings_of(model, i, replace(role, chain=chain)) if chain != role.chain else ():
            yield "where derivatives are local: other quantities that are defined are held", self.run(model, equation)

    def uses(self, i: int) -> frozenset[str]:
        scope = self.base.found.model.scope
        return frozenset().union(*(scope.uses(side) for side in self.base.unknowns.roles[i].chain.sides))

    def conditions(self, i: int) -> Iterator[str]:
        """Yield under which condition on its indices a claim holds that does not hold for all: equal ones, or not."""
        role, model = self.base.unknowns.roles[i], self.base.found.model
        free = model.equations[i].ranges.free
        labels = {name: one.domain.classes for name, one in model.scope.inputs.items()
                  if one.domain.kind == "labels" and not one.shape and name in self.uses(i)}  # fmt: skip
        compared = {side.name for node in tree.walk(role.chain) if isinstance(node, tree.Compare)
                    for side in node.sides if isinstance(side, tree.Name)}  # fmt: skip
        if compared & {*free, *labels}:
            return  # it says itself what depends on its indices
        for one, other in combinations(sorted({**free, **labels}.items()), 2):
            if one[1] == other[1]:
                for relation, sign in (("≠", "is not"), ("=", "is")):
                    where = tree.Compare((relation,), _letters(one[0], other[0], role.chain.at), at=role.chain.at)
                    sides = (
                        tree.Product((where, tree.Group(side, at=side.at)), at=side.at) for side in role.chain.sides
                    )
                    chain = replace(role.chain, sides=tuple(sides))
                    for equation in readings_of(model, i, replace(role, chain=chain)):
                        if self.run(model, equation).ok:
                            yield f"{one[0]} {sign} {other[0]}"


def _is_log(node: tree.Expr) -> bool:
    return isinstance(node, tree.Call) and node.function in ("log", "log10")


def _letters(one: str, other: str, at: Place) -> tuple[tree.Name, tree.Name]:
    return tree.Name(one, at=at), tree.Name(other, at=at)
