"""Running a derivation: every equation, for every example."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cached_property
from itertools import chain
from random import Random

from hypothesis import find
from hypothesis.errors import NoSuchExample, Unsatisfiable

from nnmath.latex.claims.chosen_examples import examples, further, plain_examples
from nnmath.latex.claims.derivation import Derivation, Equation
from nnmath.latex.claims.derivation_report import DerivationReport, EquationResult, Refutation
from nnmath.latex.claims.drawn_examples import Example, drawn
from nnmath.latex.claims.hints import hints_of
from nnmath.latex.claims.judging import PreparedExample
from nnmath.latex.claims.one_example import judge
from nnmath.latex.errors import naming_the_file
from nnmath.latex.examples import DEFAULT_EXAMPLES
from nnmath.latex.numbers.work import at_most, left, not_counted
from nnmath.latex.syntax import tree
from nnmath.sampling import settings_for

#: How many examples are tried for a simpler counterexample, and for how many equations one is looked for: what fails
#: further down fails as a rule for the same reason.
MOST_SHRINKS = 120
MOST_SIMPLIFIED = 4

#: Why an equation is not judged of which no example gives both sides a value.
NO_VALUE = "a side has no value, for any example"

#: How much work a file may take; in operations, of which a computer of today does two million a second. What takes
#: longer for one example is judged for others. Of what is left an equation takes half at most, an example of it a
#: quarter of that: the plain examples come first, and are cheap.
MOST_WORK = 20_000_000


def run(
    derivation: Derivation,
    examples: int = DEFAULT_EXAMPLES,
    seed: int = 0,
    shrink: bool = True,
    work: float = MOST_WORK,
    total: bool = True,
) -> DerivationReport:
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
    work : float
        How many operations the whole run may take, for the default number of examples; what is left then is said to
        take too long.
    total : bool
        Whether everything has to have a value in the plain examples. Ordinary notes do not say where a logarithm is
        taken of positive numbers alone: what has a value is judged.

    Returns
    -------
    DerivationReport
        The verdicts.

    Raises
    ------
    DerivationError
        No sizes are found for dimensions that others define.
    """
    results: list[EquationResult] = []
    with naming_the_file(derivation.path), at_most(work * max(1, examples / DEFAULT_EXAMPLES)):
        runner = _Runner(derivation, examples, seed, total)
        for equation in derivation.equations:
            failed = sum(not result.ok for result in results)
            with at_most(left() / 2):  # so that those that follow are judged as well
                results.append(runner.result(equation, shrink and failed < MOST_SIMPLIFIED))
    return DerivationReport(derivation, results, runner.drawn)


def not_refuted(derivation: Derivation, examples: int, seed: int, work: float) -> Iterator[bool]:
    """Say of each equation of a derivation whether a few examples leave it standing, each within so much work.

    It is a quick look at many equations: what they share is computed once, and what takes long is given up.
    """
    runner = _Runner(derivation, examples, seed, total=False)
    for equation in derivation.equations:
        with at_most(work):
            stands = runner.result(equation, shrink=False).ok
        yield stands


