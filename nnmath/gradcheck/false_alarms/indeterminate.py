"""Points where the values cannot tell a right gradient from a wrong one, whatever the steps."""

import numpy as np

from nnmath.gradcheck.arguments import copies
from nnmath.gradcheck.arrays import Booleans
from nnmath.gradcheck.evidence import Evidence
from nnmath.gradcheck.finite_differences import DEVIATIONS, PLACES, RATIO

#: A difference that shows within a step of epsilon to this power shows; only for others is the gradient looked at.
CLOSE = 0.4
#: The gradient changes where it changes by more than this much of the difference in question.
CHANGED = 0.25
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
    hidden: Booleans = evidence.wrong & (steps > function.epsilon**CLOSE * evidence.units(np.arange(steps.shape[1])))
    for row, column in np.argwhere(hidden):
        most = CHANGED * difference[row, column]
        same = [
            all(_gradient_within(evidence, row, column, step, most) for step in (once, RATIO * once))
            for once in (steps[row, column], -steps[row, column])
        ]
        hidden[row, column] = not (all(same) if evidence.kink[row, column] else any(same))  # a kink has two slopes
    return hidden


def _gradient_within(evidence: Evidence, row: int, column: int, step: float, most: float) -> bool:
    """Whether the analytic derivative changes by no more than this along its entry; False where there is none."""
    perturbed, entry = copies(evidence.function.inputs), evidence.entries[column]
    perturbed[evidence.position].flat[entry] += step
    found = evidence.function.gradients_or_none(perturbed, evidence.upstreams[row : row + 1])
    if found is None:
        return False
    return bool(abs(found[evidence.position][0, entry] - evidence.analytic[row, column]) <= most)
