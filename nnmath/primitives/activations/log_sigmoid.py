"""Logarithm of the sigmoid: of a probability that may be too small for a number.

Derivation: derivations/activations/log_sigmoid.md.
"""

import numpy as np

from nnmath.primitives.entrywise import entrywise
from nnmath.primitives.primitive import Primitive
from nnmath.typing import Array, Backward


@Primitive
def log_sigmoid(z: Array) -> tuple[Array, Backward]:
    """Log-sigmoid -log(1 + exp(-z)) of each entry.

    Parameters
    ----------
    z : float array, any shape

    Returns
    -------
    a : float array, shape and dtype of z, at most 0
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
        dz: Array = da * slope  # (10)
        return dz

    return a, backward


def value_and_slope(z: Array) -> tuple[Array, Array]:
    """Log-sigmoid and its derivative, the sigmoid of -z."""
    e = np.exp(-np.abs(z))  # (6)
    larger = np.maximum(e, z < 0)  # 1 or e; np.where is five times as slow
    return np.minimum(z, 0) - np.log1p(e), larger / (1 + e)  # (8), (9)
