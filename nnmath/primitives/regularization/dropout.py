"""Dropout: some entries, drawn at random, are left out of one training step.

Derivation: derivations/regularization/dropout.md.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from nnmath.primitives.arguments import DIFFERENTIABLE, nonnegative_number, real_array, same_dtype, same_shape
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
        Its expectation is 1 for each entry, but for rounding.

    Raises
    ------
    TypeError
        The rate is no real number, rng no generator, or dtype neither float32 nor float64.
    ValueError
        The rate does not lie in [0, 1).
    """
    rate = nonnegative_number("rate", rate)
    if not rate < 1:
        raise ValueError(f"rate: expected a number in [0, 1), got {rate}")
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng: expected a numpy.random.Generator, such as numpy.random.default_rng(0), got {rng!r}")
    kept = rng.random(shape) >= rate  # in double precision: near 1, a rate that is rounded to float32 is another one
    mask: Array = np.multiply(kept, 1 / (1 - rate), dtype=_floating("dtype", dtype))
    return mask


def _floating(name: str, dtype: DTypeLike) -> np.dtype[Any]:
    try:
        found = np.dtype(dtype)
    except TypeError:
        raise TypeError(f"{name}: expected float32 or float64, got {dtype!r}") from None
    if found.type not in DIFFERENTIABLE:
        raise TypeError(f"{name}: expected float32 or float64, got {found}")
    return found
