"""Values that are small because they are the difference of large numbers: they are constant over long steps."""

from dataclasses import replace

import numpy as np

from nnmath.gradcheck.arrays import Booleans, Indices
from nnmath.gradcheck.evidence import Evidence
from nnmath.gradcheck.false_alarms.remeasured_noise import sample
from nnmath.gradcheck.false_alarms.rounding import largest_gradients
from nnmath.gradcheck.finite_differences import ALL_STEPS, DEVIATIONS, RATIO
from nnmath.gradcheck.numerical_derivatives import noise_at_entries, values_at_entries
from nnmath.gradcheck.single_entries import compare_at

#: Steps from long ones to some so short that a smooth value changes by hardly anything.
DOWN_TO_TINY = RATIO ** -np.arange(1.0, 27.0)
#: Rounding errors of a 1 may be divided by this much: a mean over so many, say.
FRACTION = 256


def allow_for_cancellation(evidence: Evidence) -> Evidence:
    """Compare what is still wrong as if an intermediate result were about 1, with steps of up to that size as well.

    A value that is small because it was computed as 1 + small - 1, or as log(1 + small), is piecewise constant, and the
    pieces may be longer than all steps: its rounding errors are those of the 1, and cannot be seen in the value. What
    is wrong then is right where the inputs are scaled down until the gradient is largest; a wrong backward pass is
    wrong there, too.
    """
    if not evidence.doubtful.any():
        return evidence
    columns = evidence.columns_where(evidence.wrong)
    first = sample(evidence, columns)
    if _rounded_like_1(evidence, first).wrong[evidence.doubtful[:, first]].all():
        return evidence
    again = _rounded_like_1(evidence, columns)
    right = evidence.doubtful[:, columns] & ~again.wrong & again.known
    for column in np.flatnonzero(right.any(axis=0)):
        right[:, column] &= _changes_in_jumps(evidence, int(evidence.entries[columns[column]]))
    rows = np.flatnonzero(right.any(axis=1))
    largest = largest_gradients(evidence.function, evidence.position, evidence.upstreams[rows])
    for inputs, these in largest.by_inputs(np.arange(len(rows))):
        there = compare_at(evidence, inputs, rows[these])
        if there is not None:
            right[rows[these]] &= ~_rounded_like_1(there, columns).wrong
    return evidence.taking(again, columns, right)


def _rounded_like_1(evidence: Evidence, columns: Indices) -> Evidence:
    """Compare some columns with the noise of a 1 in all values; of two units of the steps the one that fits better."""
    function, units = evidence.function, evidence.units(columns)
    rounding = function.epsilon / 2 * np.maximum(np.abs(function.value), 1)  # of the sum of 1 and something small
    noise = np.fmax(evidence.noise, rounding / DEVIATIONS)
    one, other = (evidence.derivatives(columns, noise, ALL_STEPS, unit) for unit in (units, np.maximum(units, 1.0)))
    better = ~one.known | (other.known & (other.deviation < one.deviation))
    return replace(one, intervals=one.intervals.replaced(other.intervals, better))


def _changes_in_jumps(evidence: Evidence, entry: int) -> Booleans:
    """For which rows the values along an entry may be rounded as those of a 1 are: no smaller change is seen in them.

    Either they do not change at all by less, however short the step, or they are that noisy.
    """
    function, position = evidence.function, evidence.position
    unit = evidence.units(np.flatnonzero(evidence.entries == entry))
    least = function.epsilon / 2 / FRACTION
    values, _ = values_at_entries(function, position, [entry], DOWN_TO_TINY, unit)
    changes = np.abs(np.concatenate([found[:, 0] for found in values.values()]) - function.value)
    smallest = np.min(changes, axis=0, initial=np.inf, where=changes > 0)
    jumps = (smallest >= least) | (noise_at_entries(function, position, [entry], unit)[0] >= least)
    return np.asarray(((evidence.upstreams != 0) & jumps).reshape(len(evidence.upstreams), -1).any(axis=1))
