"""Conditions among the equations of notes: w^T w = 1 says what w is like, and what is set to 0 is to be solved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from nnmath.latex.numbers import balls
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.grammar import parse
from nnmath.latex.syntax.names import KnownNames
from nnmath.latex.syntax.tree import has_derivative
from nnmath.notes.document.prose import sets_condition, supposed
from nnmath.notes.readings.alternatives import Readings
from nnmath.notes.readings.where_conditions_hold import fails_where
from nnmath.notes.shapes.runnable import readings_of
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.statements.roles import Role
from nnmath.notes.verdicts.rounds.solved import CONDITION, says_derivative_is_zero

#: Factors that people drop where they set something to 0; with the other sign it is wrong.
_FACTORS = ("2", "4")


@dataclass
class Conditions:
    """What a file says that its symbols are like.

    Attributes
    ----------
    readings : Readings
        The readings of the file.
    """

    readings: Readings

    def __post_init__(self) -> None:
        self.base, self.notes, self.results = self.readings.base, self.readings.notes, self.readings.results

    def doubts(self, i: int) -> Iterator[str]:
        """Yield why a claim may be a condition, or may hold under one."""
        if self._is_condition(i):
            yield "it says what its symbols are like, which nothing else in the notes says"
        if said := self._condition_on(i) or supposed(self.notes.equations[i].statement.before if i >= 0 else ""):
            yield f"it may hold where {said}, which the notes say"
        if factor := factor_of_zero(self.readings, i) if i >= 0 else "":
            yield f"it holds but for the factor {factor}, which says nothing where it is set to 0"
        if said := self._condition_above(i):
            yield f"it does not hold everywhere; it may hold where {said}"

    def of_unknown_case(self, i: int) -> Iterator[str]:
        """Yield the case for which the text means a claim, if it is one of letters that the claim does not have."""
        case = self.notes.equations[i].statement.case if i >= 0 else ""
        first, verb, other = case.partition(" is ")
        if verb and not {first, other.removeprefix("not ")} & trees.names(self.base.unknowns.roles[i].chain):
            yield f"the text means it where {case}, of which it does not speak"

    def _is_condition(self, i: int) -> bool:
        """Whether a claim says that inputs make a constant, as in w^T w = 1."""
        chain, scope = self.base.unknowns.roles[i].chain, self.base.found.model.scope
        constant = [not scope.inputs.keys() & scope.uses(side) for side in chain.sides]
        return (
            any(constant)
            and not all(constant)
            and not self._is_constant(i)
            and not self.readings.is_about_derivatives(i)
            and not self.readings.uses(i) & scope.definitions.keys()
        )

    def _is_constant(self, i: int) -> bool:
        """Whether the left side of a claim has one value at all inputs that are tried."""
        result, model = self.results.get(i), self.base.found.model
        value = str(balls.shown(result.refutation.left, 15)) if result is not None and result.refutation else ""
        if not re.fullmatch(r"-?\d+(\.\d+)?", value):
            return False
        equation, at = model.equations[i], model.equations[i].sides[0].at
        number: tree.Expr = tree.Number(value.lstrip("-"), at=at)
        number = tree.Sum((-1,), (number,), at=at) if value.startswith("-") else number
        sides = (equation.sides[0], number)
        return self.readings.run(model, replace(equation, sides=sides, relations=("=",), texts=("", ""))).ok

    def _condition_on(self, i: int) -> str:
        """Return what the notes say that the symbols of a claim are like, as in w^T w = 1."""
        uses, roles = (
            self.readings.uses(i) & self.base.found.model.scope.inputs.keys(),
            self.base.unknowns.roles,
        )
        found = []
        for number, role in roles.items():
            fails = number != i and number in self.results and not self.results[number].ok and not role.name
            apart = number > i and has_derivative(roles[i].chain) and says_derivative_is_zero(number, roles)
            if trees.of_length_one(role.chain):
                continue  # it was read so, too
            if fails and self._is_condition(number) and not apart and uses & self.readings.uses(number):
                found.append(number)
        if found and not fails_where(self.readings, i, [roles[j].chain for j in found]):
            return " = ".join(roles[found[0]].texts)
        every = self.readings.uses(i)
        said = [one for one in self.notes.conditions
                if (every if one.defines else uses) & one.names and not trees.of_length_one(one.chain)]  # fmt: skip
        like = [one.chain for one in said if not one.defines]
        return said[0].latex if said and (len(like) < len(said) or not fails_where(self.readings, i, like)) else ""

    def _condition_above(self, i: int) -> str:
        """Return what is set to 0 above a claim without derivatives, or is said to be: it may hold there alone."""
        roles = self.base.unknowns.roles
        if i < 0 or any(map(has_derivative, roles[i].chain.sides)):
            return ""
        for j in range(i - 1, -1, -1):
            fails = j in self.results and not self.results[j].ok and not roles[j].name
            if (
                fails
                and self.readings.uses(i) & self.readings.uses(j)
                and any(map(trees.is_zero, roles[j].chain.sides))
            ):
                return f"line {self.notes.equations[j].statement.place.line} is 0"
        said = next(filter(None, (sets_condition(one.statement.before) for one in self.notes.equations[i::-1])), "")
        return f"the condition of the text is met, {said!r}" if said else ""

    def sums_over_all(self, i: int) -> bool:
        r"""Whether a claim that something is 0 is a sum over the very entries that all of it is computed from.

        Nothing is left that could be solved for: ``\sum_i \hat{x}_i = 0`` for a normalized x claims something.
        """
        first, scope = self.base.unknowns.roles[i].chain.sides[0], self.base.found.model.scope
        sums = [node for node in tree.walk(first) if isinstance(node, tree.Reduce)]
        defined = scope.definitions.keys() & trees.names(first)
        if len(sums) != 1 or not defined or has_derivative(first):
            return False
        dims = {scope.definitions[name].shape[0] for name in defined if scope.definitions[name].shape}
        inputs = [scope.inputs[name] for name in self.readings.uses(i) & scope.inputs.keys()]
        return all({*one.shape[:1]} == dims if one.shape else one.domain.low is not None for one in inputs)


def factor_of_zero(readings: Readings, i: int) -> str:
    r"""Return a factor with which a claim would hold whose sides are set to 0, where a factor says nothing."""
    roles, model = readings.base.unknowns.roles, readings.base.found.model
    first, last = roles[i].chain.sides[0], roles[i].chain.sides[-1]
    below = roles[i + 1].chain.sides if i + 1 in roles else ()
    parted = len(below) > 1 and below[0] == last and any(map(trees.is_zero, below[1:]))
    if not parted and not any(one.why == CONDITION for one in readings.notes.equations[i].left_out):
        return ""
    lengths = sorted(readings.base.unknowns.dimensions | {"N", "n", "m"} & trees.names(roles[i].chain))
    for latex in [*_FACTORS, *lengths, *(f"{factor} {name}" for factor in _FACTORS for name in lengths)]:
        factor = parse(latex, KnownNames(frozenset(lengths), frozenset()), last.at)[0].sides[0]
        for sides in ((first, last), (last, first)):
            scaled = tree.Product((tree.Group(factor, at=last.at), tree.Group(sides[1], at=last.at)), at=last.at)
            chain = tree.Chain(("=",), (sides[0], scaled), at=last.at)
            if any(readings.run(model, one).ok for one in readings_of(model, i, Role(chain))):
                return latex
    return ""
