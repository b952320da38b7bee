"""Softplus: ReLU with its corner rounded off, and the integral of the sigmoid.

Derivation: derivations/activations/softplus.md.
"""

import numpy as np

from nnmath.primitives.entrywise import entrywise
from nnmath.primitives.primitive import Primitive
from nnmath.typing import Array, Backward


@Primitive
def softplus(z: Array) -> tuple[Array, Backward]:
    """Softplus log(1 + exp(z)) of each entry.

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
    a, slope = entrywise(value_and_slope, z)

    def backward(da: Array) -> Array:
        dz: Array = da * slope  # (11)
        return dz

    return a, backward


def value_and_slope(z: Array) -> tuple[Array, Array]:
    """Softplus and its derivative, the sigmoid."""
    e = np.exp(-np.abs(z))  # (7)
    larger = np.maximum(e, z >= 0)  # 1 or e; np.where is five times as slow
    return np.maximum(z, 0) + np.log1p(e), larger / (1 + e)  # (9), (10)
