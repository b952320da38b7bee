"""Judging notes: every equation holds, does not hold, or is not judged, for a reason.

An equation is called false only where it is false in every reading that the notes allow, and a slip of the pen explains
it or nothing in it was guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property, partial

from nnmath.latex import DerivationError, ShapeError, run
from nnmath.latex.claims.derivation_report import EquationResult
from nnmath.latex.examples import DEFAULT_EXAMPLES
from nnmath.latex.symbols.dimensions import Dim
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import has_derivative
from nnmath.notes.document.parts import parts
from nnmath.notes.document.source import Annotation, Source
from nnmath.notes.readings.alternatives import FEWEST, Readings
from nnmath.notes.readings.interpretation import Notes
from nnmath.notes.shapes.model import FREE, DependsOnFailed
from nnmath.notes.shapes.unknowns import named
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.left_out import LeftOut, left_out_words
from nnmath.notes.syntax.parsing import Parsed
from nnmath.notes.syntax.roles import equation_of
from nnmath.notes.verdicts.as_written import as_written, is_of_the_file
from nnmath.notes.verdicts.doubts import Doubts
from nnmath.notes.verdicts.learned import learned
from nnmath.notes.verdicts.mending import Mending
from nnmath.notes.verdicts.missing_values import is_conditional, missing_value
from nnmath.notes.verdicts.plausibility import plausible
from nnmath.notes.verdicts.predictions import predictions
from nnmath.notes.verdicts.ranks import Ranks
from nnmath.notes.verdicts.solved import CONDITION, claims_of_derivatives_by, solved_for, without_solutions
from nnmath.notes.verdicts.undefined import needed
from nnmath.notes.verdicts.verdict import FAILS, HOLDS, NOT_JUDGED, Judged, Verdict, wanted
from nnmath.sampling.shapes import written

#: Takes the verdicts so far, and the line of the equation that is judged now.
Look = Callable[[Judged, int], None]

#: Why a claim that fails has no verdict where no slip explains it.
UNEXPLAINED = "it does not hold as it was read, and would not with a sign, a factor or a name changed"

#: Why an equation has no verdict when the time is up, and why one has none that did not hold until then.
TIME_WAS_UP = "the time was up before it was judged; --seconds 600 gives it ten minutes"
TOO_LONG = "it takes too long to find out whether it holds for what is defined nowhere"
FOR_NUMBERS = "it holds for single numbers, and not for arrays"
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

    The text says that "we fit y = m x + b", and y - m x - b is no 0 for that. Once more with what is `learned`.
    """
    notes = Notes.of(part, symbols)
    judge = _Judge(notes, examples, seed)
    found = judge.judged(on_look)
    if judge.text_makes_zero():
        notes = Notes.of(replace(part, remarks=()), symbols)
        judge = _Judge(notes, examples, seed)
        found = judge.judged(on_look, found)
    if (more := learned(notes, judge.base, judge.results, judge.doubts)) is not notes:
        notes, judge = more, _Judge(more, examples, seed)
        found = judge.judged(on_look, found)
    again = {name: claims_of_derivatives_by(name, judge.base) for name in sorted(solved_for(notes, judge.base))}
    for name, claims in (again | predictions(notes, judge.readings)).items():
        free = _Judge(without_solutions(notes, [name]), examples, seed).judged(on_look, found).verdicts
        found = replace(found, verdicts=[free[i] if i in claims else one for i, one in enumerate(found.verdicts)])
    return found


