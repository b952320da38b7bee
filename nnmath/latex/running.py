"""Running a derivation: every equation, for every example."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from hypothesis import find, settings
from hypothesis.errors import NoSuchExample
from mpmath import mp

from nnmath.latex import judging, tensor
from nnmath.latex.arithmetic import watching_exponents
from nnmath.latex.derivation import Derivation, Equation, Stage
from nnmath.latex.environment import Environment
from nnmath.latex.errors import Undefined
from nnmath.latex.examples import PLAIN_EXAMPLES, SETTINGS, Example, drawn, examples, inputs_of
from nnmath.latex.judging import Entry, Side, Verdict
from nnmath.latex.report import Failure, Report, Result, listed
from nnmath.latex.shapes import has_derivative
from nnmath.latex.tensor import Tensor
from nnmath.latex.tree import Expr
from nnmath.latex.worked import (
    MOST_DIGITS,
    digits_for_exponential,
    digits_needed,
    environment,
    is_manageable,
)

DEFAULT_EXAMPLES = 12

#: How many examples are tried for a simpler counterexample, and for how many equations one is looked for: what fails
#: further down fails as a rule for the same reason.
MOST_SHRINKS = 120
MOST_SIMPLIFIED = 4


def run(derivation: Derivation, examples: int = DEFAULT_EXAMPLES, seed: int = 0, shrink: bool = True) -> Report:
    """Run every equation of a derivation.

    Parameters
    ----------
    derivation : Derivation
        What `read` returns.
    examples : int
        For how many examples. The first two are plain and have dimensions that all differ.
    seed : int
        Chooses the examples; the same seed, the same verdict.
    shrink : bool
        Whether to look for a simple counterexample to an equation that does not hold.

    Returns
    -------
    Report
        The verdicts.
    """
    runner = _Runner(derivation, examples, seed)
    results: list[Result] = []
    for equation in derivation.equations:
        failed = sum(not result.ok for result in results)
        results.append(runner.result(equation, shrink and failed < MOST_SIMPLIFIED))
    return Report(derivation, results, len(runner.examples))


@dataclass(frozen=True)
class _Outcome:
    """What one example says about one equation."""

    judged: int = 0
    not_judged: int = 0
    failure: Failure | None = None
    differing: frozenset[int] = frozenset()


@dataclass
class _Case:
    """An example, with its environments at several precisions. In a plain one everything has to have a value."""

    stage: Stage
    example: Example | None
    plain: bool = False
    digits: int = 0
    magnitude: float = 0
    environments: dict[int, Environment] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with mp.workdps(30):
            start = environment(self.stage, self.example, 30)
            self.digits, self.magnitude = digits_needed(start.meaning, start.sizes, start.values)

    def at(self, digits: int) -> Environment:
        if digits not in self.environments:
            self.environments[digits] = environment(self.stage, self.example, digits, self.magnitude)
        return self.environments[digits]


class _Runner:
    def __init__(self, derivation: Derivation, count: int, seed: int) -> None:
        self.stage = min((equation.stage for equation in derivation.equations), key=lambda stage: stage.worked)
        meaning = self.stage.meaning
        self.examples = examples(meaning, count, seed, lambda example: is_manageable(meaning, example))
        self.cases = [_Case(self.stage, example, i < PLAIN_EXAMPLES) for i, example in enumerate(self.examples)]
        self.worked: dict[int, _Case] = {}

    def result(self, equation: Equation, shrink: bool) -> Result:
        judged = not_judged = 0
        differing: set[int] = set()
        claimed_to_differ = {i for i, relation in enumerate(equation.relations) if relation == "≠"}
        for case in self._cases(equation):
            outcome = judge(equation, case)
            judged += outcome.judged
            not_judged += outcome.not_judged
            differing |= outcome.differing
            if outcome.failure:
                failure = self._simplest(equation, case) if shrink and case.example else outcome.failure
                return Result(equation, judged, not_judged, failure or outcome.failure)
            if claimed_to_differ and differing == claimed_to_differ == set(range(len(equation.relations))):
                break
        failure = None
        if not judged:
            failure = Failure("it could not be judged for any example: a side has no value")
        elif claimed_to_differ - differing:
            failure = Failure("the sides are equal, for every example", min(claimed_to_differ - differing))
        return Result(equation, judged, not_judged, failure)

    def _cases(self, equation: Equation) -> list[_Case]:
        if not equation.stage.worked:
            return self.cases
        key = id(equation.stage)
        if key not in self.worked:
            self.worked[key] = _Case(equation.stage, None, plain=True)
        return [self.worked[key]]

    def _simplest(self, equation: Equation, case: _Case) -> Failure | None:
        """Let Hypothesis look for a simple counterexample; the one that is known, if it finds none."""
        known: dict[str, bool] = {}  # Hypothesis asks again, and takes another answer than before for an error

        def fails(example: Example) -> bool:
            key = repr(example)
            if key not in known:
                known[key] = (
                    len(known) < MOST_SHRINKS
                    and is_manageable(case.stage.meaning, example)
                    and judge(equation, _Case(case.stage, example)).failure is not None
                )
            return known[key]

        try:
            example = find(
                drawn(case.stage.meaning),
                fails,
                settings=settings(SETTINGS, max_examples=MOST_SHRINKS // 3, derandomize=True),
            )
        except NoSuchExample:
            return None
        return judge(equation, _Case(case.stage, example)).failure


# ---------------------------------------------------------------------------------------------------- one equation


def judge(equation: Equation, case: _Case) -> _Outcome:
    """Judge one equation for one example."""
    try:
        outcome = _Judge(equation, case).outcome()
    except Undefined as error:
        outcome = _Outcome(failure=Failure(str(error)))
    except (ArithmeticError, ValueError, MemoryError, RecursionError) as error:
        outcome = _Outcome(failure=Failure(f"it cannot be computed: {error}"))
    if outcome.failure:
        return replace(outcome, failure=replace(outcome.failure, values=_values(equation, case)))
    return outcome


def _values(equation: Equation, case: _Case) -> dict[str, str]:
    """Print those inputs of an example that the equation depends on."""
    if case.example is None:
        return {}
    meaning = case.stage.meaning
    used = frozenset[str]().union(*(meaning.uses(side) for side in equation.sides))
    used |= {
        name
        for definition in [equation.definition]
        if definition
        for name in definition.uses | set(definition.parameters)
    }
    values = case.example.values
    return {symbol.latex: listed(*values[symbol.name]) for symbol in inputs_of(meaning) if symbol.name in used}


@dataclass
class _Judge:
    equation: Equation
    case: _Case

    def outcome(self) -> _Outcome:
        if len(self.equation.relations) == 1 and self.equation.relations[0] == ":=":
            return self._definition()
        total = _Outcome()
        for link, relation in enumerate(self.equation.relations):
            if relation == ":=":
                continue
            one = self._link(link)
            total = _Outcome(
                total.judged + one.judged,
                total.not_judged + one.not_judged,
                one.failure,
                total.differing | one.differing,
            )
            if one.failure:
                break
        return total

    def _definition(self) -> _Outcome:
        """Judge a definition: it claims nothing, but it has to have a value."""
        with mp.workdps(self.case.digits):
            here = self.case.at(self.case.digits)
            definition = self.equation.definition
            if definition is None:  # an input is given a value, which the reader has checked
                return _Outcome(judged=1)
            if definition.parameters:
                value = here.call(definition.name, [self._any_number(here, letter) for letter in definition.parameters])
            else:
                value = here.value(definition.name)
            self._refuse_without_value(definition.body, value)
            finite = sum(map(bool, map(mp.isfinite, value.data.flat)))
        return _Outcome(finite, value.data.size - finite)

    def _any_number(self, here: Environment, letter: str) -> Tensor:
        value = here.value(letter) if here.has(letter) else tensor.number(1)
        return value if not value.rank else tensor.number(1)

    def _link(self, link: int) -> _Outcome:
        """Judge a link; what is not clear, at twice the digits."""
        digits = self.case.digits
        with watching_exponents() as seen:
            found = self._entries(link, digits)
        unclear = any(entry.verdict in (Verdict.FAILS, Verdict.CLOSE) for entry in found)
        enough = min(digits_for_exponential(seen[-1]), MOST_DIGITS)
        if unclear or enough > digits:
            found = self._entries(link, max(enough, 2 * digits if unclear else 0))
        relation = self.equation.relations[link]
        not_judged = sum(entry.verdict is Verdict.NOT_JUDGED for entry in found)
        outcome = _Outcome(len(found) - not_judged, not_judged)
        if relation == "≠":
            differs = any(entry.verdict is Verdict.HOLDS for entry in found)
            return replace(outcome, differing=frozenset([link] if differs else []))
        wrong = [
            entry
            for entry in found
            if entry.verdict is Verdict.FAILS or (entry.verdict is Verdict.CLOSE and relation in "<>")
        ]
        if not wrong:
            return outcome
        return replace(outcome, failure=Failure("", link, wrong[0].left, wrong[0].right, wrong[0].where))

    def _entries(self, link: int, digits: int) -> list[Entry]:
        equation = self.equation
        with mp.workdps(digits):
            here = self.case.at(digits)
            left, right = (judging.side(here, equation.ranges, equation.sides[i]) for i in (link, link + 1))
            for i, one in ((link, left), (link + 1, right)):
                self._refuse_without_value(equation.sides[i], one.low)
            for earlier in self._equal_before(link):
                if _has_values(left):
                    break
                left = _filled(left, judging.side(here, equation.ranges, equation.sides[earlier]))
            nodes = equation.sides[link], equation.sides[link + 1]
            return list(judging.entries(here, equation.ranges, equation.relations[link], nodes, (left, right)))

    def _refuse_without_value(self, node: Expr, value: Tensor) -> None:
        """Refuse what is not a number in a plain example; only a derivative may have no value there, for its kinks."""
        if self.case.plain and not has_derivative(node) and not all(map(mp.isfinite, value.data.flat)):
            raise Undefined("a side has no value")

    def _equal_before(self, link: int) -> Iterator[int]:
        """Yield the sides before a link that are claimed to be equal to its left side, the nearest first."""
        while link > 0 and self.equation.relations[link - 1] in ("=", ":="):
            link -= 1
            yield link


def _has_values(one: Side) -> bool:
    return all(map(mp.isfinite, one.low.data.flat))


def _filled(left: Side, earlier: Side) -> Side:
    """Put an earlier side, claimed to be equal, where a side has no value: at a kink within a product, say."""
    choose: Any = np.frompyfunc(lambda value, other: value if mp.isfinite(value) else other, 2, 1)
    return Side(tensor.pointwise(choose, left.low, earlier.low), tensor.pointwise(choose, left.high, earlier.high))
