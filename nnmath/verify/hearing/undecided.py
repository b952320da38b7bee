"""Where the values cannot tell a right gradient from a wrong one, whatever the steps."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.verify.evidence import Evidence
from nnmath.verify.finite_differences import DEVIATIONS, PLACES, Floats
from nnmath.verify.numeric import scales, value_noise
from nnmath.verify.report import NotJudged
from nnmath.verify.subject import Subject

#: A value is hardly known where its noise is this many times the root of epsilon, relative to it.
#: Lengths of the probes that measure it, as powers of epsilon; the shorter one is for poles that are all but reached.
SHORT = (0.9, 0.7)
NOISY, TOO_NOISY = 512.0, "hardly a digit of the value is known here: its noise is too large"
#: A difference that shows within a step of epsilon to this power is one; only for others is the gradient looked at.
CLOSE = 0.4
#: The gradient is another where it changes by more than this much of the difference in question.
CHANGED = 0.25
BLURRED = "the value moves by no more than its noise before the gradient is another"


def without_undecided(
    subject: Subject, evidence: Evidence, noise: Floats, certain: NDArray[np.bool_], rng: np.random.Generator
) -> tuple[Evidence, list[NotJudged]]:
    """Take back verdicts that the noise of the values does not allow."""
    not_judged: list[NotJudged] = []
    noisy = np.broadcast_to(_noisy(subject, evidence, rng)[:, np.newaxis], evidence.wrong.shape)
    for undecided, reason in ((noisy, TOO_NOISY), (_blurred(subject, evidence, noise), BLURRED)):
        taken = evidence.wrong & ~certain & undecided
        low, high = np.where(taken, -np.inf, evidence.low), np.where(taken, np.inf, evidence.high)
        evidence = replace(evidence, low=low, high=high)
        for column in np.flatnonzero(taken.any(axis=0)):
            not_judged.append(NotJudged(evidence.position, evidence.place(subject, int(column)), reason))
    return evidence, not_judged


def _noisy(subject: Subject, evidence: Evidence, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Which rows are of values that are hardly known, as those of the inverse of an all but singular matrix.

    Their kinks and poles may be nearer than any step from which the noise lets through.
    """
    sizes = np.abs(subject.value)
    for moved in _nearby(subject, rng):
        value = subject.value_at(moved)
        sizes = np.maximum(sizes, 0 if value is None else np.abs(value))
    short = value_noise(subject, rng, SHORT)
    noisy = short > NOISY * subject.epsilon**0.5 * sizes
    return np.asarray((noisy & (evidence.upstreams != 0)).reshape(len(evidence.upstreams), -1).any(axis=1))


def _nearby(subject: Subject, rng: np.random.Generator) -> Iterator[list[Any]]:
    """Inputs at which a value that happens to be 0 is not: scaled down, and a little to either side."""
    starts = {k: np.asarray(subject.inputs[k], dtype=np.float64) for k in subject.wrt}
    down = {k: x * rng.uniform(0.5, 1.0, x.shape) for k, x in starts.items()}
    step = subject.epsilon**0.5
    up, below = ({k: x + side * scales(x) for k, x in starts.items()} for side in (step, -step))
    for places in (down, up, below):
        moved = list(subject.inputs)
        for k, x in places.items():
            moved[k] = x.astype(subject.inputs[k].dtype)
        yield moved


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
