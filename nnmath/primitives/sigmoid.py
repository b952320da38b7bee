"""Sigmoid: squashes any number into (0, 1). Derivation: derivations/sigmoid.md."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from nnmath.primitives._checks import Array, real_array, upstream_gradient


def sigmoid(z: ArrayLike) -> tuple[Array, Callable[[ArrayLike], Array]]:
    """Sigmoid 1 / (1 + exp(-z)) of each entry.

    Parameters
    ----------
    z : float array, any shape

    Returns
    -------
    a : float array, shape and dtype of z, in [0, 1]
    backward : callable
        ``backward(da)`` takes the upstream gradient, shape of a, and returns dz, shape of z.

    Raises
    ------
    TypeError
        z is not float32 or float64.
    ValueError
        z has no entries, or da has not the shape of a.
    """
    z = real_array("z", z)
    e = np.exp(-np.abs(z))  # (18)
    smaller = e / (1 + e)
    a = np.where(z >= 0, 1 - smaller, smaller)  # (20)

    def backward(da: ArrayLike) -> Array:
        da = upstream_gradient("da", da, z.shape, z.dtype)
        dz: Array = da * (e / (1 + e) ** 2)  # (24)
        return dz

    return a, backward
