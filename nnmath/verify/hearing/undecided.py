"""Where the values cannot tell a right gradient from a wrong one, whatever the steps."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nnmath.verify.evidence import Evidence
from nnmath.verify.finite_differences import DEVIATIONS, PLACES, Floats
from nnmath.verify.numeric import scales
from nnmath.verify.report import NotJudged
from nnmath.verify.subject import Subject

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
        same = []
        for side in (1, -1):
            moved = list(subject.inputs)
            y = x.copy()
            y.reshape(-1)[evidence.entries[column]] += side * steps[row, column]
            moved[evidence.position] = y.astype(subject.inputs[evidence.position].dtype)
            found = subject.gradients_or_none(moved, evidence.upstreams[row : row + 1])
            if found is not None:
                there = found[evidence.position][0, evidence.entries[column]]
                same.append(abs(there - evidence.analytic[row, column]) <= CHANGED * difference[row, column])
        blurred[row, column] = not (all(same) if evidence.kink[row, column] else any(same))  # a kink has two slopes
    return blurred
