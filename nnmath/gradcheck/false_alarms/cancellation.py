"""Values that are small because they are the difference of large numbers: stairs, whose treads may be very long."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nnmath.gradcheck.evidence import Evidence, compare
from nnmath.gradcheck.false_alarms.rounding import natural_sizes
from nnmath.gradcheck.finite_differences import ALL_STEPS, DEVIATIONS, RATIO, Floats
from nnmath.gradcheck.function_under_test import Subject, as_moved
from nnmath.gradcheck.numerical_derivatives import noise_at_entries, scales, values_at_entries

#: Steps from long ones to some so short that a smooth value changes by hardly anything.
DOWN_TO_TINY = RATIO ** -np.arange(1.0, 27.0)
#: The steps of a stair may be this much lower than those of a 1: one of a mean over so many, say.
FRACTION = 256


def as_stairs(subject: Subject, evidence: Evidence, noise: Floats, certain: NDArray[np.bool_]) -> Evidence:
    """Compare what is still wrong as if an intermediate result were about 1, with steps of up to that size as well.

    A value that is small because it was computed as 1 + small - 1, or as log(1 + small), is a stair whose treads may be
    longer than all steps: its rounding errors are those of the 1, and cannot be seen in the value. What is wrong then
    is right where the inputs are scaled down until the gradient is largest; a wrong backward pass is wrong there, too.
    """
    columns = np.flatnonzero(evidence.wrong.any(axis=0))
    again = _coarsely(subject, evidence, noise, columns)
    right = (evidence.wrong & ~certain)[:, columns] & ~again.wrong & again.known
    for column in np.flatnonzero(right.any(axis=0)):
        right[:, column] &= _has_stairs(subject, evidence, int(evidence.entries[columns[column]]))
    rows = np.flatnonzero(right.any(axis=1))
    natural = natural_sizes(subject, evidence.position, evidence.upstreams[rows])
    for inputs, these in natural.of_rows(np.arange(len(rows))):
        there = as_moved(subject, inputs)
        if there is not None:
            upstreams = evidence.upstreams[rows[these]]
            analytic = there.gradients(there.inputs, upstreams)[evidence.position][:, evidence.entries]
            moved = replace(evidence, upstreams=upstreams, analytic=analytic)
            right[rows[these]] &= ~_coarsely(there, moved, noise, columns).wrong
    return evidence.taking(again, columns, right)


def _coarsely(subject: Subject, evidence: Evidence, noise: Floats, columns: NDArray[np.intp]) -> Evidence:
    """Compare some columns with the noise of a 1 in all values; of two units of the steps the one that fits better."""
    entries = evidence.entries[columns]
    x = np.asarray(subject.inputs[evidence.position], dtype=np.float64)
    units = scales(x).reshape(-1)[entries]
    rounding = subject.epsilon / 2 * np.maximum(np.abs(subject.value), 1)  # of the sum of 1 and something small
    floor = np.fmax(noise, rounding / DEVIATIONS)
    one, other = (
        compare(
            subject, evidence.position, evidence.upstreams, evidence.spread(subject), floor, entries, ALL_STEPS, unit
        )
        for unit in (units, np.maximum(units, 1.0))
    )
    better = ~one.known | (other.known & (other.deviation < one.deviation))
    low, high, kink = (np.where(better, getattr(other, n), getattr(one, n)) for n in ("low", "high", "kink"))
    return replace(one, low=low, high=high, kink=kink)


def _has_stairs(subject: Subject, evidence: Evidence, entry: int) -> NDArray[np.bool_]:
    """For which rows the values along an entry may be rounded as those of a 1 are: no smaller change is seen in them.

    Either they do not change at all by less, however short the step, or they are that rough.
    """
    x = np.asarray(subject.inputs[evidence.position], dtype=np.float64)
    unit = scales(x).reshape(-1)[[entry]]
    least = subject.epsilon / 2 / FRACTION
    values, _ = values_at_entries(subject, evidence.position, [entry], DOWN_TO_TINY, unit)
    changes = np.abs(np.concatenate([found[:, 0] for found in values.values()]) - subject.value)
    smallest = np.min(changes, axis=0, initial=np.inf, where=changes > 0)
    stairs = (smallest >= least) | (noise_at_entries(subject, evidence.position, [entry], unit)[0] >= least)
    return np.asarray(((evidence.upstreams != 0) & stairs).reshape(len(evidence.upstreams), -1).any(axis=1))
