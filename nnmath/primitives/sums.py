"""Sums along an axis, and the vectors that they need, which are made once and are read-only."""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.typing import Array

#: Rows up to this length are added up by a product with ones: in longer ones the rounding errors would pile up.
SHORT = 128


@lru_cache(maxsize=16)
def ones(count: int, dtype: np.dtype[Any]) -> Array:
    """Return a vector of ones: a product with it is a sum along an axis, several times faster than `sum`."""
    vector = np.ones(count, dtype)
    vector.setflags(write=False)
    return vector


def row_sums(a: Array) -> Array:
    """Add up each row: short ones by a product, long ones pairwise, as NumPy's `sum` does."""
    K = a.shape[1]
    total: Array = a.dot(ones(K, a.dtype)) if K <= SHORT else a.sum(axis=1)
    return total


@lru_cache(maxsize=16)
def indices(count: int) -> NDArray[np.intp]:
    """Return 0, 1, ..., count - 1."""
    vector = np.arange(count)
    vector.setflags(write=False)
    return vector
