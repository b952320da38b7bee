"""Mish: the input times the hyperbolic tangent of its softplus.

Derivation: derivations/activations/mish.md.
"""

import numpy as np

from nnmath.primitives.entrywise import entrywise
from nnmath.primitives.primitive import Primitive
from nnmath.primitives.tails import decaying_exponential, two_sum
from nnmath.typing import Array, Backward

#: r, the number next to the input at which the slope is 0; what the sum that is 0 there is at r, and exp(r).
ZERO, REMAINDER, EXPONENTIAL = -1.1924312145154952, 7.767226202386528e-17, 0.30348253528152896

#: Beyond this the gate is 0 or 1 to the last digit.
SATURATED = 800.0
#: In single precision, value and slope are 0 below the first number, and the gate is 1 above the second.
SMALLEST, LARGEST = -200.0, 40.0


@Primitive
def mish(z: Array) -> tuple[Array, Backward]:
    """Mish z tanh(log(1 + exp(z))) of each entry.

    Parameters
    ----------
    z : float array, any shape

    Returns
    -------
    a : float array, shape and dtype of z, at least -0.309
    backward : callable
        ``backward(da)`` takes the upstream gradient, shape of a, and returns dz, shape of z. It keeps the slope, one
        array of the size of z.

    Raises
    ------
    TypeError
        z is not float32 or float64.
    ValueError
        z has no entries, or da has not the shape of a.
    """
    a, slope = entrywise(double, z, single)

    def backward(da: Array) -> Array:
        dz: Array = da * slope  # (18)
        return dz

    return a, backward


def single(z: Array) -> tuple[Array, Array]:
    """Value and slope of float32 numbers, which are given in double precision: one rounding is left."""
    z = np.maximum(z, SMALLEST)  # infinity times 0 is no number
    inside = np.minimum(z, LARGEST)
    n = np.exp(inside)
    top = n * (n + 2)
    bottom = top + 2
    quotient = 1 / bottom
    slope = n * (4 * (1 + inside) * (1 + n) + n * (bottom + 2 * n)) * quotient * quotient
    return z * top * quotient, slope  # (7), (20)


def double(z: Array) -> tuple[Array, Array]:
    """Value and slope of float64 numbers, which have all their digits, also next to the zero of the slope."""
    inside = np.clip(z, -SATURATED, SATURATED)  # infinity times 0 is no number
    negative = z < 0
    e, far = decaying_exponential(np.abs(inside))  # (10)
    factor = np.where(negative, far, 1)
    c = np.where(negative, e, 2 * e)  # (11)
    half_square = c * c / 2
    sum_, rest = two_sum(1.0, c)
    bottom, more_rest = two_sum(sum_, half_square)  # (12)
    share = (rest + more_rest) / bottom  # what rounding has taken away from the denominator
    large, small = np.where(negative, c, sum_), np.where(negative, half_square, rest)
    small -= (large + small) * share
    a = np.maximum(z, -SATURATED) * ((large + small) / bottom) * factor  # (13)
    t, t_rest = two_sum(inside, -ZERO)
    large = np.where(negative, t * (1 + e), 1)
    above = e * (4 + e * (4 * inside + 6 + e * (4 * inside + 4)))  # (15)
    small = np.where(negative, rest_of_sum(t) + t_rest * (1 + e), above)
    small -= (large + small) * (2 * share)
    slope = np.where(negative, e, 1) * (large + small) / bottom / bottom * factor  # (14), (15)
    return a, slope


def rest_of_sum(t: Array) -> Array:
    """Return all but one term of the sum whose zero is that of the slope, from the distance to it; of one sign."""
    m, E = np.expm1(np.minimum(t, -ZERO)), EXPONENTIAL
    rest: Array = REMAINDER + m * E * (ZERO + 1.5 + E * (m + 2 + E / 4 * (m * (m + 3) + 3)))  # (16), (17)
    return rest
