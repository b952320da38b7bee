"""Numerical derivatives by single entries, of all outputs together: each times its upstream gradient."""

from typing import cast

import numpy as np

from nnmath.gradcheck.arrays import Booleans, Floats, Indices
from nnmath.gradcheck.finite_differences import Intervals
from nnmath.gradcheck.function_under_test import FunctionUnderTest
from nnmath.gradcheck.numerical_derivatives import differentiate_entries


def measured(
    function: FunctionUnderTest,
    position: int,
    entries: Indices,
    upstreams: Floats,
    noise: Floats,
    steps: Floats,
    units: Floats | None = None,
    both_sides: bool = False,
) -> Intervals:
    """Intervals by upstream gradients and entries, with these steps in these units."""
    found = differentiate_entries(function, position, list(entries), noise, steps, units, both_sides=both_sides)
    return project(found, upstreams)


def project(found: Intervals, upstreams: Floats) -> Intervals:
    """Combine the intervals of all outputs by upstream gradients: (entries, *value) becomes (upstreams, entries)."""
    low, high, kink = (a.reshape(len(a), -1) for a in (found.low, found.high, found.kink))
    rows = upstreams.reshape(len(upstreams), -1)
    single = np.count_nonzero(rows, axis=1) == 1
    if single.all() and (rows[single].max(axis=1) == 1).all():
        outputs = rows.argmax(axis=1)
        return Intervals(low.T[outputs], high.T[outputs], cast(Booleans, kink.T[outputs]))
    lows, highs, kinks = [], [], []
    for weights in rows:
        active = weights != 0  # an output without a value does not matter where it has no weight
        centre = ((low + high) / 2)[:, active] @ weights[active]
        width = ((high - low) / 2)[:, active] @ np.abs(weights[active])
        lows.append(centre - width)
        highs.append(centre + width)
        kinks.append(kink[:, active].any(axis=1))
    return Intervals(np.stack(lows), np.stack(highs), np.stack(kinks))
