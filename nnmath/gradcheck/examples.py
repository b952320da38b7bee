"""Gradient checks over many drawn examples; each wrong gradient is shrunk to the smallest example that shows it."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import Phase, given, reject, seed
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy

from nnmath.gradcheck.gradients import check_gradients
from nnmath.gradcheck.outcome import Failure, Inputs, Outcome
from nnmath.gradcheck.refusals import CouldNotCheckError, place_of
from nnmath.gradcheck.report import GradientReport as Report
from nnmath.sampling import settings_for

#: For how many wrong gradients a small example is looked for, and how many inputs are tried for each. Counts, not
#: seconds, so that the same seed gives the same report on any machine.
MOST_SHRUNK, MOST_TRIED = 3, 400
#: How many of those Hypothesis draws before it has one to shrink.
MOST_DRAWN = 200
#: How many examples may be refused before the run ends where none was accepted.
MOST_REFUSED = 100


def run_examples(
    function: Callable[..., Any],
    inputs_strategy: SearchStrategy[Inputs],
    examples: int = 200,
    seed: int = 0,
    on_example: Callable[[Outcome], None] | None = None,
    wrt: Sequence[int] | None = None,
    *,
    backward: Callable[..., Any] | None = None,
    first: Sequence[Inputs] = (),
    shrunk_in: Sequence[SearchStrategy[Inputs]] = (),
    seconds: float | None = None,
    convert: Callable[[Any], Any] = lambda x: x,
    arrays: str | None = None,
) -> Outcome:
    """Check the gradients of a function at many drawn inputs.

    Parameters
    ----------
    function, backward, wrt
        As `check_gradients` takes them.
    inputs_strategy : Hypothesis strategy
        Draws the inputs, a tuple.
    examples : int
        How many inputs are checked.
    seed : int
        The same seed draws the same inputs.
    on_example : callable, optional
        Called after each check with the outcome so far; once that has failures, counterexamples are being shrunk.
    first : sequence of tuples
        Inputs that are checked before any are drawn.
    shrunk_in : sequence of Hypothesis strategies, optional
        Where Hypothesis looks for small examples of a mistake, in this order, until one shows it: inputs that are short
        to read. By default it looks in `inputs_strategy`.
    seconds : float, optional
        No example but the first is begun that would not end within this time if it took twice as long as the longest
        one before. Without it, only counts limit the work.
    convert : callable, optional
        Makes what the function takes of each drawn array: a tensor, say.
    arrays : str, optional
        As `check_gradients` takes it.

    Returns
    -------
    Outcome
        Not ok, too, where the function raised at all inputs.

    Raises
    ------
    CouldNotCheckError
        The function raised what ends a program or a test, such as `SystemExit`, or ran out of memory, before a mistake
        was found.
    """

    def judge(inputs: Inputs) -> Report:
        return check_gradients(function, *map(convert, inputs), backward=backward, wrt=wrt, seed=seed, arrays=arrays)

    run = _Run(judge, on_example, time.monotonic() + seconds if seconds is not None else float("inf"))
    with suppress(_Enough):
        for inputs in first[:examples]:
            run.check(inputs)
        if run.outcome.examples < examples:
            _search(run.check, inputs_strategy, examples - run.outcome.examples, seed, [Phase.generate])
    failure = 0
    while run.turn_to(failure):
        with suppress(_Enough):
            phases = [Phase.generate, Phase.shrink]
            any(_search(run.check, one, MOST_DRAWN, seed, phases) for one in shrunk_in or [inputs_strategy])
        failure += 1
    if run.ended_by is not None and not run.outcome.failures:
        raise CouldNotCheckError(_ending(function, run.ended_by)) from run.ended_by
    return run.outcome


def _ending(function: Callable[..., Any], error: BaseException) -> str:
    """Say what a function raised that is no answer to any input, and where."""
    name, place = getattr(function, "__name__", "the function"), place_of(error, function)
    said = f": {error}" if str(error) else ""
    return f"{name} raised {type(error).__name__}{f' at {place}' if place else ''}{said}. There is no verdict"


def length(arrays: Sequence[Any]) -> tuple[int, int]:
    """Return how long inputs are to read: how many numbers, then how many digits, where 0 and 1 are the shortest."""
    numbers = [number for x in arrays for number in np.ravel(x).tolist()]
    return len(numbers), sum(int(number) if number in (0, 1) else 1 + len(repr(number)) for number in numbers)


def _search(
    check: Callable[[Inputs], bool | None],
    strategy: SearchStrategy[Inputs],
    examples: int,
    number: int,
    phases: Sequence[Phase],
) -> bool:
    """Let Hypothesis draw examples until one fails, and shrink that where shrinking is among the phases.

    Returns
    -------
    bool
        Whether one failed. The outcome holds it, as it holds an exception of the function.
    """

    @seed(number)
    @settings_for(examples, phases)
    @given(strategy)
    def each(inputs: Inputs) -> None:
        right = check(inputs)
        if right is None:
            reject()
        elif not right:
            raise _Wrong

    try:
        each()
    except _Wrong:
        return True
    except Unsatisfiable:  # the function refused all inputs
        return False
    return False


class _Wrong(AssertionError):
    """Tells Hypothesis that an example fails."""


class _Enough(BaseException):
    """Ends a search from within an example; no `Exception`, as Hypothesis would take that for a failure."""


class _Run:
    """Checks one example after the other; once one has failed, keeps the smallest for each of its wrong gradients."""

    def __init__(
        self, judge: Callable[[Inputs], Report], on_example: Callable[[Outcome], None] | None, end: float
    ) -> None:
        self.judge, self.on_example, self.end = judge, on_example, end
        self.outcome = Outcome()
        self.current: int | None = None  # which of the failures is being shrunk
        self.tried = 0  # for this failure
        self.longest = 0.0  # seconds that an example took
        self.ended_by: BaseException | None = None  # what the function raised, where that is no refusal of the inputs

    def check(self, inputs: Inputs) -> bool | None:
        """Check one example: whether what is looked for is right, or None where the function refuses the inputs."""
        outcome = self.outcome
        begin = time.monotonic()
        if begin + 2 * self.longest > self.end and outcome.examples + outcome.refused > 0:
            outcome.out_of_time = not outcome.failures
            raise _Enough
        if self.tried >= MOST_TRIED:
            raise _Enough
        self.tried += self.current is not None
        try:
            report = self.judge(inputs)
        except KeyboardInterrupt:  # whoever runs the check stops it
            raise
        except BaseException as error:
            if isinstance(error, MemoryError) or not isinstance(error, Exception):
                self.ended_by = error
                raise _Enough from error
            self._refuse(error)  # whatever a user's function raises outside of its domain
            return None
        finally:
            self.longest = max(self.longest, time.monotonic() - begin)
        if self.current is None:
            outcome.add(report)
        right = not report.findings or not self._shows(inputs, report)
        if self.on_example:
            self.on_example(outcome)
        if outcome.failures and self.current is None:
            raise _Enough
        return right

    def turn_to(self, failure: int) -> bool:
        """Shrink this failure from now on, if there is one and it is one of those to be shrunk."""
        self.current, self.tried = failure, 0
        return failure < min(len(self.outcome.failures), MOST_SHRUNK)

    def _refuse(self, refusal: Exception) -> None:
        if self.outcome.failures:
            return
        self.outcome.refused += 1
        self.outcome.refusal = self.outcome.refusal or refusal
        if self.outcome.examples == 0 and self.outcome.refused >= MOST_REFUSED:
            raise _Enough

    def _shows(self, inputs: Inputs, report: Report) -> bool:
        """Whether these inputs show the failure in hand; the smallest are kept for every wrong gradient."""
        shown = False
        for position in dict.fromkeys(finding.input for finding in report.findings):
            findings = tuple(finding for finding in report.findings if finding.input == position)
            found = Failure(inputs, replace(report, findings=findings))
            known = next((k for k, f in enumerate(self.outcome.failures) if f.position == position), None)
            if known is None:
                self.outcome.failures.append(found)
            elif self.outcome.failures[known].cause == found.cause:  # another mistake must not lead the search astray
                shown |= known == self.current
                if length(inputs) <= length(self.outcome.failures[known].inputs):
                    self.outcome.failures[known] = found
        return shown
