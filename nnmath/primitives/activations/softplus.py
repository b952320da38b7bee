"""Softplus: ReLU with its corner rounded off, and the integral of the sigmoid.

Derivation: derivations/activations/softplus.md.
"""

import numpy as np

from nnmath.primitives.entrywise import entrywise
from nnmath.primitives.primitive import Primitive
from nnmath.typing import Array, Backward

#: Beyond this value and slope are 0, or the input and 1, in single precision.
LARGEST = 200.0


@Primitive
def softplus(z: Array) -> tuple[Array, Backward]:
    """Softplus log(1 + exp(z)) of each entry.

    At -infinity and infinity the value is 0 and infinity, the slope 0 and 1. Of NaN both are NaN.

    Parameters
    ----------
    z : float array, any shape

    Returns
    -------
    a : float array, shape and dtype of z, nonnegative
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
        dz: Array = da * slope  # (11)
        return dz

    return a, backward


def single(z: Array) -> tuple[Array, Array]:
    """Value and slope of float32 numbers, which are given in double precision: one rounding is left."""
    v = np.exp(np.clip(z, -LARGEST, LARGEST))
    sum_ = 1 + v  # (1)
    lost = v - (sum_ - 1)  # by rounding the sum
    logarithm = np.log(sum_) + lost / sum_  # log1p is four times as slow
    return np.maximum(logarithm, z), v / sum_  # (2), (4)


def double(z: Array) -> tuple[Array, Array]:
    """Value and slope, the sigmoid, of float64 numbers."""
    e = np.exp(-np.abs(z))  # (7)
    larger = np.maximum(e, z >= 0)  # 1 or e; np.where is five times as slow
    return np.maximum(z, 0) + np.log1p(e), larger / (1 + e)  # (9), (10)