class _Judge:
    def __init__(self, notes: Notes, examples: int, seed: int) -> None:
        self.notes = notes
        self.examples = examples
        self.seed = seed
        self.base = notes.interpreted()
        self.results: dict[int, EquationResult] = {}
        self.readings = Readings(notes, self.base, examples, seed, self.results)
        self.doubts = Doubts(notes, self.base, self.readings, self.results)
        self.ranks = Ranks(self.readings)
        self.known: set[int] = set()

    def judged(self, on_look: Look, before: Judged | None = None) -> Judged:
        """Judge all equations; `before` is what came of them until something more was learned."""
        model, every, verdicts = self.base.found.model, self.notes.equations, list[Verdict]()
        waiting = [*map(_so_far, before.verdicts)] if before else [*map(_waiting, every)]
        on_look(self._as_written(waiting), every[0].statement.place.line if every else 1)
        derivation = model.derivation(self.notes.path, [model.equations[i] for i in sorted(model.equations)])
        if derivation.equations:
            report = run(derivation, self.examples, self.seed, shrink=False, total=False)
            self.results |= {int(one.equation.block.tag): one for one in report.results}
            for i in [i for i, one in self.results.items() if one.ok and one.judged < FEWEST]:
                self.results[i] = self.readings.run(model, model.equations[i])
        for i, one in enumerate(every):
            on_look(self._as_written([*map(_so_far, verdicts), *waiting[i:]]), one.statement.place.line)
            verdicts.append(self._verdict(i, one))
        return self._as_written(plausible(verdicts, self.known))

    def _as_written(self, verdicts: list[Verdict]) -> Judged:
        kinds = {name: one.constraint for name, one in self.notes.declared if one.constraint}
        return as_written(Judged(verdicts, self.base.found.quantities), kinds)

    def text_makes_zero(self) -> bool:
        """Whether both sides of a claim are 0 that depends on what the text defines."""
        roles, model = self.base.unknowns.roles, self.base.found.model
        said = {role.name for number, role in roles.items() if -1000 < number < 0}
        claims = [i for i, one in self.results.items() if one.ok and not roles[i].name and said & self.readings.uses(i)]
        return any(self.readings.is_zero(model, model.equations[i]) for i in claims)

    # ------------------------------------------------------------------ one equation

    def _verdict(self, i: int, one: Parsed) -> Verdict:
        if one.chain is None:
            return Verdict(one, NOT_JUDGED, one.problem)
        if drawn := self.base.unknowns.drawn.get(i):
            return self._distribution(one, tree.base_name(drawn.sides[0]))
        role, result = self.base.unknowns.roles[i], self.readings.first(i)
        if result is not None and result.ok:
            return self._held(i, one, role.defines, result)
        if role.name:
            if problem := self.ranks.misfit_of_declared(i):
                self.known.add(i)
                return Verdict(one, FAILS, problem, role.name)
            reason = "what it defines has no value at the inputs that were tried" if result else self._problem(i)
            return Verdict(one, NOT_JUDGED, reason, role.name)
        return replace(self._claim(i, one, result), defines=role.defines)

    def _held(self, i: int, one: Parsed, defines: str, result: EquationResult | None, reason: str = "") -> Verdict:
        """Judge an equation that holds in a reading: not judged if the sides that are left claim nothing."""
        if missing := missing_value(i, self.base.unknowns.roles, self.results, result):
            return Verdict(one, NOT_JUDGED, missing)
        left_out = [*one.left_out, *self.base.found.model.left_out.get(i, [])]
        if defines in self.notes.unread - {""}:
            left_out.append(LeftOut(defines, "another equation gives it, which cannot be read"))
        model, defined = self.base.found.model, bool(self.base.unknowns.roles[i].name)
        if is_conditional(model.equations.get(i)) and self.readings.is_zero(model, model.equations[i]):
            return Verdict(one, NOT_JUDGED, "its sides are 0 at all inputs that were tried and meet its condition")
        in_part = any(side.claims for side in left_out) if defined else bool(left_out)
        words = left_out_words(left_out)
        if in_part and defined:
            return Verdict(one, NOT_JUDGED, f"what is left of it defines {defines}, {words}", defines)
        return Verdict(one, HOLDS, "; ".join(filter(None, (reason, words))), defines, result, in_part)

    def _distribution(self, one: Parsed, name: str) -> Verdict:
        """Judge a line that says how something is distributed: nothing can be wrong with it."""
        if name in self.base.found.model.scope.distributions:
            return Verdict(one, HOLDS, "", name)
        return Verdict(one, NOT_JUDGED, "it says how something is distributed")

    def _claim(self, i: int, one: Parsed, result: EquationResult | None) -> Verdict:
        """Judge a claim that does not hold as it is written."""
        error = self.base.found.model.problems.get(i)
        if result is None and not isinstance(error, ShapeError):
            return Verdict(one, NOT_JUDGED, self._problem(i))
        differs: EquationResult | None = None
        for reason, other in self.readings.of(i):
            if other.ok:
                self.readings.held.add(i)
                return self._held(i, one, "", other, reason)
            differs = other if differs is None and other.refutation and other.refutation.left is not None else differs
        if self.ranks.holds_for_arrays(i, result is not None):
            return self._held(i, one, "", None, "where every symbol is an array that may be one")
        return self._failed(i, one, result) if result else self._misfit(i, one, differs)

    def _failed(self, i: int, one: Parsed, result: EquationResult) -> Verdict:
        """Judge a claim whose sides differ."""
        refutation = result.refutation
        assert refutation is not None
        sides = self.base.unknowns.roles[i].chain.sides
        if refutation.left is None:
            return Verdict(one, NOT_JUDGED, refutation.reason)
        if any(map(trees.is_zero, sides[1:])) and not self.doubts.sums_over_all(i):
            return Verdict(one, NOT_JUDGED, f"it is not 0 everywhere; {CONDITION}")
        if self._holds_in_its_case(i, one):
            return Verdict(one, HOLDS, f"where {one.statement.case}, as the text says")
        if i in self.readings.undecided:
            return Verdict(one, NOT_JUDGED, TOO_LONG)
        for doubt in self.doubts.of_values(i):
            return Verdict(one, NOT_JUDGED, doubt)
        numbers = self.ranks.as_numbers(i)
        if numbers is not None and numbers.ok:
            return Verdict(one, NOT_JUDGED, f"{FOR_NUMBERS}{self.ranks.shapes_line(i)}")
        model = self.base.found.model
        simplest = self.readings.run(model, model.equations[i], simplest=True)
        found = simplest.refutation is not None and simplest.refutation.left is not None
        return self._refused(i, Verdict(one, FAILS, "", "", simplest if found else result))

    @cached_property
    def _mending(self) -> Mending:
        return Mending(self.readings, self.ranks.with_all_arrays)

    def _refused(self, i: int, verdict: Verdict) -> Verdict:
        """Call a claim false if a slip explains it, or if nothing in it was guessed."""
        guessed = self._guessed(i)
        is_known = not guessed and not self.doubts.undefined.guessed(i)
        self.known |= {i} if is_known else set()
        if mended := self._mending.of(i, is_known):
            return replace(verdict, reason="; ".join(filter(None, (verdict.reason, mended))))
        if is_known:
            return verdict
        shapes = ", ".join(f"{name} {written(dims)}" for name, dims in guessed.items())
        reason = "; ".join(filter(None, (verdict.reason, UNEXPLAINED, wanted(shapes) if shapes else "")))
        return replace(verdict, state=NOT_JUDGED, reason=reason)

    def _guessed(self, i: int) -> dict[str, tuple[Dim, ...]]:
        """Return the symbols of a claim of which nobody says what they are, with the dimensions that were found.

        Bold letters, and spaces in the text, leave one number of dimensions. A derivative of numbers by numbers leaves
        nothing to guess: there are no transposes, and no sums left out.
        """
        declared = {name for name, _ in self.notes.declared}
        free = {name for name, ranks in self.base.unknowns.free.items() if len(ranks) > 1} & self.readings.uses(i)
        indices = {name for name, one in self.base.unknowns.domains.items() if one.kind == "labels"}
        dims = {name: one.dims for name, one in self.base.found.quantities.items() if one.dims or name not in indices
                if name in free and is_of_the_file(name) and name.removesuffix(FREE) not in declared}  # fmt: skip
        chain = self.base.unknowns.roles[i].chain
        words = any(name.isalpha() and len(name) > 1 for name in dims)  # one may be a function, ``Sq w``
        numbers = has_derivative(chain) and not any(dims.values()) and not trees.index_letters(chain) and not words
        return {} if numbers else dict(sorted(dims.items()))

    def _holds_in_its_case(self, i: int, one: Parsed) -> bool:
        """Whether a claim holds for those indices for which the text says that it is meant."""
        first, verb, other = one.statement.case.partition(" is ")
        said = {one.statement.case, f"{other.removeprefix('not ')}{verb}{'not ' * other.startswith('not ')}{first}"}
        return bool(verb) and any(condition in said for condition in self.readings.conditions(i))

    def _misfit(self, i: int, one: Parsed, differs: EquationResult | None) -> Verdict:
        """Judge a claim whose shapes do not fit as it is written; `differs` is what came of it where they do."""
        problem = self._problem(i)
        if doubt := next(self.doubts.of_shapes(i), ""):
            return Verdict(one, NOT_JUDGED, f"{problem}; {doubt}")
        numbers = self.ranks.as_numbers(i)
        if numbers is not None and numbers.ok:
            return Verdict(one, NOT_JUDGED, f"{problem}; it holds for single numbers{self.ranks.shapes_line(i)}")
        if i in self.base.found.tied:
            try:
                model = named(self.base.unknowns, self.base.found.ranks, i).model
            except DerivationError as error:
                return Verdict(one, NOT_JUDGED, f"{problem}; {error.problem}")
            result = self.readings.run(model, model.equations[i], simplest=True) if i in model.equations else None
            if result is not None and result.ok:
                return Verdict(one, NOT_JUDGED, f"{problem}; it holds where they are the same")
            return self._refused(i, Verdict(one, FAILS, problem, "", result))
        if differs is not None and not self.ranks.free(i):
            return self._refused(i, Verdict(one, FAILS, "", "", differs))
        known = self.ranks.arrays_are_needed(i) or self.ranks.shapes_are_known(i)
        if numbers is not None or (known and (self.doubts.is_about_derivatives(i) or not self._guessed(i))):
            return self._refused(i, Verdict(one, FAILS, problem, "", numbers))
        return Verdict(one, NOT_JUDGED, f"{problem}{self.ranks.shapes_line(i)}")

    # ------------------------------------------------------------------ words

    def _problem(self, i: int) -> str:
        """Return why an equation cannot be run; where a symbol of it is the reason, which definition is missing."""
        problems, failed = self.base.found.model.problems, self.base.found.model.failed
        error, used = problems[i], []
        while isinstance(error, DependsOnFailed) and error.name not in used:
            used.append(error.name)
            if error.name not in failed:  # another definition of it could be read
                return f"it uses {error.name}, of which one definition is not judged"
            error = problems[failed[error.name]]
        number = failed[used[-1]] if used else i
        problem, place = f"{error.problem}{needed(self.base, number, error.problem)}", equation_of(number)
        if place == i:
            return problem
        through = f", which depends on {used[-1]}" if used[1:] else ""
        shown = self.notes.equations[place : place + 1] if place >= 0 else []
        where = "".join(f" on line {one.statement.place.line}" for one in shown)
        return f"it uses {used[0]}{through}; the definition of {used[-1]}{where} is not judged: {problem}"


def _so_far(verdict: Verdict) -> Verdict:
    """Return a verdict that may be the last one: what fails may hold in a reading that is tried later."""
    return replace(verdict, state=NOT_JUDGED, reason=NOT_ALL_WAS_TRIED) if verdict.state == FAILS else verdict


def _waiting(one: Parsed) -> Verdict:
    return Verdict(one, NOT_JUDGED, TIME_WAS_UP)
