"""All parameters of a network: one vector, which an update moves, and the arrays that the network is written in."""

from collections.abc import Sequence
from math import prod

from nnmath.typing import Array


def views(theta: Array, shapes: Sequence[tuple[int, ...]]) -> list[Array]:
    """Return arrays of these shapes, one after the other in a vector: a change of theta in place changes them.

    Raises
    ------
    ValueError
        The vector has another length.
    """
    count = sum(map(prod, shapes))
    if theta.shape != (count,):
        raise ValueError(f"theta: expected shape ({count},), got {theta.shape}")
    found, start = [], 0
    for shape in shapes:
        end = start + prod(shape)
        found.append(theta[start:end].reshape(shape))
        start = end
    return found
