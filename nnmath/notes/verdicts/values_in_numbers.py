"""Claims with numbers on a side that fail: numbers at another point, or computed from rounded ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import has_derivative
from nnmath.notes.readings.alternatives import Readings
from nnmath.notes.readings.interpretation import Interpretation
from nnmath.notes.readings.rounded import is_of_numbers, with_rounded_twice
from nnmath.notes.syntax.roles import equation_of


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
