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
#: What costs are multiplied by where their sum is so large. Their number may be anything, and so may be their factors.
SCALE = 2.0**-540


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
        left = np.empty((len(a), half), a.dtype)
        np.add(a[:, : K - half], a[:, half:], out=left[:, : K - half])
        left[:, K - half :] = a[:, K - half : half]  # the one in the middle, if there is one
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
    each, rows = ones(K, a.dtype), max(1, BLOCK // (2 * K))
    if rows >= N:
        return split_block(a, each)
    blocks = [split_block(a[first : first + rows], each) for first in range(0, N, rows)]
    return np.concatenate([leading for leading, _ in blocks]), np.concatenate([remaining for _, remaining in blocks])


def split_block(a: Array, each: Array) -> tuple[Array, Array]:
    """Do so for rows that fit into the cache; `each` are as many ones as there are columns."""
    twice = 2 * a.dot(each)[:, np.newaxis]
    q = a + twice
    q -= twice
    leading: Array = q.dot(each)
    remaining: Array = np.subtract(a, q, out=q).dot(each)
    return leading, remaining


def accurate_sum(a: Array) -> Array:
    """Add up all entries of an array of nonnegative float64 numbers, of any shape, in the same way.

    A sum of two numbers is rounded once in any case.
    """
    entries = a.reshape(-1)
    total: Array = np.add.reduce(entries)
    if entries.size <= 2 or not total < LARGEST_SUM:
        return total
    twice: Any = 2 * total
    leading: Any = 0.0
    remaining: Any = 0.0
    q = np.empty(min(entries.size, BLOCK), a.dtype)
    for first in range(0, entries.size, BLOCK):
        block = entries[first : first + BLOCK]
        part = q[: block.size]
        np.add(block, twice, out=part)
        part -= twice
        leading += np.add.reduce(part)
        np.subtract(block, part, out=part)
        remaining += np.add.reduce(part)
    sum_: Array = leading + remaining
    return sum_


def mean_cost(costs: Array, N: int, single: bool = False) -> Array:
    """Return the sum of costs, nonnegative float64 numbers, over the number of examples.

    It is infinite only where a cost is, or the mean is beyond all numbers: where the sum overflows, the costs are
    multiplied by a power of two before. Where `single` precision is enough, they are added up as they come.
    """
    total = np.add.reduce(costs, axis=None) if single else accurate_sum(costs)
    if total < LARGEST_SUM:
        return total / N
    return accurate_sum(costs * SCALE) / N / SCALE


def mean_product(x: Array, y: Array, N: int) -> Array:
    """Return the same for costs that are products of two arrays, which may overflow by themselves, too.

    Products in single precision are added up in double precision.
    """
    costs, dtype = x * y, x.dtype.type
    single = costs.dtype.char == "f"
    mean: Any = mean_cost(costs, N) if not single else np.add.reduce(costs, axis=None, dtype=np.float64) / N
    if not mean < np.inf:
        x, y = (np.multiply(factor, SCALE, dtype=np.float64) for factor in (x, y))
        mean = mean_cost(x * y, N) / SCALE / SCALE
    rounded: Any = dtype(mean)
    return rounded  # type: ignore[no-any-return]


def column_sums(a: Array, out: Array | None = None) -> Array:
    """Add up the rows of a matrix, shape (N, M).

    The rows are cut into 32 parts, which are added to each other, until at most 32 rows are left: a number takes part
    in at most 32 additions for each factor of 32 in N.
    """
    N = len(a)
    if N <= SHORT_COLUMN:
        total: Array = ones(N, a.dtype).dot(a, out=out)
        return total
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
