"""Points where the values cannot tell a right gradient from a wrong one, whatever the steps."""

from itertools import pairwise
from typing import Any

import numpy as np

from nnmath.gradcheck.arguments import copies
from nnmath.gradcheck.arrays import Booleans
from nnmath.gradcheck.evidence import Evidence
from nnmath.gradcheck.finite_differences import DEVIATIONS, PLACES, RATIO

#: A difference that shows within a step of epsilon to this power shows; only for others is the gradient looked at.
CLOSE = 0.4
#: Values with more noise than epsilon to this power, relative to the largest, are unrelated to each other at any steps.
NOISY = 0.25
#: The gradient changes where it changes by more than this much of the difference in question.
CHANGED = 0.25
#: It is steady where it does not change at these multiples of the step at which the difference shows: many, as one that
#: oscillates is the same at a few by chance.
STEADY = np.linspace(0.25, 4, 12)
#: The ends of the pieces that the derivative is integrated over, in units of the step at which the difference shows.
LENGTHS = (0.0, *RATIO ** np.arange(-2.0, 3.0))
#: With so many points on a piece a derivative that oscillates does not keep its sign by chance.
CONFIRMED = 12
#: The weights of Boole's rule, and of Simpson's at the same five points.
BOOLE, SIMPSON = np.array([7, 32, 12, 32, 7]) / 90, np.array([1, 0, 4, 0, 1]) / 6
#: An integral on which the two rules differ by more than this much of it is not known: the piece may hold a pole.
COARSE = 0.25
#: So many derivatives are looked at first; all others only if noise hides one of these.
SAMPLE = 6
REASON = "rounding noise in the value hides the derivative here: it changes before the value moves by more than that"


def exempt_indeterminate(evidence: Evidence) -> Evidence:
    """Do not judge entries where the noise of the values hides the derivative."""
    if not evidence.doubtful.any():
        return evidence
    return evidence.without(evidence.doubtful & _hidden(evidence), REASON)


def _hidden(evidence: Evidence) -> Booleans:
    """Where the values change by more than their noise only at steps over which the gradient changes, too.

    A saturated output that is a few units in the last place from 1 has a slope that is as small, and that has vanished
    before any step that could show it. At long steps such a value seems to be constant.
    """
    function = evidence.function
    rounding = 2 * (DEVIATIONS * evidence.noise + PLACES * function.epsilon * np.abs(function.value))
    amounts = np.abs(evidence.upstreams).reshape(len(evidence.upstreams), -1) @ rounding.reshape(-1)
    difference = np.abs(evidence.analytic - evidence.numeric)
    with np.errstate(all="ignore"):
        steps = amounts[:, np.newaxis] / difference  # where it would show
    units = evidence.units(np.arange(steps.shape[1]))
    largest = np.max(np.abs(function.value), initial=0.0)
    sizes = largest * np.abs(evidence.upstreams).reshape(len(amounts), -1).sum(axis=1)
    noisy = ((sizes > 0) & (amounts > function.epsilon**NOISY * sizes))[:, np.newaxis]
    hidden: Booleans = evidence.wrong & ((steps > function.epsilon**CLOSE * units) | noisy)
    too_steep = noisy & (np.abs(evidence.analytic) * function.epsilon * units > amounts[:, np.newaxis])
    places = evidence.rng.permutation(np.argwhere(hidden & ~too_steep))
    for i, (row, column) in enumerate(places):
        if i == SAMPLE and not any(hidden[tuple(place)] for place in places[:SAMPLE]):
            hidden[tuple(places[SAMPLE:].T)] = False
            break
        hidden[row, column] = _is_hidden(evidence, row, column, steps[row, column], amounts[row])
    return hidden


def _is_hidden(evidence: Evidence, row: int, column: int, step: float, amount: float) -> bool:
    """Whether the gradient changes over the step at which the difference would show, and nothing contradicts it."""
    most = CHANGED * abs(float(evidence.analytic[row, column] - evidence.numeric[row, column]))
    same = [
        all(_gradient_within(evidence, row, column, times * once, most) for times in STEADY) for once in (step, -step)
    ]
    steady = all(same) if evidence.kink[row, column] else any(same)  # a kink has two slopes
    return not steady and not any(_contradicted(evidence, row, column, once, amount) for once in (step, -step))


def _contradicted(evidence: Evidence, row: int, column: int, step: float, noise: float) -> bool:
    """Whether the value changes along an entry by another amount than the integral of its analytic derivative.

    Over a step at which the difference would just show, and over longer ones: a derivative that is off by one part in
    a billion agrees with the first of them, and not with the others. The error of the integral is what Simpson's and
    Boole's rules differ by.
    """
    before = _value(evidence, row, column, 0.0)
    integral = uncertainty = 0.0
    for start, end in pairwise(LENGTHS):
        points = step * np.linspace(start, end, len(BOOLE))
        found = np.array([_gradient(evidence, row, column, point) for point in points])
        width = step * (end - start)
        differ = abs(float((BOOLE - SIMPSON) @ found))
        integral += width * float(BOOLE @ found)
        uncertainty += abs(width) * differ
        if np.ptp(found) > np.abs(found).max() or differ > COARSE * BOOLE @ np.abs(found):
            return False  # it changes its sign, or has a pole: the pieces are too long for an integral
        change = _value(evidence, row, column, step * end) - before
        if abs(change - integral) > noise + uncertainty:  # False where there is no value or no gradient
            between = step * np.linspace(start, end, CONFIRMED)[1:-1]
            found = np.append(found, [_gradient(evidence, row, column, point) for point in between])
            return bool(np.ptp(found) <= np.abs(found).max())
    return False


def _value(evidence: Evidence, row: int, column: int, step: float) -> float:
    """The value at a step along an entry, times the upstream gradient; NaN where there is none."""
    found = evidence.function.value_at(_moved(evidence, column, step))
    return np.nan if found is None else float(evidence.upstreams[row].reshape(-1) @ found.reshape(-1))


def _gradient(evidence: Evidence, row: int, column: int, step: float) -> float:
    """The analytic derivative at a step along its entry; NaN where there is none."""
    found = evidence.function.gradients_or_none(_moved(evidence, column, step), evidence.upstreams[row : row + 1])
    return np.nan if found is None else float(found[evidence.position][0, evidence.entries[column]])


def _moved(evidence: Evidence, column: int, step: float) -> list[Any]:
    perturbed = copies(evidence.function.inputs)
    perturbed[evidence.position].flat[evidence.entries[column]] += step
    return perturbed


def _gradient_within(evidence: Evidence, row: int, column: int, step: float, most: float) -> bool:
    """Whether the analytic derivative changes by no more than this along its entry; False where there is none."""
    return abs(_gradient(evidence, row, column, step) - float(evidence.analytic[row, column])) <= most
