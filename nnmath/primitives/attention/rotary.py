"""Rotary positions: pairs of entries are turned by an angle that grows with the position in the sequence.

Derivation: derivations/attention/rotary.md.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnmath.primitives.arguments import real_array
from nnmath.primitives.primitive import Primitive
from nnmath.typing import Array, Backward

#: The angle from one position to the next is 1 for the first pair, and 1 over this number for one after the last.
BASE = 10_000.0


@Primitive
def rotary(x: Array) -> tuple[Array, Backward]:
    """Turn each pair of neighbouring entries of queries or keys by an angle in proportion to their position.

    Parameters
    ----------
    x : float array, shape (..., T, D)
        T positions with D entries. Axes before these number sequences and heads. Of an odd D the last entry has no
        partner and stays as it is.

    Returns
    -------
    y : float array, shape (..., T, D)
    backward : callable
        ``backward(dy)`` takes the upstream gradient, shape (..., T, D), and returns dx, of the shape of x. It keeps
        the cosines and sines, shape (T, D // 2) each, which all calls of one shape share.

    Raises
    ------
    TypeError
        x is not float32 or float64.
    ValueError
        x has less than two axes or no entries, or dy has not the shape of x.
    """
    cos, sin = cosines_and_sines(x.shape[-2], x.shape[-1], x.dtype)
    y = turned(x, cos, sin)  # (6)

    def backward(dy: Array) -> Array:
        return turned(dy, cos, -sin)  # (10)

    return y, backward


def turned(x: Array, cos: Array, sin: Array) -> Array:
    """Turn the pairs (x_1, x_2), (x_3, x_4), ... of the last axis."""
    pairs = 2 * cos.shape[-1]
    first, second = x[..., 0:pairs:2], x[..., 1:pairs:2]
    y = x.copy()
    y[..., 0:pairs:2] = first * cos - second * sin
    y[..., 1:pairs:2] = first * sin + second * cos
    return y


@lru_cache(maxsize=16)
def cosines_and_sines(T: int, D: int, dtype: np.dtype[Any]) -> tuple[Array, Array]:
    """Return the cosines and sines of the angles of T positions, shape (T, D // 2)."""
    angles = np.arange(T)[:, np.newaxis] * BASE ** (-2 * np.arange(D // 2) / D)  # (2)
    tables = np.cos(angles).astype(dtype), np.sin(angles).astype(dtype)
    for table in tables:
        table.setflags(write=False)
    return tables


@rotary.check_arguments
def _checked(x: ArrayLike) -> tuple[Array]:
    x = real_array("x", x)
    if x.ndim < 2:
        raise ValueError(f"x: expected two axes or more, positions and entries, got shape {x.shape}")
    return (x,)
