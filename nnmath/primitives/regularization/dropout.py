"""Dropout: some entries, drawn at random, are left out of one training step.

Derivation: derivations/regularization/dropout.md.
"""

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from nnmath.primitives.arguments import real_array, same_dtype, same_shape
from nnmath.primitives.primitive import Primitive
from nnmath.typing import Array, Backward


@Primitive
def dropout(x: Array, mask: Array) -> tuple[Array, Backward]:
    """Each entry times its entry of the mask, which `dropout_mask` draws. Without a mask, nothing is to be done.

    Parameters
    ----------
    x : float array, any shape
    mask : float array, shape and dtype of x
        0 for an entry that is left out, otherwise 1 / (1 - rate). No gradient is taken of it.

    Returns
    -------
    y : float array, shape and dtype of x
    backward : callable
        ``backward(dy)`` takes the upstream gradient, shape of y, and returns dx, shape of x. It keeps the mask and
        nothing else.

    Raises
    ------
    TypeError
        x or mask is not float32 or float64, or they are not both of one dtype.
    ValueError
        x has no entries, or mask or dy has not the shape of x.
    """
    y = x * mask  # (3)

    def backward(dy: Array) -> Array:
        dx: Array = dy * mask  # (7)
        return dx

    return y, backward


@dropout.check_arguments
def _checked(x: ArrayLike, mask: ArrayLike) -> tuple[Array, Array]:
    x, mask = real_array("x", x), real_array("mask", mask)
    same_dtype(("x", "mask"), (x, mask))
    same_shape(("x", "mask"), (x, mask))
    return x, mask


def dropout_mask(shape: tuple[int, ...], rate: float, rng: np.random.Generator, dtype: DTypeLike = np.float64) -> Array:
    """Draw a mask: each entry is 0 with the probability `rate`, independently, and otherwise 1 / (1 - rate).

    Parameters
    ----------
    shape : tuple of int
    rate : float, 0 or more, below 1
    rng : numpy.random.Generator
        The same generator in the same state draws the same mask.
    dtype : float32 or float64

    Returns
    -------
    mask : array
        Its expectation is 1 for each entry.

    Raises
    ------
    ValueError
        The rate does not lie in [0, 1).
    """
    if not 0 <= rate < 1:
        raise ValueError(f"rate: expected a number in [0, 1), got {rate}")
    kept = rng.random(shape, np.float32) >= rate
    mask: Array = np.multiply(kept, 1 / (1 - rate), dtype=np.dtype(dtype))
    return mask
