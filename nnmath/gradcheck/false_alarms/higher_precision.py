"""Values that are badly rounded: the same function in a wider precision, where it can be called in one."""

from dataclasses import replace

import numpy as np

from nnmath.gradcheck.arrays import Booleans, Floats, Indices
from nnmath.gradcheck.evidence import Evidence
from nnmath.gradcheck.finite_differences import ALL_STEPS, DEVIATIONS, PLACES
from nnmath.gradcheck.function_under_test import FunctionUnderTest
from nnmath.gradcheck.numerical_derivatives import PROBE_POWERS, value_noise
from nnmath.gradcheck.wider_precision import in_precision, wider_precision

#: An interval from the wider precision counts where it is at most this much of the derivative, or narrower than before.
NARROW = 0.01
#: Its noise is measured so often: where a step is just some units in the last place long, rounding may not show.
REPEATS = 3
#: The probes of the noise, as powers of epsilon: the usual ones, and longer ones for values that are constant on them.
PROBES = PROBE_POWERS, (*PROBE_POWERS, 0.4, 0.3)
#: Rounding has less noise there, by this factor at least; what has not is an oscillation shorter than the steps.
LESS = 1 / 16
#: Wrong entries that are compared first; only if one of them turns out to be right are all the others.
SAMPLE = 6


def compare_in_higher_precision(evidence: Evidence) -> Evidence:
    """Compare what is wrong with the derivatives of the forward pass in a wider precision, where they are known.

    In single precision -log(1 - sigmoid(z)) at z = 14 is piecewise constant: 1 - sigmoid(z) is a few units in the last
    place of a 1. No difference of its values tells its slope, but those of the same function in double precision do.
    Above double precision there is the extended one of many machines.
    """
    wide = _in_wider_precision(evidence.function)
    if wide is None:
        return evidence
    noises = _noises(evidence, wide)
    columns = evidence.columns_where(evidence.wrong)
    first = evidence.rng.permutation(columns)[:SAMPLE]
    evidence = _replaced(evidence, wide, noises, first)
    if evidence.wrong[:, first].any(axis=0).all() and evidence.confirmed[:, first].any(axis=0).all():
        return replace(evidence, confirmed=np.ones_like(evidence.confirmed))  # not a matter of rounding
    others = np.setdiff1d(columns, first)
    return _replaced(evidence, wide, noises, others) if len(others) else evidence


def _in_wider_precision(function: FunctionUnderTest) -> FunctionUnderTest | None:
    """The function in a wider precision, or None where there is none, or it does not take numbers of it."""
    dtype = wider_precision(function)
    return None if dtype is None else in_precision(function, dtype)


def _noises(evidence: Evidence, wide: FunctionUnderTest) -> list[Floats]:
    """The noise by each of the probes; no less than what a 1 among the intermediate results would cause."""
    sizes, rng = np.maximum(np.abs(evidence.function.value), 1), evidence.rng
    least = PLACES / DEVIATIONS * wide.epsilon * sizes
    return [np.fmax.reduce([value_noise(wide, rng, powers) for _ in range(REPEATS)]) + least for powers in PROBES]


def _replaced(evidence: Evidence, wide: FunctionUnderTest, noises: list[Floats], columns: Indices) -> Evidence:
    """Take the intervals of the wider precision, with longer probes of its noise where these still say wrong."""
    rounded = _is_rounding(evidence, noises[0])[:, np.newaxis]
    for noise in noises:
        again = _compared(evidence, wide, noise, columns)
        width = again.high - again.low
        low, high = evidence.low[:, columns], evidence.high[:, columns]
        apart = (again.high < low) | (again.low > high)  # otherwise the narrower of the two is as good
        narrow = again.known & ((width <= high - low) | (apart & (width <= NARROW * np.abs(again.numeric))))
        taken = rounded & evidence.wrong[:, columns] & narrow & ~(evidence.confirmed[:, columns] & again.wrong)
        evidence = evidence.taking(again, columns, taken, confirmed=True)
        if not evidence.wrong[:, columns].any():
            break
    return evidence


def _is_rounding(evidence: Evidence, there: Floats) -> Booleans:
    """For which rows the noise of the values is less in the wider precision, or negligible."""
    function = evidence.function
    negligible = PLACES * function.epsilon * np.maximum(np.abs(function.value), 1)
    here, there = (a.reshape(-1) for a in (np.fmax(LESS * evidence.noise, negligible), there))
    sizes = np.abs(evidence.upstreams).reshape(len(evidence.upstreams), -1)
    return np.asarray(sizes @ there <= sizes @ here)


def _compared(evidence: Evidence, wide: FunctionUnderTest, noise: Floats, columns: Indices) -> Evidence:
    """Compare some columns in the wider precision; of two units of the steps the one with the narrower interval."""
    units, own = evidence.units(columns), np.abs(evidence.input.reshape(-1)[evidence.entries[columns]])
    there = replace(evidence, function=wide)
    one, other = (there.derivatives(columns, noise, ALL_STEPS, unit) for unit in (units, np.where(own > 0, own, units)))
    narrower = ~one.known | (other.known & (other.high - other.low < one.high - one.low))
    return replace(one, intervals=one.intervals.replaced(other.intervals, narrower))
