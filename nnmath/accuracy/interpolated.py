"""Exact values of a smooth function at very many neighbouring inputs, from a few that are evaluated to 40 digits."""

from itertools import pairwise
from typing import Any

import numpy as np
from mpmath import mp, mpf

from nnmath.accuracy.functions import Array
from nnmath.primitives.double_double import DoubleDouble

#: Through how many points the polynomial goes, and the relative error at which it is given up, next to a kink.
POINTS, ALLOWED = 10, 1e-20
#: Digits of the interpolation.
DIGITS = 50


class Interpolated:
    """The polynomial through a function at the Chebyshev points of a short interval, evaluated with twice the digits.

    Parameters
    ----------
    centre : float
        The middle of the interval.
    radius : float
        A power of two, half the length of the interval.
    points : array, shape (11,)
        What `points_of` returns.
    exact : array of mpmath numbers, shape of points
        The function there; the last one tells whether the polynomial is good enough.
    """

    def __init__(self, centre: float, radius: float, points: Array, exact: Any) -> None:
        self.centre, self.radius = centre, radius
        with mp.workdps(DIGITS):
            t = [(mpf(float(x)) - mpf(centre)) / mpf(radius) for x in points]
            coefficients = _coefficients(t[:-1], list(exact[:-1]))
            predicted = mp.polyval(coefficients[::-1], t[-1])
            self.is_good = bool(abs(predicted - exact[-1]) <= ALLOWED * abs(exact[-1]))
            self.coefficients = [DoubleDouble(float(c), float(c - mpf(float(c)))) for c in coefficients]

    def errors_in_ulp(self, x: Array, computed: Array) -> Array:
        """Return how far computed values at inputs of the interval are from the polynomial, in its last place."""
        t = (x - self.centre) / self.radius
        total = self.coefficients[-1] * t
        for coefficient in self.coefficients[-2:0:-1]:
            total = (total + coefficient) * t
        total = total + self.coefficients[0]
        difference: Array = np.abs((computed - total.high) - total.low) / np.spacing(np.abs(total.high))
        return difference


def points_of(centre: float, radius: float) -> Array:
    """Return the Chebyshev points of an interval, and one more number of it."""
    angles = (np.arange(POINTS) + 0.5) * np.pi / POINTS
    return centre + radius * np.append(np.cos(angles), 0.123)


def _coefficients(t: list[Any], values: list[Any]) -> list[Any]:
    """Return the polynomial through values, lowest power first: Newton's divided differences, multiplied out."""
    for step in range(1, len(t)):
        for k in range(len(t) - 1, step - 1, -1):
            values[k] = (values[k] - values[k - 1]) / (t[k] - t[k - step])
    total = [values[-1]]
    for root, value in zip(t[-2::-1], values[-2::-1], strict=True):
        total = [value - root * total[0], *(a - root * b for a, b in pairwise(total)), total[-1]]
    return total
