"""Sigmoid: squashes any number into (0, 1).

Derivation: derivations/activations/sigmoid.md.
"""

import numpy as np

from nnmath.primitives.precision import rounded_once_by_rows
from nnmath.primitives.primitive import Primitive
from nnmath.typing import Array, Backward


@Primitive
@rounded_once_by_rows
def sigmoid(z: Array) -> tuple[Array, Backward]:
    """Sigmoid 1 / (1 + exp(-z)) of each entry.

    Parameters
    ----------
    z : float array, any shape

    Returns
    -------
    a : float array, shape and dtype of z, in [0, 1]
    backward : callable
        ``backward(da)`` takes the upstream gradient, shape of a, and returns dz, shape of z. It keeps the
        exponential, one array of the size of z in double precision.

    Raises
    ------
    TypeError
        z is not float32 or float64.
    ValueError
        z has no entries, or da has not the shape of a.
    """
    e = np.exp(-np.abs(z))  # (18)
    smaller = e / (1 + e)
    a = np.abs((z >= 0) - smaller)  # (20): 1 - smaller, or smaller itself; np.where is four times as slow

    def backward(da: Array) -> Array:
        dz: Array = da * (e / (1 + e * (2 + e)))  # (24)
        return dz

    return a, backward
