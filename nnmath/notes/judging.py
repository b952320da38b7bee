"""Judging notes: every equation holds, does not hold, or is not judged, for a reason.

An equation is called false only where it is false in every reading that the notes allow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nnmath.latex import run
from nnmath.latex.claims.derivation import Equation
from nnmath.latex.claims.derivation_report import EquationResult
from nnmath.latex.syntax import tree
from nnmath.notes.interpretation import Interpretation, Notes, Reading
from nnmath.notes.model import DependsOnFailed, Quantity
from nnmath.notes.parsing import Parsed
from nnmath.notes.settled import CANDIDATES, GENERIC
from nnmath.notes.source import Annotation, Source

HOLDS, FAILS, NOT_JUDGED = "holds", "does not hold", "not judged"


@dataclass(frozen=True)
class Verdict:
    """The verdict on one equation.

    Attributes
    ----------
    parsed : Parsed
        The equation.
    state : str
        `HOLDS`, `FAILS` or `NOT_JUDGED`.
    reason : str
        Why it is not judged, and what would let it be judged; or in which reading it holds.
    defines : str
        What it defines; empty for a claim.
    result : EquationResult or None
        The numbers.
    """

    parsed: Parsed
    state: str
    reason: str = ""
    defines: str = ""
    result: EquationResult | None = None


@dataclass(frozen=True)
class Judged:
    """The verdicts on all equations of a file, and the shapes that its symbols were found to have."""

    verdicts: list[Verdict]
    shapes: dict[str, Quantity]


def judged(source: Source, symbols: Sequence[Annotation] = (), examples: int = 12, seed: int = 0) -> Judged:
    """Judge all equations of a file."""
    notes = Notes.of(source, symbols)
    return _Judge(notes, examples, seed).judged()


class _Judge:
    def __init__(self, notes: Notes, examples: int, seed: int) -> None:
        self.notes = notes
        self.examples = examples
        self.seed = seed
        self.base = notes.interpreted()

    def judged(self) -> Judged:
        results = self._run(self.base, [one for _, one in sorted(self.base.found.model.equations.items())])
        verdicts = [self._verdict(i, one, results.get(i)) for i, one in enumerate(self.notes.equations)]
        return Judged(verdicts, self.base.found.quantities)

    def _run(self, here: Interpretation, equations: Iterable[Equation]) -> dict[int, EquationResult]:
        derivation = here.found.model.derivation(self.notes.path, equations)
        if not derivation.equations:
            return {}
        return {int(one.equation.block.tag): one for one in run(derivation, self.examples, self.seed).results}

    def _verdict(self, i: int, one: Parsed, result: EquationResult | None) -> Verdict:
        if one.chain is None:
            return Verdict(one, NOT_JUDGED, one.problem)
        role = self.base.unknowns.roles[i]
        if result is not None and result.ok:
            return Verdict(one, HOLDS, "", role.name, result)
        for reading, where in self._readings(i):
            other = self._in(reading, i)
            if other is not None and other.ok:
                return Verdict(one, HOLDS, where, role.name, other)
        if result is None:
            return Verdict(one, NOT_JUDGED, self._problem(i), role.name)
        if role.name:
            return Verdict(one, NOT_JUDGED, "what it defines has no value at the inputs that were tried", role.name)
        return self._failed(i, one, result)

    def _failed(self, i: int, one: Parsed, result: EquationResult) -> Verdict:
        refutation = result.refutation
        assert refutation is not None
        if refutation.left is None:
            return Verdict(one, NOT_JUDGED, refutation.reason)
        sides = self.base.unknowns.roles[i].chain.sides
        if any(isinstance(side, tree.Number) and side.text == "0" for side in sides[1:]):
            return Verdict(one, NOT_JUDGED, "it is not 0 everywhere; it is taken for a condition that is to be solved")
        return Verdict(one, FAILS, "", "", result)

    def _readings(self, i: int) -> Iterator[tuple[Reading, str]]:
        """Yield the other readings of an equation that the notes allow."""
        scope = self.base.found.model.scope
        used = set().union(*(scope.uses(side) for side in self.base.unknowns.roles[i].chain.sides))
        functions = sorted(used & self.base.undefined & self.notes.how.functions)
        for candidate in CANDIDATES if functions else ():
            if candidate != GENERIC:
                yield Reading(functions=candidate), f"where {functions[0]} is {candidate}"

    def _in(self, reading: Reading, i: int) -> EquationResult | None:
        other = self.notes.interpreted(reading)
        equation = other.found.model.equations.get(i)
        return self._run(other, [equation])[i] if equation else None

    def _problem(self, i: int) -> str:
        error = self.base.found.model.problems[i]
        if isinstance(error, DependsOnFailed):
            return error.problem
        return f"{error.problem}"
