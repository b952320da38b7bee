"""Exponentials of rows of logits that do not overflow: what softmax and its cross-entropy have in common.

Derivation: derivations/activations/softmax.md.
"""

import numpy as np
from numpy.typing import NDArray

from nnmath.primitives.sums import indices, row_sums, split_row_sums
from nnmath.typing import Array

#: Rows of float64 logits up to this size need no shift. Their exponentials, and sums and quotients of these, are normal
#: numbers: with K classes they lie within exp(2 * 345) K of 1, and log(K) is less than 18.
LARGEST_UNSHIFTED = 345.0


def wide_rows(z: Array) -> NDArray[np.bool_] | None:
    """Return which rows of float64 logits need a shift, shape (N,); None if none does."""
    if np.maximum.reduce(np.abs(z), axis=None) <= LARGEST_UNSHIFTED:  # not so for NaN
        return None
    wide: NDArray[np.bool_] = ~(np.abs(z).max(axis=1) <= LARGEST_UNSHIFTED)
    return wide


def shifted_exponentials(z: Array, m: Array, h: NDArray[np.integer]) -> Array:
    """Exponentials of the logits minus a number for each row.

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
    e : array, shape (N, K)
        The exponential of the unrounded difference.
    """
    column = m[:, np.newaxis]
    d = z - column  # (30)
    back = d - z  # (31)
    r = (z - (d - back)) - (column + back)  # (32)
    if not np.minimum.reduce(d, axis=None) > -np.inf:  # a logit is infinite, or no number
        own = indices(len(z)), h
        d[own] = np.where(np.isinf(m), 0, d[own])
        r[np.isnan(r)] = 0
    e: Array = np.exp(d, out=d)  # (33)
    r *= e
    e += r  # (33)
    return e


def sums_apart(e: Array, h: NDArray[np.integer]) -> tuple[Array, Array, Array]:
    """Take one entry out of each row, and add up the others, and all of them.

    Parameters
    ----------
    e : array, shape (N, K)
        Numbers that are not negative, such as exponentials; those that are taken out become 0.
    h : integer array, shape (N,)
        Which entry of each row is taken out.

    Returns
    -------
    apart, rest, whole : arrays, shape (N,)
        The entry, the sum of the others, and the sum of all. Where `whole` is rounded to `apart`, `rest` has all its
        digits.
    """
    rows = indices(len(e))
    apart = e[rows, h]
    e[rows, h] = 0
    if e.shape[1] <= 2:  # what is left of a row is one number
        rest = row_sums(e)
        return apart, rest, apart + rest  # (27), (28)
    leading, remaining = split_row_sums(e)
    return apart, leading + remaining, (apart + leading) + remaining  # (27), (28)


def taken_apart(a: Array, h: NDArray[np.integer]) -> tuple[Array, Array]:
    """Take one entry out of each row, and add up the others, which may be negative: terms of a gradient.

    The sums are rounded at each addition. What is taken out becomes 0.
    """
    rows = indices(len(a))
    apart = a[rows, h]
    a[rows, h] = 0
    return apart, row_sums(a)
