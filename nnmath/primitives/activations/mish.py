"""Mish: the input times the hyperbolic tangent of its softplus.

Derivation: derivations/activations/mish.md.
"""

import numpy as np

from nnmath.primitives.double_double import DoubleDouble, choose, decaying_exponential, exponential_near
from nnmath.primitives.entrywise import entrywise
from nnmath.primitives.primitive import Primitive
from nnmath.typing import Array, Backward

#: r, the number next to the input at which the slope is 0, and exp(r).
ZERO, EXP_ZERO = DoubleDouble(-1.1924312145154952), DoubleDouble(0.30348253528152896, -2.0985677798639728e-17)
#: Beyond this the gate is 0 or 1 to the last digit.
SATURATED = 800.0
#: In single precision, value and slope are 0 below the first number, and the gate is 1 above the second.
SMALLEST, LARGEST = -200.0, 40.0


@Primitive
def mish(z: Array) -> tuple[Array, Backward]:
    """Mish z tanh(log(1 + exp(z))) of each entry.

    At -infinity and infinity the value is 0 and infinity, the slope 0 and 1. Of NaN both are NaN.

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
    z = np.clip(z, SMALLEST, 1e100)  # infinity times 0 is no number
    inside = np.clip(z, None, LARGEST)
    n = np.exp(inside)
    top = n * (n + 2)
    bottom = top + 2
    quotient = 1 / bottom
    slope = n * (4 * (1 + inside) * (1 + n) + n * (bottom + 2 * n)) * quotient * quotient
    return z * top * quotient, slope  # (7), (20)


def double(z: Array) -> tuple[Array, Array]:
    """Value and slope of float64 numbers, with twice the digits but for the exponentials, and rounded once."""
    inside = np.clip(z, -SATURATED, SATURATED)  # infinity times 0 is no number
    e, power = decaying_exponential(DoubleDouble(np.abs(inside)))  # (10)
    negative = z < 0
    power = np.where(negative, power, 1)
    c = e.times_power_of_two(np.where(negative, 1, 2))  # (11)
    half_square = (c * c).times_power_of_two(0.5)
    bottom = 1 + c + half_square  # (12)
    a = (inside * choose(negative, c + half_square, 1 + c) / bottom).rounded() * power  # (13)
    x, x4 = DoubleDouble(inside), DoubleDouble(4 * inside)
    n = exponential_near(x, ZERO, EXP_ZERO)  # (17)
    below = e * (1 + x + n * (1.5 + x + n * (1 + n.times_power_of_two(0.25))))
    above = 1 + e * (4 + e * (6 + x4 + e * (4 + x4)))
    slope = (choose(negative, below, above) / (bottom * bottom)).rounded() * power  # (14), (15)
    return np.where(np.abs(z) <= SATURATED, a, np.maximum(z, 0)), slope
