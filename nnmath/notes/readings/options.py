"""What the symbols and letters of a claim may be that the notes do not say: probabilities, rows of a matrix, names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from nnmath.latex.semantics.check import ShapeCheck
from nnmath.latex.syntax import tree
from nnmath.notes.document.constraints import MOST_DIMENSIONS, POSITIVE_DEFINITE
from nnmath.notes.notation.layers.layers_left_out import weights_of_layers
from nnmath.notes.notation.names.one_length import other_names
from nnmath.notes.notation.names.symmetric import symmetric_by_convention
from nnmath.notes.notation.probability.squares import of_either_sign
from nnmath.notes.notation.sums.design_matrices import COLUMNS, ROWS
from nnmath.notes.readings.interpretation import Interpretation
from nnmath.notes.readings.notes import Notes
from nnmath.notes.shapes.fitting import INNER, Fitting
from nnmath.notes.shapes.losses import squares_of_columns
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.laws.named_densities import is_table, written

#: Symbols that scales have, which are positive as a rule.
_SCALE = re.compile(r"\\(?:sigma|tau|lambda)(?![a-z])|[sT](?![A-Za-z])")

_SYMMETRIC = frozenset(["symmetric", POSITIVE_DEFINITE])

#: How something may be meant, in words, and what of a reading that changes.
Option = tuple[str, dict[str, Any]]


@dataclass
class Options:
    """What claims of a file may be about.

    Attributes
    ----------
    notes : Notes
        The file.
    base : Interpretation
        Its first reading.
    """

    notes: Notes
    base: Interpretation

    def domains(self, i: int) -> Iterator[Option]:
        """Yield what the symbols of a claim may be: probabilities, positive, symmetric and positive definite."""
        unknowns, uses, quantities = self.base.unknowns, self.base.uses(i), self.base.found.quantities
        unsaid = uses & (unknowns.free.keys() | unknowns.given.keys()) - unknowns.domains.keys()
        tables = {*filter(is_table, uses & unknowns.free.keys())}
        if found := frozenset(name for name in self._weights & unsaid | tables if quantities[name].dims):
            yield f"{', '.join(map(written, sorted(found)))} are probabilities", {"distributions": found}
        if one_hot := self.one_hot(i):
            yield f"{', '.join(sorted(one_hot))} is one-hot", {"one_hot": one_hot}
        says_length = trees.of_length_one(self.base.unknowns.roles[i].chain)
        if (unit := self._of_length_one & unsaid) and not says_length:
            yield f"{', '.join(map(written, sorted(unit)))} has length 1", {"unit": frozenset(unit)}
        if found := frozenset(name for name in unsaid if _SCALE.match(name)):
            yield f"{', '.join(sorted(found))} > 0", {"positive": found}
        square = frozenset(name for name in uses & quantities.keys()
                           if len(dims := quantities[name].dims) in (2, 3) and dims[-1] == dims[-2])  # fmt: skip
        definitions = self.base.found.model.scope.definitions
        square |= {name for name in uses & self.base.undefined & definitions.keys() if definitions[name].shape[1:]}
        if not self.notes.mentions_symmetry:
            chains = self.notes.chains.values()
            square &= symmetric_by_convention(chains) | {trees.said_symmetric(one) for one in chains}
        if square:
            yield f"{', '.join(sorted(square))} is symmetric", {"symmetric": square}
        said = {name for name, one in self.notes.declared if one.constraint in _SYMMETRIC}
        by = trees.differentiated_by([self.base.unknowns.roles[i].chain]) & (square | said)
        if by:
            how = f"{', '.join(sorted(by))} is symmetric, and both of its entries that are equal change at once"
            yield how, {"symmetric": square, "both": frozenset(by)}

    @cached_property
    def _of_length_one(self) -> set[str]:
        """The vectors of which the notes say that their length is 1."""
        said = [role.chain for role in self.base.unknowns.roles.values() if not role.name]
        return {trees.of_length_one(one) for one in (*said, *(each.chain for each in self.notes.conditions))} - {""}

    def one_hot(self, i: int) -> frozenset[str]:
        """Return the weights of logarithms in a claim, if the text speaks of one-hot vectors."""
        quantities = self.base.found.quantities
        said = {name for name, one in self.notes.declared if one.constraint or one.domain}
        weights = self._weights & self.base.uses(i) & quantities.keys() - said if self.notes.mentions_one_hot else set()
        return frozenset(name for name in weights if 1 <= len(quantities[name].dims) <= MOST_DIMENSIONS)

    @cached_property
    def _weights(self) -> set[str]:
        """The symbols that the factors of logarithms are made of, targets as a rule."""
        roles = self.base.unknowns.roles.values()
        weights = {name for role in roles for node in tree.walk(role.chain)
                   if isinstance(node, tree.Product) and any(map(_is_log, node.factors))
                   for factor in node.factors if not any(map(_is_log, tree.walk(factor)))
                   for name in trees.names(factor)}  # fmt: skip
        made_of = [trees.names(role.chain.sides[1]) for role in roles if role.name in weights]
        return weights.union(*made_of)

    def parts(self, i: int) -> Iterator[Option]:
        """Yield what letters may have to do with each other: x_n as the rows of X, u_o as a name."""
        matrices = self.notes.matrices
        pairs = {x: matrix for x, matrix in matrices.rows.items() if {x, matrix} & self.base.uses(i)}
        pairs |= {x: matrix for matrix, x in matrices.stacks.items() if x in self.base.uses(i)}
        for lie in (ROWS, COLUMNS) if pairs else ():
            said = ", ".join(f"{x} are the {lie} of {matrix}" for x, matrix in sorted(pairs.items()))
            yield said, {"parts": lie}
        if squares := frozenset(self._squares(i)):
            yield "squares of columns are their squared norms", {"norms": squares}
        if inner := frozenset(self._inner_products(i)):
            yield "products of columns are inner products", {"inner": inner}
        if roots := frozenset(self._of_either_sign & self.base.uses(i)):
            yield f"{', '.join(sorted(roots))} has the other sign", {"roots": roots}
        if every := self.notes.alone:
            yield f"{', '.join(sorted(every))} without an index is one example", {"one_example": True}
        if numbers := sorted(self.notes.of_one_value & self.base.uses(i)):
            yield f"{', '.join(numbers)} has one number as its value", {"one_value": True}
        for k, name in enumerate(self.notes.constants.variables.get(i, [])[1:], 1):
            yield f"the constant does not depend on {name}", {"variable": k}
        if single := frozenset(self._single(i)):
            yield f"{', '.join(sorted(single))} is one number", {"numbers": single}
        if numbered := sorted(self.notes.numbered & self.base.uses(i)):
            yield f"{', '.join(numbered)} with a number below is another quantity", {"apart": True}
        if weights := weights_of_layers(self.notes.chains.values()):
            yield f"every layer has its own {', '.join(sorted(weights))}", {"layered": weights}
        for one, other in self._same_lengths(i):
            yield f"{one} and {other} are one length", {"lengths": ((one, other),)}
        if labels := self.notes.labels:
            yield f"what stands below letters, {', '.join(sorted(labels))}, is part of a name", {"named": True}

    def _same_lengths(self, i: int) -> list[tuple[str, str]]:
        """Return names of lengths that may be the same as definitions and a claim say, where equations do not fit."""
        roles = self.base.unknowns.roles
        said = [role.chain for j, role in roles.items() if j == i or role.name]
        return sorted({*other_names(said)}) if self.base.found.model.problems else []

    @cached_property
    def _of_either_sign(self) -> set[str]:
        """The quantities that equations give by squares."""
        chains, written = self.notes.chains, self.notes.equations
        return {of_either_sign(written[i].chain, chains[i]) for i in chains if i >= 0} - {""}

    def _single(self, i: int) -> set[str]:
        """Return the biases by which a claim differentiates that does not fit: those of one unit are numbers."""
        roles, found = self.base.unknowns.roles, self.base.found
        bodies = [role.chain.sides[1] for role in roles.values() if role.name]
        added = {tree.base_name(one) for body in bodies if isinstance(body, tree.Sum) for one in body.terms}
        by = {tree.base_name(node.bottom) for node in tree.walk(roles[i].chain) if isinstance(node, tree.Partial)}
        unsaid = {name for name, ranks in self.base.unknowns.free.items() if 0 in ranks and found.ranks.get(name)}
        said = {name for name, _ in self.notes.declared}
        return by & added & unsaid - said if i in found.model.problems else set()

    def _squares(self, i: int) -> Iterator[tree.Power]:
        """Yield the squares of columns in the definitions of what is differentiated in a claim."""
        roles, model = self.base.unknowns.roles, self.base.found.model
        tops = [node.top for node in tree.walk(roles[i].chain) if isinstance(node, tree.Partial)]
        names = {*self.base.uses(i)}.union(*map(trees.names, tops))
        for role in roles.values() if tops else ():
            if role.name in names:
                yield from squares_of_columns(role.chain.sides[1], ShapeCheck(model.scope, found=dict(model.found)))

    def _inner_products(self, i: int) -> Iterator[tuple[tree.Expr, tree.Expr]]:
        """Yield what definitions say that a claim uses and that multiply columns entry by entry, and the other way."""
        roles, model, uses = self.base.unknowns.roles, self.base.found.model, self.base.uses(i)
        for number in model.meanings.keys() & {number for number, role in roles.items() if role.name in uses}:
            body = roles[number].chain.sides[1]
            fitting = Fitting(ShapeCheck(model.scope, found=dict(model.found)), INNER, model.rows)
            other = fitting.fitted(body)
            if fitting.shape(other) is not None and other not in (body, model.equations[number].sides[1]):
                yield body, other


def _is_log(node: tree.Expr) -> bool:
    r"""Whether an expression is a logarithm, or an entry of one, (\log p)_k."""
    node = node.array if isinstance(node, tree.Element) else node
    node = node.inner if isinstance(node, tree.Group) else node
    return isinstance(node, tree.Call) and node.function in ("log", "log10")
