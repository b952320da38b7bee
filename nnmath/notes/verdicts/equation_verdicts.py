"""The verdict on one equation: what it says in the readings that the notes allow, and whether a slip explains it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain

from nnmath.latex import DerivationError, ShapeError
from nnmath.latex.claims.derivation_report import EquationResult
from nnmath.latex.claims.running import NO_VALUE
from nnmath.latex.syntax import tree
from nnmath.notes.readings.alternatives import Readings
from nnmath.notes.readings.conditions import conditions
from nnmath.notes.readings.interpretation import Interpretation
from nnmath.notes.shapes.unknowns import named
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.laws.divergences_of_normals import unknown_laws
from nnmath.notes.syntax.parsing import Parsed
from nnmath.notes.syntax.statements.left_out import LeftOut, left_out_words
from nnmath.notes.verdicts.doubts.doubts import Doubts
from nnmath.notes.verdicts.doubts.undefined import problem_of
from nnmath.notes.verdicts.missing_values import is_conditional, missing_value
from nnmath.notes.verdicts.ranks import Ranks
from nnmath.notes.verdicts.rounds.solved import CONDITION
from nnmath.notes.verdicts.slips.mending import Mending
from nnmath.notes.verdicts.verdict import FAILS, HOLDS, NOT_JUDGED, Verdict, wanted

#: Why a claim that fails has no verdict where no slip explains it.
UNEXPLAINED = "it does not hold as it was read, and would not with a sign, a factor or a name changed"

TOO_LONG = "it takes too long to find out whether it holds for what is defined nowhere"
UNKNOWN_LAWS = r"q(z) = \mathcal{N}(\mu, \sigma^2)"
AS_ROWS = "it holds where gradients are rows, and in other lines they are columns"
FOR_NUMBERS = "it holds for single numbers, and not for arrays"


@dataclass
class EquationVerdicts:
    """The verdicts on the equations of a file, one by one.

    Attributes
    ----------
    readings : Readings
        The file, in all of its readings.
    known : set of int
        The claims that fail and in which nothing was guessed, as far as they have been judged.
    unexplained : set of int
        Those that fail, and that no slip in them explains.
    """

    readings: Readings
    known: set[int] = field(default_factory=set)
    unexplained: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.base = self.readings.base
        self.doubts = Doubts(self.readings)
        self.ranks = Ranks(self.readings)

    def of(self, i: int, one: Parsed) -> Verdict:
        """Judge an equation."""
        if one.chain is None:
            return Verdict(one, NOT_JUDGED, one.problem)
        if drawn := self.base.unknowns.drawn.get(i):
            return self._distribution(one, tree.base_name(drawn.sides[0]))
        role, result = self.base.unknowns.roles[i], self.readings.first(i)
        if result is not None and result.ok:
            if role.name and (divergence := unknown_laws(one.statement.latex)):
                reason = f"it is taken for what {divergence} is; {wanted(UNKNOWN_LAWS)}"
                return Verdict(one, NOT_JUDGED, reason, role.defines)
            return self._held(i, one, role.defines, result)
        if role.name:
            if problem := self.ranks.misfit_of_declared(i):
                self.known.add(i)
                return Verdict(one, FAILS, problem, role.name)
            reason = (
                "what it defines has no value at the inputs that were tried" if result else problem_of(self.readings, i)
            )
            return Verdict(one, NOT_JUDGED, reason, role.name)
        return replace(self._claim(i, one, result), defines=role.defines)

    def _held(self, i: int, one: Parsed, defines: str, result: EquationResult | None, reason: str = "") -> Verdict:
        """Judge an equation that holds in a reading: not judged if the sides that are left claim nothing."""
        if missing := missing_value(i, self.base.unknowns.roles, self.readings.results, result):
            return Verdict(one, NOT_JUDGED, missing)
        left_out = [*one.left_out, *self.base.found.model.left_out.get(i, [])]
        if defines in self.readings.notes.unread:
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
            return Verdict(one, NOT_JUDGED, problem_of(self.readings, i))
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
            return self._without_value(i, one, refutation.reason)
        if any(map(trees.is_zero, sides)) and not self.doubts.conditions.sums_over_all(i):
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

    def _without_value(self, i: int, one: Parsed, reason: str) -> Verdict:
        """Judge a claim that cannot be evaluated: it is false if it could be with a slip mended, and would hold."""
        if reason == NO_VALUE and not any(self.doubts.of_shapes(i)) and (mended := self.mending.of(i, False)):
            return Verdict(one, FAILS, f"{reason}; {mended}")
        return Verdict(one, NOT_JUDGED, reason)

    @cached_property
    def mending(self) -> Mending:
        """What would mend the claims of the file."""
        return Mending(self.readings, self.ranks.with_all_arrays)

    def _refused(self, i: int, verdict: Verdict) -> Verdict:
        """Call a claim false if a slip explains it, or if nothing in it was guessed."""
        guessed, undefined = self.ranks.guessed(i), self.doubts.undefined
        is_known = not guessed and not undefined.guessed(i) and not undefined.may_define(i)
        declared = self.ranks.is_declared(i, undefined.guessed(i)) and not undefined.may_define(i)
        self.known |= {i} if is_known or declared else set()
        if mended := self.mending.of(i, is_known):
            return replace(verdict, reason="; ".join(filter(None, (verdict.reason, mended))))
        self.unexplained.add(i)
        if is_known:
            return verdict
        reason = "; ".join(filter(None, (verdict.reason, UNEXPLAINED, self._missing(i))))
        return replace(verdict, state=NOT_JUDGED, reason=reason)

    def _missing(self, i: int) -> str:
        """Return the line that says what was guessed in a claim: shapes first, then what is defined nowhere."""
        undefined = [f"{name} = ..." for name in sorted(self.doubts.undefined.guessed(i))]
        said = self.ranks.shapes_wanted(i, self.ranks.guessed(i)) or "; ".join(undefined)
        return wanted(said) if said else ""

    def _holds_in_its_case(self, i: int, one: Parsed) -> bool:
        """Whether a claim holds for those indices for which the text says that it is meant."""
        first, verb, other = one.statement.case.partition(" is ")
        said = {one.statement.case, f"{other.removeprefix('not ')}{verb}{'not ' * other.startswith('not ')}{first}"}
        return bool(verb) and any(condition in said for condition in conditions(self.readings, i))

    def _tied(self, i: int, one: Parsed, problem: str, tied: Interpretation) -> Verdict:
        """Judge a claim whose shapes fit where dimensions are the same that differ in other equations."""
        model, role = tied.found.model, tied.unknowns.roles[i]
        written = [self.readings.run(model, model.equations[i], simplest=True)] if i in model.equations else []
        turned = (self.readings.run(model, other) for _, other in self.readings.in_layouts(i, tied, role))
        for result in chain(written, turned):
            if result.ok and self._is_by_itself(i):
                return self._held(i, one, "", result, "where other equations have other shapes")
            if result.ok:
                return Verdict(one, NOT_JUDGED, f"{problem}; it holds where they are the same")
        return self._refused(i, Verdict(one, FAILS, problem, "", next(iter(written), None)))

    def _is_by_itself(self, i: int) -> bool:
        """Whether a claim is one of symbols of which the notes say nothing else, as an identity in a list of them."""
        said = {name for name, _ in self.readings.notes.declared} | self.readings.notes.spaces.keys()
        return self.readings.uses(i).isdisjoint(said | self.base.found.model.scope.definitions.keys())

    def _misfit(self, i: int, one: Parsed, differs: EquationResult | None) -> Verdict:
        """Judge a claim whose shapes do not fit as it is written; `differs` is what came of it where they do."""
        problem = problem_of(self.readings, i)
        if doubt := AS_ROWS if self.readings.as_rows(i) else next(self.doubts.of_shapes(i), ""):
            return Verdict(one, NOT_JUDGED, f"{problem}; {doubt}")
        numbers = self.ranks.as_numbers(i)
        if numbers is not None and numbers.ok:
            return Verdict(one, NOT_JUDGED, f"{problem}; it holds for single numbers{self.ranks.shapes_line(i)}")
        if i in self.base.found.tied:
            try:
                found = named(self.base.unknowns, self.base.found.ranks, i)
            except DerivationError as error:
                return Verdict(one, NOT_JUDGED, f"{problem}; {error.problem}")
            return self._tied(i, one, problem, replace(self.base, found=found))
        if differs is not None and not self.ranks.free(i):
            return self._refused(i, Verdict(one, FAILS, "", "", differs))
        known = self.ranks.arrays_are_needed(i) or not self.ranks.unknown_shapes(i)
        exact = self.readings.is_about_derivatives(i) or self.readings.is_about_expectations(i)
        if numbers is not None or (known and (exact or not self.ranks.guessed(i))):
            return self._refused(i, Verdict(one, FAILS, problem, "", numbers))
        line = self.ranks.shapes_line(i) or f"; {self._missing(i)}".removesuffix("; ")
        return Verdict(one, NOT_JUDGED, f"{problem}{line}")
