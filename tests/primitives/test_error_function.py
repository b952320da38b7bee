"""The polynomials of the error function are the interpolations that they are said to be."""

from collections.abc import Callable
from typing import Any

import numpy as np
from mpmath import erfc, exp, mp, mpf, pi, sqrt

from nnmath.primitives.error_function import (
    COEFFICIENTS,
    CROSSING,
    IN_SINGLE,
    MIDDLE,
    MIDDLE_IN_SINGLE,
    POLYNOMIAL_AT_0,
)


def scaled_tail(x: Any) -> Any:
    """Return exp(x**2 / 2) times the probability that a standard normal number is above x."""
    return exp(x * x / 2) * erfc(x / sqrt(2)) / 2


def interpolation(function: Callable[[Any], Any], low: Any, high: Any, points: int, degree: int) -> list[Any]:
    """Return the polynomial through a function at Chebyshev points, cut off after a degree, lowest power first."""
    angles = [(k + mpf(1) / 2) * pi / points for k in range(points)]
    centre, radius = (low + high) / 2, (high - low) / 2
    values = [function(centre + radius * mp.cos(angle)) for angle in angles]
    variable = np.poly1d([1 / radius, -centre / radius])  # the Chebyshev polynomials are those of it
    before, here, total = np.poly1d([mpf(1)]), variable, np.poly1d([sum(values) / points])
    for k in range(1, degree + 1):
        share = sum(value * mp.cos(k * angle) for value, angle in zip(values, angles)) * 2 / points
        total += share * here
        before, here = here, 2 * variable * here - before
    return list(total.coeffs[::-1])


def test_the_polynomial_for_double_precision() -> None:
    def function(t: Any) -> Any:
        x = MIDDLE * (1 + t) / (1 - t)
        return (1 + x) * scaled_tail(x)

    with mp.workdps(60):
        found = interpolation(function, mpf(-1), mpf(1), 40, 24)
        at_0 = mpf(POLYNOMIAL_AT_0.high) + mpf(POLYNOMIAL_AT_0.low)
        assert abs(found[0] - at_0) < 1e-33
        assert [float(c) for c in found[1:]] == list(COEFFICIENTS)


def test_the_polynomial_for_single_precision() -> None:
    with mp.workdps(60):
        r = mp.findroot(lambda x: scaled_tail(x) - x / sqrt(2 * pi), CROSSING)

        def function(u: Any) -> Any:
            x = (r + u * MIDDLE_IN_SINGLE) / (1 - u)
            return ((x + MIDDLE_IN_SINGLE) * scaled_tail(x) - (r + MIDDLE_IN_SINGLE) * scaled_tail(r)) / u

        low, high = ((mpf(x) - r) / (x + MIDDLE_IN_SINGLE) for x in (0, 15))
        found = interpolation(function, low, high, len(IN_SINGLE), len(IN_SINGLE) - 1)
        np.testing.assert_allclose([float(c) for c in found], IN_SINGLE, rtol=1e-15)
