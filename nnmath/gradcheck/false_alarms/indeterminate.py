"""Where the values cannot tell a right gradient from a wrong one, whatever the steps."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nnmath.gradcheck.arguments import copies
from nnmath.gradcheck.evidence import Evidence
from nnmath.gradcheck.finite_differences import DEVIATIONS, PLACES, RATIO, Floats
from nnmath.gradcheck.function_under_test import Subject
from nnmath.gradcheck.numerical_derivatives import scales
from nnmath.gradcheck.report import NotJudged

#: A difference that shows within a step of epsilon to this power is one; only for others is the gradient looked at.
CLOSE = 0.4
#: The gradient is another where it changes by more than this much of the difference in question.
CHANGED = 0.25
BLURRED = "the value moves by no more than its noise before the gradient is another"


def without_undecided(
    subject: Subject, evidence: Evidence, noise: Floats, certain: NDArray[np.bool_]
) -> tuple[Evidence, list[NotJudged]]:
    """Take back verdicts that the noise of the values does not allow."""
    taken = evidence.wrong & ~certain & _blurred(subject, evidence, noise)
    low, high = np.where(taken, -np.inf, evidence.low), np.where(taken, np.inf, evidence.high)
    places = (evidence.place(subject, int(column)) for column in np.flatnonzero(taken.any(axis=0)))
    return replace(evidence, low=low, high=high), [NotJudged(evidence.position, place, BLURRED) for place in places]


def _blurred(subject: Subject, evidence: Evidence, noise: Floats) -> NDArray[np.bool_]:
    """Where the values move by more than their noise only at steps over which the gradient does not stay as it is.

    A saturated output that is a few units in the last place from 1 has a slope that is as small, and gone before any
    step that could show it. To long steps such a value seems to be constant.
    """
    x = np.asarray(subject.inputs[evidence.position], dtype=np.float64)
    rounding = 2 * (DEVIATIONS * noise + PLACES * subject.epsilon * np.abs(subject.value))
    amounts = np.abs(evidence.upstreams).reshape(len(evidence.upstreams), -1) @ rounding.reshape(-1)
    difference = np.abs(evidence.analytic - evidence.numeric)
    with np.errstate(all="ignore"):
        steps = amounts[:, np.newaxis] / difference  # where it would show
    units = scales(x).reshape(-1)[evidence.entries]
    blurred: NDArray[np.bool_] = evidence.wrong & (steps > subject.epsilon**CLOSE * units)
    for row, column in np.argwhere(blurred):
        most = CHANGED * difference[row, column]
        same = [
            all(_gradient_within(subject, evidence, row, column, step, most) for step in (once, RATIO * once))
            for once in (steps[row, column], -steps[row, column])
        ]
        blurred[row, column] = not (all(same) if evidence.kink[row, column] else any(same))  # a kink has two slopes
    return blurred


def _gradient_within(subject: Subject, evidence: Evidence, row: int, column: int, step: float, most: float) -> bool:
    """Whether the analytic derivative changes by no more than this along its entry; False where there is none."""
    moved, entry = copies(subject.inputs), evidence.entries[column]
    moved[evidence.position].flat[entry] += step
    found = subject.gradients_or_none(moved, evidence.upstreams[row : row + 1])
    if found is None:
        return False
    return bool(abs(found[evidence.position][0, entry] - evidence.analytic[row, column]) <= most)
