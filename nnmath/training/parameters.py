"""All parameters of a network: one vector, which an update moves, and the arrays that the network is written in."""

from collections.abc import Sequence
from math import prod

import numpy as np

from nnmath.typing import Array


def vector(shapes: Sequence[tuple[int, ...]], entry: float = 0.0) -> Array:
    """Return a float32 vector for arrays of these shapes, whose entries are all the same."""
    return np.full(_count(shapes), entry, np.float32)


def views(theta: Array, shapes: Sequence[tuple[int, ...]]) -> list[Array]:
    """Return arrays of these shapes, one after the other in a vector: a change of theta in place changes them.

    Raises
    ------
    ValueError
        The vector has another length.
    """
    count = _count(shapes)
    if theta.shape != (count,):
        raise ValueError(f"theta: expected shape ({count},), got {theta.shape}")
    found, start = [], 0
    for shape in shapes:
        end = start + prod(shape)
        found.append(theta[start:end].reshape(shape))
        start = end
    return found


def _count(shapes: Sequence[tuple[int, ...]]) -> int:
    return sum(map(prod, shapes))
