"""Sums whose rounding errors do not pile up, and the vectors that they need, which are made once and are read-only."""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.primitives.entrywise import BLOCK
from nnmath.typing import Array

#: Rows and columns up to this length are added up by a product with ones, in whatever order the BLAS takes.
SHORT_ROW, SHORT_COLUMN = 16, 32
#: A sum of this size, or one that is infinite or no number, is left as NumPy adds it up: twice as much may overflow.
LARGEST_SUM = 1e307


@lru_cache(maxsize=64)
def ones(count: int, dtype: np.dtype[Any]) -> Array:
    """Return a vector of ones: a product with it is a sum along an axis, several times faster than `sum`."""
    vector = np.ones(count, dtype)
    vector.setflags(write=False)
    return vector


def row_sums(a: Array) -> Array:
    """Add up each row of a matrix, shape (N, K).

    The right half of the columns is added to the left half until at most 16 are left: a number takes part in at most
    15 + log2(K / 16) additions, the logarithm rounded up.
    """
    while (K := a.shape[1]) > SHORT_ROW:
        half = (K + 1) // 2
        left = a[:, :half].copy()
        left[:, : K - half] += a[:, half:]
        a = left
    total: Array = a.dot(ones(K, a.dtype))
    return total


def split_row_sums(a: Array) -> tuple[Array, Array]:
    """Add up each row of a matrix of nonnegative float64 numbers, shape (N, K), so that no rounding error piles up.

    Each number is cut in two: a multiple of one unit, the same for a whole row, and a rest, which is below that unit.
    The multiples add up without any rounding, in whatever order the BLAS takes (Rump, Ogita and Oishi, 2008).

    Returns
    -------
    leading, remaining : arrays, shape (N,)
        Their sum is that of the row. `leading` is exact, and `remaining`, which is far smaller, is rounded.
    """
    N, K = a.shape
    each, leading, remaining = ones(K, a.dtype), np.empty(N), np.empty(N)
    q = np.empty((min(N, max(1, BLOCK // (2 * K))), K))
    for first in range(0, N, len(q)):
        block = slice(first, first + len(q))
        part = q[: len(a[block])]
        twice = 2 * a[block].dot(each)[:, np.newaxis]
        np.add(a[block], twice, out=part)
        part -= twice
        leading[block] = part.dot(each)
        np.subtract(a[block], part, out=part)
        remaining[block] = part.dot(each)
    return leading, remaining


def accurate_sum(a: Array) -> Array:
    """Add up all entries of an array of nonnegative float64 numbers, of any shape, in the same way."""
    total: Array = np.add.reduce(a, axis=None)
    if not total < LARGEST_SUM:
        return total
    q = (a + 2 * total) - 2 * total
    return np.add.reduce(q, axis=None) + np.add.reduce(a - q, axis=None)  # type: ignore[no-any-return]


def column_sums(a: Array, out: Array | None = None) -> Array:
    """Add up the rows of a matrix, shape (N, M), or the entries of a vector, shape (N,).

    The rows are cut into 32 parts, which are added to each other, until at most 32 rows are left: a number takes part
    in at most 32 additions for each factor of 32 in N. NumPy adds up a vector in parts, too, and in fewer additions.
    """
    N = len(a)
    if N <= SHORT_COLUMN:
        total: Array = ones(N, a.dtype).dot(a, out=out)
        return total
    if a.ndim == 1:
        return np.add.reduce(a, out=out)
    count = parts(N)
    part = N // count
    whole = a if part * count == N else a[: part * count]
    total = column_sums(ones(count, a.dtype).dot(whole.reshape(count, -1)).reshape(part, *a.shape[1:]), out)
    if whole is not a:
        rest = a[part * count :]
        total += ones(len(rest), a.dtype).dot(rest)
    return total


@lru_cache(maxsize=64)
def parts(N: int) -> int:
    """Into how many parts to cut N > 32 rows: 32, or fewer if then none is left over."""
    fitting = [count for count in range(2, SHORT_COLUMN + 1) if N % count == 0 and N // count <= SHORT_COLUMN]
    return max(fitting, default=SHORT_COLUMN)


@lru_cache(maxsize=16)
def indices(count: int) -> NDArray[np.intp]:
    """Return 0, 1, ..., count - 1."""
    vector = np.arange(count)
    vector.setflags(write=False)
    return vector
