"""Claims that fail, and may be right: for numbers, at another point, or computed from rounded numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import has_derivative
from nnmath.notes.readings.alternatives import Readings
from nnmath.notes.readings.interpretation import Interpretation
from nnmath.notes.readings.reading import Reading
from nnmath.notes.readings.rounded import is_of_numbers, with_rounded_twice
from nnmath.notes.syntax.statements.roles import equation_of


@dataclass
class ValuesInNumbers:
    """What claims of a file say in numbers.

    Attributes
    ----------
    base : Interpretation
        The file in its first reading.
    readings : Readings
        The others.
    """

    base: Interpretation
    readings: Readings

    def of(self, i: int) -> Iterator[str]:
        """Yield why a claim that fails may be right."""
        if name := self._given_below(i):
            yield f"{name} is given its value further down; these numbers may be those for another one"
        if self._is_at_a_point(i):
            yield "these are the numbers at one point, and nothing that was read says at which"
        if self._is_computed_from_rounded(i):
            yield "the last digits differ, as they do where what is computed with was rounded before"
        if names := self._layers_of_one_neuron(i):
            yield f"it holds where {' and '.join(names)} of a layer are single numbers, and not for arrays"

    def _layers_of_one_neuron(self, i: int) -> list[str]:
        """Return the weights of layers for which a derivative holds as numbers, in a file that speaks of no arrays."""
        free, ranks, roles = self.base.unknowns.free, self.base.found.ranks, self.base.unknowns.roles
        names = sorted(name for name in self.base.uses(i) & free.keys() if ranks[name] > min(free[name]) > 0)
        by = {tree.base_name(one.bottom) for one in tree.walk(roles[i].chain) if isinstance(one, tree.Partial)}
        if not by & {*names} or any(_is_of_arrays(one) for role in roles.values() for one in tree.walk(role.chain)):
            return []
        model = self.readings.notes.interpreted(Reading(numbers=frozenset(names))).found.model
        return names if i in model.equations and self.readings.run(model, model.equations[i]).ok else []

    def _given_below(self, i: int) -> str:
        """Return what a claim with numbers for a side depends on, and what is set to numbers below it."""
        roles = self.base.unknowns.roles
        below = {role.name for number, role in roles.items()
                 if role.name and equation_of(number) > i and is_of_numbers(role.chain.sides[1])}  # fmt: skip
        return min(below & self.base.uses(i), default="") if self._is_of_numbers(i) else ""

    def _is_at_a_point(self, i: int) -> bool:
        """Whether a claim says that a derivative by what has no value is an array of numbers."""
        chain, scope = self.base.unknowns.roles[i].chain, self.base.found.model.scope
        arrays = any(isinstance(node, tree.Matrix) for side in chain.sides[1:] for node in tree.walk(side))
        free = scope.inputs.keys() & self.base.uses(i)
        return arrays and self._is_of_numbers(i) and has_derivative(chain) and bool(free)

    def _is_of_numbers(self, i: int) -> bool:
        """Whether a claim says that something is a number, or an array of numbers."""
        left, *others = self.base.unknowns.roles[i].chain.sides
        return not is_of_numbers(left) and any(map(is_of_numbers, others))

    def _is_computed_from_rounded(self, i: int) -> bool:
        """Whether the decimals of a claim are near to what they would be, but for the last digit."""
        model = self.base.found.model
        if i not in model.equations or (near := with_rounded_twice(model.equations[i])) == model.equations[i]:
            return False
        return self.readings.run(model, near).ok


def _is_of_arrays(node: tree.Expr) -> bool:
    """Whether something is transposed, or multiplied entry by entry."""
    return isinstance(node, tree.Hadamard) or (isinstance(node, tree.Call) and node.function == tree.TRANSPOSE)
