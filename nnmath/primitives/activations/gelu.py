"""GELU: the input times the probability that a standard normal number is smaller.

Derivation: derivations/activations/gelu.md.
"""

import numpy as np

from nnmath.primitives.entrywise import entrywise
from nnmath.primitives.error_function import scaled_tail, scaled_tail_less_line
from nnmath.primitives.primitive import Primitive
from nnmath.primitives.tails import decaying_exponential, two_product
from nnmath.typing import Array, Backward

#: Beyond this the probability is 0 or 1 to the last digit.
SATURATED = 40.0


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
    a, slope = entrywise(value_and_slope, z)

    def backward(da: Array) -> Array:
        dz: Array = da * slope  # (15)
        return dz

    return a, backward


def value_and_slope(z: Array) -> tuple[Array, Array]:
    """GELU and its derivative; that has a zero, and all its digits next to it."""
    x = np.minimum(np.abs(z), SATURATED)  # (8)
    square, rest = two_product(x, x)
    e, far = decaying_exponential(square / 2)  # (10)
    e -= e * (rest / 2)  # (10)
    m = scaled_tail(x)  # (9)
    tail = x * (e * m)
    a = np.where(z < 0, -tail * far, z - tail)  # (13)
    bend = e * scaled_tail_less_line(x, m)  # (14)
    return a, np.where(z < 0, bend * far, 1 - bend)  # (14)
