"""GELU: the input times the probability that a standard normal number is smaller.

Derivation: derivations/activations/gelu.md.
"""

import numpy as np

from nnmath.primitives.double_double import DoubleDouble, choose, decaying_exponential
from nnmath.primitives.entrywise import entrywise
from nnmath.primitives.error_function import scaled_tail, scaled_tail_in_single, scaled_tail_less_line
from nnmath.primitives.primitive import Primitive
from nnmath.typing import Array, Backward

#: Beyond this the probability is 0 or 1 to the last digit.
SATURATED = 40.0
#: Beyond this it is so in single precision.
LARGEST = 15.0


@Primitive
def gelu(z: Array) -> tuple[Array, Backward]:
    """GELU z P(Z <= z) of each entry, where Z is a standard normal number.

    At -infinity and infinity the value is 0 and infinity, the slope 0 and 1. Of NaN both are NaN.

    Parameters
    ----------
    z : float array, any shape

    Returns
    -------
    a : float array, shape and dtype of z, at least -0.17
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
        dz: Array = da * slope  # (15)
        return dz

    return a, backward


def single(z: Array) -> tuple[Array, Array]:
    """Value and slope of float32 numbers, which are given in double precision: one rounding is left."""
    x = np.clip(np.abs(z), 0, LARGEST)  # (8); np.minimum is slower
    e = np.exp(-0.5 * (x * x))  # (10)
    m, difference = scaled_tail_in_single(x)  # (9), (20)
    a = np.clip(z, 0, None) - x * e * m  # (13)
    bend = e * difference
    return a, bend + (z >= 0) * (1 - 2 * bend)  # (14): 1 - bend, or bend itself


def double(z: Array) -> tuple[Array, Array]:
    """Value and slope of float64 numbers, with twice the digits but for exponential and polynomial."""
    x = np.minimum(np.abs(z), SATURATED)  # (8)
    e, power = decaying_exponential((DoubleDouble(x) * x).times_power_of_two(0.5))  # (10)
    negative = z < 0
    power = np.where(negative, power, 1)
    m = scaled_tail(x)  # (9)
    tail = e * x * m  # (11)
    a = choose(negative, -tail, x - tail).rounded() * power  # (13)
    bend = e * scaled_tail_less_line(x, m)
    slope = choose(negative, bend, 1 - bend).rounded() * power  # (14)
    return np.where(np.abs(z) <= SATURATED, a, np.maximum(z, 0)), slope
