"""Functions of an array whose rows do not depend on each other: float32 rows are computed some at a time."""

from collections.abc import Callable
from functools import wraps

import numpy as np

from nnmath.typing import Array, Backward

#: Numbers that are computed at a time, so that they stay in the cache of one core: four times as many as in
#: `entrywise`, where more arrays are kept for each.
BLOCK = 65536

#: From rows to their values, which may be of higher precision, and to a backward pass.
OfRows = Callable[[Array], tuple[Array, Backward]]


def by_rows(mathematics: OfRows) -> OfRows:
    """Compute float32 rows in double precision, so many at a time that they stay in the cache, and round them once.

    The result is then off by half a unit in the last place, and by what double precision adds, which is far less.

    Parameters
    ----------
    mathematics : callable
        What it is given in float32 it returns in float64: the values, and the gradients for float32 upstream gradients.
        Rows lie along the first axis.
    """

    @wraps(mathematics)
    def at_either_precision(z: Array) -> tuple[Array, Backward]:
        if z.dtype.char != "f":
            return mathematics(z)
        rows = max(1, BLOCK * len(z) // z.size)
        blocks = [slice(first, first + rows) for first in range(0, len(z), rows)]
        value, of_blocks = np.empty_like(z), []
        for block in blocks:
            value[block], backward_of_block = mathematics(z[block])
            of_blocks.append(backward_of_block)

        def backward(upstream: Array) -> Array:
            gradient = np.empty_like(upstream)
            for block, backward_of_block in zip(blocks, of_blocks, strict=True):
                gradient[block] = backward_of_block(upstream[block])
            return gradient

        backward.__wrapped__ = of_blocks[0]  # type: ignore[attr-defined]  # where `inspect.signature` looks
        return value, backward

    return at_either_precision
