"""Outputs without a derivative that one direction and its usual steps take for smooth.

What the backward pass returns takes no part in that. Derivation: derivations/gradcheck/false_alarms.md, rule 10.
"""

from dataclasses import replace

import numpy as np

from nnmath.gradcheck.arrays import Booleans, Floats
from nnmath.gradcheck.finite_differences import ALL_STEPS, Intervals
from nnmath.gradcheck.function_under_test import FunctionUnderTest
from nnmath.gradcheck.numerical_derivatives import differentiate_along

#: Steps that are shorter by these lie between the usual ones.
OTHER_STEPS = 2.0 ** -np.arange(1.0, 10.0, 2)
#: So often a direction is written as a sum of two others.
SUMS = 8


def with_other_steps(
    function: FunctionUnderTest, k: int, direction: Floats, noise: Floats, found: Intervals
) -> Intervals:
    """The same with outputs counted as on a kink whose intervals from steps between the usual ones lie apart.

    Among many outputs the series of one may seem to converge by chance, next to a pole or a jump: with other steps it
    converges to something else.
    """
    apart = np.zeros(found.kink.shape, dtype=bool)
    for shorter in OTHER_STEPS:
        other = differentiate_along(function, k, direction, noise, shorter * ALL_STEPS)
        apart |= _lie_apart(found, other.low, other.high)
    return replace(found, kink=found.kink | apart)


def with_sums(function: FunctionUnderTest, k: int, direction: Floats, noise: Floats, found: Intervals) -> Intervals:
    """The same with outputs counted as on a kink whose slope is not the sum of the slopes along two other directions.

    Where several kinks coincide, as at the ties of a sorted row, an output may be smooth along a line, and yet have no
    gradient.
    """
    rng = np.random.default_rng(0)
    apart = np.zeros(found.kink.shape, dtype=bool)
    for _ in range(SUMS):
        part = rng.standard_normal(direction.shape) * np.abs(direction).mean()
        one, other = (differentiate_along(function, k, term, noise, ALL_STEPS) for term in (part, direction - part))
        apart |= _lie_apart(found, one.low + other.low, one.high + other.high)
    return replace(found, kink=found.kink | apart)


def _lie_apart(found: Intervals, low: Floats, high: Floats) -> Booleans:
    """Where other intervals are known, and share nothing with these."""
    return np.asarray(np.isfinite(low) & np.isfinite(high) & ((low > found.high) | (high < found.low)))
