"""GELU: the input times the probability that a standard normal number is smaller.

Derivation: derivations/activations/gelu.md.
"""

import numpy as np

from nnmath.primitives.entrywise import entrywise
from nnmath.primitives.error_function import scaled_tail, scaled_tail_in_single, scaled_tail_less_line
from nnmath.primitives.primitive import Primitive
from nnmath.primitives.tails import decaying_exponential, two_product
from nnmath.typing import Array, Backward

#: Beyond this the probability is 0 or 1 to the last digit.
SATURATED = 40.0
#: Beyond this it is so in single precision.
LARGEST = 15.0


@Primitive
def gelu(z: Array) -> tuple[Array, Backward]:
    """GELU z P(Z <= z) of each entry, where Z is a standard normal number.

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
    x = np.minimum(np.abs(z), LARGEST)  # (8)
    e = np.exp(-0.5 * (x * x))  # (10)
    m, difference = scaled_tail_in_single(x)  # (9), (20)
    a = np.maximum(z, 0) - x * e * m  # (13)
    bend = e * difference
    return a, bend + (z >= 0) * (1 - 2 * bend)  # (14): 1 - bend, or bend itself


def double(z: Array) -> tuple[Array, Array]:
    """Value and slope of float64 numbers, which have all their digits, also next to the zero of the slope."""
    x = np.minimum(np.abs(z), SATURATED)  # (8)
    square, rest = two_product(x, x)
    e, far = decaying_exponential(square / 2)  # (10)
    m, top = scaled_tail(x)  # (9)
    xm = x * m
    less = xm * (rest / 2)  # (10)
    tail = e * np.where(x > 2, top - (m + less), xm - less)  # two roundings less than x (e m) has
    a = np.where(z < 0, -tail * far, z - tail)  # (13)
    e -= e * (rest / 2)  # (10)
    bend = e * scaled_tail_less_line(x, m)  # (14)
    return a, np.where(z < 0, bend * far, 1 - bend)  # (14)