class _Runner:
    def __init__(self, derivation: Derivation, count: int, seed: int, total: bool) -> None:
        self.stage = min((equation.stage for equation in derivation.equations), key=lambda stage: stage.worked)
        self.count, self.seed, self.hints, self.total = count, seed, hints_of(derivation), total
        with not_counted():
            plain = plain_examples(self.stage.scope, seed, self.hints)[:count]
        self.plain = [PreparedExample(self.stage, example, total) for example in plain]
        self.others: dict[int, list[PreparedExample]] = {}
        self.drawn = len(plain)

    @cached_property
    def further(self) -> list[PreparedExample]:
        """The examples behind the plain ones, which are drawn only if an equation holds for these."""
        with not_counted():
            found = further(self.stage.scope, self.count, self.seed, self.hints)
        self.drawn += len(found)
        return [PreparedExample(self.stage, example) for example in found]

    def every(self) -> Iterator[PreparedExample]:
        """Yield all examples."""
        yield from self.plain
        yield from self.further

    def result(self, equation: Equation, shrink: bool) -> EquationResult:
        judged = not_judged = too_long = 0
        differing: set[int] = set()
        claimed_to_differ = {i for i, relation in enumerate(equation.relations) if relation == "≠"}
        more = self._more(equation) if self.total and _compares_several(equation) else ()
        for case in chain(self._cases(equation), more):
            outcome = judge(equation, case)
            judged += outcome.judged
            not_judged += outcome.not_judged
            too_long += outcome.too_long
            differing |= outcome.differing
            if outcome.refutation:
                failure = self._simplest(equation, case) if shrink and case.example else outcome.refutation
                return EquationResult(equation, judged, not_judged, failure or outcome.refutation)
            if claimed_to_differ and differing == claimed_to_differ == set(range(len(equation.relations))):
                break
        if claimed_to_differ - differing:  # a few examples may all be such that sides are equal by chance
            for case in self._more(equation):
                differing |= judge(equation, case).differing
                if not claimed_to_differ - differing:
                    break
        failure = None
        if not judged and too_long:
            failure = Refutation(_too_long(equation), computed=False)
        elif not judged:
            failure = Refutation(NO_VALUE, computed=False)
        elif claimed_to_differ - differing:
            failure = Refutation("the sides are equal, for every example", min(claimed_to_differ - differing))
        return EquationResult(equation, judged, not_judged, failure, too_long)

    def _cases(self, equation: Equation) -> Iterable[PreparedExample]:
        stage = equation.stage
        if not stage.worked and not equation.declares:
            return self.every()
        if id(stage) not in self.others:
            alone = [PreparedExample(stage, None, plain=True)]
            self.others[id(stage)] = (
                alone if stage.worked else [PreparedExample(stage, one.example, one.plain) for one in self.every()]
            )
        return self.others[id(stage)]

    def _more(self, equation: Equation) -> Iterator[PreparedExample]:
        """Yield examples for another seed, as many as are drawn by default."""
        if not equation.stage.worked:
            for example in examples(equation.stage.scope, DEFAULT_EXAMPLES, self.seed + 1, self.hints):
                yield PreparedExample(equation.stage, example)

    def _simplest(self, equation: Equation, case: PreparedExample) -> Refutation | None:
        """Let Hypothesis look for a simple counterexample, the last one that it finds; None if it finds none."""
        known: dict[str, bool] = {}  # Hypothesis asks again, and takes another answer than before for an error
        found: list[Example] = []

        def fails(example: Example) -> bool:
            key = repr(example)
            if key not in known:
                if len(known) >= MOST_SHRINKS or left() <= 0:
                    raise _Enough
                known[key] = judge(equation, PreparedExample(case.stage, example)).refutation is not None
            found.extend([example] if known[key] else [])
            return known[key]

        # there may be no small sizes for dimensions that others define
        with suppress(NoSuchExample, Unsatisfiable, _Enough):
            find(drawn(case.stage.scope), fails, settings=settings_for(MOST_SHRINKS // 3), random=Random(0))
        return judge(equation, PreparedExample(case.stage, found[-1])).refutation if found else None


def _compares_several(equation: Equation) -> bool:
    """Whether several numbers are compared in a claim: examples beside each threshold are not in every cell of them."""
    nodes = [node for side in equation.sides for node in tree.walk(side)]
    return sum(isinstance(node, tree.Compare) for node in nodes) > 1


class _Enough(BaseException):
    """So many examples were tried; an `Exception` would be another counterexample to Hypothesis."""


def _too_long(equation: Equation) -> str:
    """Say that an equation takes too long, and what helps."""
    bodies = [*equation.sides, *([equation.definition.body] if equation.definition else [])]
    if any(isinstance(node, tree.Expected) for body in bodies for node in tree.walk(body)):
        return (
            "it takes too long to compute: over two numbers an expectation is computed of what is smooth, such as "
            "\\exp(x + y); \\max(x, y), |x - y| and roots are integrated over one number alone"
        )
    return "it takes too long to compute: write it in smaller steps, or with smaller powers"
