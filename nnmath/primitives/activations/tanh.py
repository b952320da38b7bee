"""Tanh: squashes any number into (-1, 1), and 0 into 0.

Derivation: derivations/activations/tanh.md.
"""

import numpy as np

from nnmath.primitives.entrywise import entrywise
from nnmath.primitives.primitive import Primitive
from nnmath.typing import Array, Backward


@Primitive
def tanh(z: Array) -> tuple[Array, Backward]:
    """Hyperbolic tangent (exp(z) - exp(-z)) / (exp(z) + exp(-z)) of each entry.

    At -infinity and infinity the value is -1 and 1, and the slope 0. Of NaN both are NaN.

    Parameters
    ----------
    z : float array, any shape

    Returns
    -------
    a : float array, shape and dtype of z, in [-1, 1]
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
        dz: Array = da * slope  # (17)
        return dz

    return a, backward


def value_and_slope(z: Array) -> tuple[Array, Array]:
    """Tanh and its derivative, which is computed without a difference from 1."""
    e = np.exp(-2 * np.abs(z))  # (12)
    return np.tanh(z), 4 * e / (1 + e * (2 + e))  # (4), (16)
