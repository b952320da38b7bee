"""Exponentials of rows of logits that do not overflow: what softmax and its cross-entropy have in common.

Derivation: derivations/activations/softmax.md.
"""

import numpy as np
from numpy.typing import NDArray

from nnmath.primitives.sums import indices, ones, row_sums, split_row_sums
from nnmath.typing import Array

#: Rows of logits up to this size need no shift. Their exponentials in double precision, and sums and quotients of
#: these, are normal numbers: with K < 10^7 classes they lie within exp(2 * 345) K of 1.
LARGEST_UNSHIFTED = 345.0


def wide_rows(z: Array) -> NDArray[np.bool_] | None:
    """Return which rows of logits need a shift, shape (N,); None if none does."""
    if np.maximum.reduce(np.abs(z), axis=None) <= LARGEST_UNSHIFTED:  # not so for NaN
        return None
    wide: NDArray[np.bool_] = ~(np.abs(z).max(axis=1) <= LARGEST_UNSHIFTED)
    return wide


def exponentials(z: Array, h: NDArray[np.integer]) -> tuple[Array, Array]:
    """Logits less a number for each row, and the exponentials of these differences, in double precision.

    The number is the largest logit of the row. For float32 logits it is 0 where that is so near 0 that no exponential
    overflows, and what a difference loses to rounding is left: it is nothing beside the last digit of single precision.

    Parameters
    ----------
    z : float32 or float64 array, shape (N, K)
    h : integer array, shape (N,)
        The class of the largest logit.

    Returns
    -------
    d, e : arrays, shape (N, K)
        Infinite logits are taken as limits, as in `shifted_exponentials`.
    """
    m = z[indices(len(z)), h]
    if z.dtype.char != "f":
        return shifted_exponentials(z, m, h)
    d = z.astype(np.float64)
    narrow = np.abs(m) <= LARGEST_UNSHIFTED  # not so for NaN
    if not narrow.all():
        d -= np.where(narrow, 0, m)[:, np.newaxis]  # a row is the same whatever the others are
        _at_largest_0(d, m, h)
    return d, np.exp(d)


def shifted_exponentials(z: Array, m: Array, h: NDArray[np.integer]) -> tuple[Array, Array]:
    """Logits minus a number for each row, and the exponentials of these differences.

    The difference of two floating-point numbers is rounded, and exp turns the absolute error of its argument into a
    relative error of its result: hundreds of ulp at a spread of 700. So the rounding error of the difference is
    computed, exactly (Knuth's TwoSum), and corrected for.

    An infinite logit is taken as a limit: the exponential of a class that is infinitely far below the largest logit is
    0, and that of the largest logit itself is 1. Two that are both infinite have no difference: it is NaN.

    Parameters
    ----------
    z : float64 array, shape (N, K)
    m : array, shape (N,)
        The largest logit of each row, or 0 for a row that needs no shift.
    h : integer array, shape (N,)
        The class of the largest logit, in a row that is shifted.

    Returns
    -------
    d, e : arrays, shape (N, K)
        The rounded difference, and the exponential of the unrounded one.
    """
    column = m[:, np.newaxis]
    d = z - column  # (30)
    back = d - z  # (31)
    r = (z - (d - back)) - (column + back)  # (32)
    if not np.minimum.reduce(d, axis=None) > -np.inf:  # a logit is infinite, or no number
        _at_largest_0(d, m, h)
        r[np.isnan(r)] = 0
    e = np.exp(d)  # (33)
    r *= e
    e += r  # (33)
    return d, e


def _at_largest_0(d: Array, m: Array, h: NDArray[np.integer]) -> None:
    """Write 0 for the difference of an infinite logit, the largest of its row, and itself."""
    own = indices(len(d)), h
    d[own] = np.where(np.isinf(m), 0, d[own])


def sums_apart(e: Array, h: NDArray[np.integer], single: bool = False) -> tuple[Array, Array, Array]:
    """Take one entry out of each row, and add up the others, and all of them.

    Parameters
    ----------
    e : array, shape (N, K)
        Numbers that are not negative, such as exponentials; those that are taken out become 0.
    h : integer array, shape (N,)
        Which entry of each row is taken out.
    single : bool
        Whether the digits of single precision are enough: the sums are then rounded at each addition.

    Returns
    -------
    apart, rest, whole : arrays, shape (N,)
        The entry, the sum of the others, and the sum of all. Where `whole` is rounded to `apart`, `rest` has all its
        digits.
    """
    rows = indices(len(e))
    apart = e[rows, h]
    e[rows, h] = 0
    if single or e.shape[1] <= 2:  # of two numbers one is left
        rest = plain_row_sums(e)
        return apart, rest, apart + rest  # (27), (28)
    leading, remaining = split_row_sums(e)
    return apart, leading + remaining, (apart + leading) + remaining  # (27), (28)


def row_sums_of_positive(e: Array, single: bool) -> Array:
    """Add up rows of numbers that are not negative; in single precision their sums need fewer digits."""
    if single or e.shape[1] <= 2:  # one addition
        return plain_row_sums(e)
    leading, remaining = split_row_sums(e)
    return leading + remaining  # (27)


def sums_of_terms(a: Array, single: bool) -> Array:
    """Add up rows of numbers that may be negative: terms of a gradient, rounded at each addition."""
    return plain_row_sums(a) if single else row_sums(a)


def plain_row_sums(a: Array) -> Array:
    """Add up each row of a matrix, in whatever order the BLAS takes."""
    total: Array = a.dot(ones(a.shape[1], a.dtype))
    return total
