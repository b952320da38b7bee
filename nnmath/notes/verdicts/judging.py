"""Judging notes: every equation holds, does not hold, or is not judged, for a reason.

An equation is called false only where it is false in every reading that the notes allow, and a slip of the pen explains
it or nothing in it was guessed. A file is judged again where the first time teaches something of it; this module says
what, and `EquationVerdicts` what becomes of each equation.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial

from nnmath.latex import run
from nnmath.latex.claims.derivation_report import EquationResult
from nnmath.latex.examples import DEFAULT_EXAMPLES
from nnmath.notes.document.parts import parts
from nnmath.notes.document.source import Annotation, Source
from nnmath.notes.readings.alternatives import Readings
from nnmath.notes.readings.notes import Notes
from nnmath.notes.readings.runs import FEWEST
from nnmath.notes.syntax.parsing import Parsed
from nnmath.notes.verdicts.as_written import as_written
from nnmath.notes.verdicts.equation_verdicts import EquationVerdicts
from nnmath.notes.verdicts.plausibility import plausible
from nnmath.notes.verdicts.rounds.learned import learned
from nnmath.notes.verdicts.rounds.solved import claims_of_derivatives_by, predictions, solved_for, without_solutions
from nnmath.notes.verdicts.slips.wrong_definitions import wrong_definitions
from nnmath.notes.verdicts.verdict import FAILS, HOLDS, NOT_JUDGED, Judged, Verdict

#: Takes the verdicts so far, and the line of the equation that is judged now.
Look = Callable[[Judged, int], None]

#: Why an equation has no verdict when the time is up, and why one has none that did not hold until then.
TIME_WAS_UP = "the time was up before it was judged; --seconds 600 gives it ten minutes"
NOT_ALL_WAS_TRIED = "it does not hold as it was read; the time was up before all other readings were tried"


def judged(
    source: Source,
    symbols: Sequence[Annotation] = (),
    examples: int = DEFAULT_EXAMPLES,
    seed: int = 0,
    on_look: Look = lambda judged, line: None,
) -> Judged:
    """Judge all equations of a file, each part by itself; `on_look` is told before each equation."""
    every: list[Judged] = []
    for part in parts(source):
        every.append(_judged(part, symbols, examples, seed, partial(_told, on_look, list(every))))
    return _together(every)


def _told(on_look: Look, before: list[Judged], now: Judged, line: int) -> None:
    on_look(_together([*before, now]), line)


def _together(every: Sequence[Judged]) -> Judged:
    shapes = {name: one for part in reversed(every) for name, one in part.shapes.items()}
    return Judged([one for part in every for one in part.verdicts], shapes)


def _judged(part: Source, symbols: Sequence[Annotation], examples: int, seed: int, on_look: Look) -> Judged:
    """Judge a part; again without the definitions of its text, where these make what is claimed 0 on both sides.

    The text says that "we fit y = m x + b", and y - m x - b is no 0 for that. Once more with what is `learned`. What
    claims say of a derivative by what is solved for, or of a loss of predictions, is judged without the equations that
    give these.
    """
    judge = _Round(Notes.of(part, symbols), examples, seed)
    found = judge.judged(on_look)
    if judge.text_makes_zero():
        judge = _Round(Notes.of(replace(part, remarks=()), symbols), examples, seed)
        found = judge.judged(on_look, found)
    notes, doubts = judge.readings.notes, judge.verdicts.doubts
    if (more := learned(notes, judge.readings.base, judge.readings.results, doubts)) is not notes:
        notes, judge = more, _Round(more, examples, seed)
        found = judge.judged(on_look, found)
    base = judge.readings.base
    again = {name: claims_of_derivatives_by(name, base) for name in sorted(solved_for(notes, base))}
    for name, claims in (again | predictions(notes, judge.readings)).items():
        free = _Round(without_solutions(notes, [name]), examples, seed).judged(on_look, found, claims)
        found = replace(found, verdicts=free.verdicts)
    return found


class _Round:
    """A file that is judged as it is, once."""

    def __init__(self, notes: Notes, examples: int, seed: int) -> None:
        self.readings = Readings(notes, notes.interpreted(), examples, seed)
        self.verdicts = EquationVerdicts(self.readings)

    def judged(self, on_look: Look, before: Judged | None = None, claims: Collection[int] | None = None) -> Judged:
        """Judge all equations, or some claims alone; `before` is what came of them until something more was learned."""
        every = self.readings.notes.equations
        waiting = list(before.verdicts) if before else [*map(_waiting, every)]
        on_look(self._as_written([*map(_so_far, waiting)]), every[0].statement.place.line if every else 1)
        self.readings.results |= self._results()
        verdicts = list[Verdict]()
        for i, (one, last) in enumerate(zip(every, waiting, strict=True)):
            if claims is None or i in claims:
                on_look(self._as_written([*map(_so_far, [*verdicts, *waiting[i:]])]), one.statement.place.line)
                last = self.verdicts.of(i, one)
            elif last.state == HOLDS:
                self.readings.held.add(i)
            verdicts.append(last)
        if claims is None:
            verdicts = self._with_wrong_definitions(verdicts)
        return self._as_written(plausible(verdicts, self.verdicts.known))

    def _with_wrong_definitions(self, verdicts: list[Verdict]) -> list[Verdict]:
        """Refuse the definitions that claims contradict; what explains a claim so is no longer held against it."""
        unexplained = self.verdicts.unexplained
        failing = {i for i, one in enumerate(verdicts) if one.state == FAILS} | unexplained
        held = {
            i for i, one in self.readings.results.items() if one.ok and not self.readings.base.unknowns.roles[i].name
        }
        for wrong in wrong_definitions(self.verdicts.mending, failing, unexplained, held):
            lines = ", ".join(str(verdicts[i].parsed.statement.place.line) for i in wrong.claims)
            said = f"what line {lines} says of {wrong.name} would hold {wrong.said}"
            self.verdicts.known |= {wrong.number, *wrong.claims}  # one slip for all of them is evidence enough
            if wrong.number >= 0:
                verdicts[wrong.number] = replace(verdicts[wrong.number], state=FAILS, reason=said, result=None)
            for i in {*wrong.claims} & unexplained:
                reason = f"it contradicts the definition of {wrong.name}; it would hold {wrong.said} there"
                state = NOT_JUDGED if wrong.number >= 0 else FAILS
                verdicts[i] = replace(verdicts[i], state=state, reason=reason)
        return verdicts

    def _results(self) -> dict[int, EquationResult]:
        """Return what comes of all equations in the first reading; of those with few values, for more examples."""
        readings, model = self.readings, self.readings.base.found.model
        derivation = model.derivation(readings.notes.path, [model.equations[i] for i in sorted(model.equations)])
        if not derivation.equations:
            return {}
        report = run(derivation, readings.examples, readings.seed, shrink=False, total=False)
        results = {int(one.equation.block.tag): one for one in report.results}
        few = [i for i, one in results.items() if one.ok and one.judged < FEWEST]
        return results | {i: readings.run(model, model.equations[i]) for i in few}

    def _as_written(self, verdicts: list[Verdict]) -> Judged:
        kinds = {name: one.constraint for name, one in self.readings.notes.declared if one.constraint}
        return as_written(Judged(verdicts, self.readings.base.found.quantities), kinds)

    def text_makes_zero(self) -> bool:
        """Whether both sides of a claim are 0 that depends on what the text defines."""
        readings, roles, model = self.readings, self.readings.base.unknowns.roles, self.readings.base.found.model
        said = {role.name for number, role in roles.items() if -1000 < number < 0}
        claims = [i for i, one in readings.results.items() if one.ok and not roles[i].name and said & readings.uses(i)]
        return any(readings.is_zero(model, model.equations[i]) for i in claims)


def _so_far(verdict: Verdict) -> Verdict:
    """Return a verdict that may be the last one: what fails may hold in a reading that is tried later."""
    return replace(verdict, state=NOT_JUDGED, reason=NOT_ALL_WAS_TRIED) if verdict.state == FAILS else verdict


def _waiting(one: Parsed) -> Verdict:
    return Verdict(one, NOT_JUDGED, TIME_WAS_UP)
