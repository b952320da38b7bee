"""What the functions of a claim may be that the notes use and do not define: one that the field knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from nnmath.latex.syntax import tree
from nnmath.notes.readings.options import Option
from nnmath.notes.readings.reading import Reading
from nnmath.notes.readings.runs import Runs
from nnmath.notes.syntax.functions.undefined_functions import CANDIDATES, GENERIC, IDENTITY, SMOOTH


@dataclass
class FunctionsMeant:
    """What the functions of a file may be.

    Attributes
    ----------
    runs : Runs
        The file, and what came of its equations.
    """

    runs: Runs

    def of(self, i: int) -> Iterator[Option]:
        """Yield what the functions of a claim that the notes do not define may be."""
        functions = sorted(self.runs.uses(i) & self.runs.base.undefined & self.runs.notes.how.functions)
        for candidate in CANDIDATES if functions else ():
            if candidate == GENERIC or (candidate == IDENTITY and not self.runs.notes.mentions_linear):
                continue
            if candidate not in SMOOTH and self._speaks_of_slopes_alone(i):
                continue
            if self._suits_others(candidate, i):
                several = functions if len(functions) > 1 else []
                if not several or not self._names_a_function(i):
                    yield f"{functions[0]} is {candidate}", {"functions": candidate}
                for name in several:
                    yield f"{name} is {candidate}", {"functions": candidate, "function": name}

    def _names_a_function(self, i: int) -> bool:
        """Whether a function without a definition stands in a claim by its name: it is not the same as another one."""
        nodes = tree.walk(self.runs.base.unknowns.roles[i].chain)
        return any(isinstance(node, tree.Call) and node.function in self.runs.base.undefined for node in nodes)

    def _speaks_of_slopes_alone(self, i: int) -> bool:
        """Whether the slope of a function without a definition is written f' throughout, and nowhere as what it is.

        Such a claim is one for every function: f'(a) in place of f'(z) is a mistake, although ReLU does not show it.
        """
        sides = self.runs.base.unknowns.roles[i].chain.sides
        primed = [any(isinstance(node, tree.Call) and node.primes and node.function in self.runs.base.undefined
                      for node in tree.walk(side)) for side in sides]  # fmt: skip
        return any(primed) and all(has or isinstance(side, (tree.Partial, tree.Name, tree.Element))
                                   for has, side in zip(primed, sides, strict=True))  # fmt: skip

    def _suits_others(self, candidate: str, i: int) -> bool:
        """Whether a function suits the other claims of a file as well as any other one does: a file has one of them."""
        held = {one: len(claims - {i}) for one, claims in self._held_with.items()}
        return held[candidate] == max(held.values())

    @cached_property
    def _held_with(self) -> dict[str, set[int]]:
        """Which of the claims that do not hold for any function hold for one that the field knows."""
        functions = self.runs.base.undefined & self.runs.notes.how.functions
        claims = [i for i, one in self.runs.results.items() if not one.ok and functions & self.runs.uses(i)
                  and not self.runs.base.unknowns.roles[i].name]  # fmt: skip
        found: dict[str, set[int]] = {candidate: set() for candidate in CANDIDATES}
        for candidate in CANDIDATES if len(claims) > 1 else ():
            model = self.runs.notes.interpreted(Reading(functions=candidate)).found.model
            found[candidate] = {i for i in claims if i in model.equations and self.runs.not_by_chance(model, i).ok}
        return found
