"""Sigmoid: squashes any number into (0, 1).

Derivation: derivations/activations/sigmoid.md.
"""

import numpy as np

from nnmath.primitives.entrywise import entrywise
from nnmath.primitives.primitive import Primitive
from nnmath.typing import Array, Backward

#: Beyond this the slope is 0 in single precision.
LARGEST = 200.0


@Primitive
def sigmoid(z: Array) -> tuple[Array, Backward]:
    """Sigmoid 1 / (1 + exp(-z)) of each entry.

    At -infinity and infinity the value is 0 and 1, and the slope 0. Of NaN both are NaN.

    Parameters
    ----------
    z : float array, any shape

    Returns
    -------
    a : float array, shape and dtype of z, in [0, 1]
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
    v = np.exp(np.clip(z, -LARGEST, LARGEST))
    b = 1 / (1 + v)  # (17)
    a = v * b
    return a, a * b  # (17), (23)


def double(z: Array) -> tuple[Array, Array]:
    """Value and slope of float64 numbers."""
    e = np.exp(-np.abs(z))  # (18)
    smaller = e / (1 + e)
    a = np.abs((z >= 0) - smaller)  # (20): 1 - smaller, or smaller itself; np.where is four times as slow
    return a, e / (1 + e * (2 + e))  # (24)
