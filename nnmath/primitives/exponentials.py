"""Exponentials of rows of logits that do not overflow: what softmax and its cross-entropy have in common.

Derivation: derivations/activations/softmax.md.
"""

import numpy as np
from numpy.typing import NDArray

from nnmath.primitives.sums import indices, row_sums
from nnmath.typing import Array

#: Logits up to this size, for so many bytes a number, need no shift: sums of quotients of exponentials do not overflow.
NARROW = {4: 38, 8: 345}


def exponentials(z: Array) -> tuple[Array, Array]:
    """Exponentials of the logits, minus the largest of their row where that is needed.

    Parameters
    ----------
    z : float array, shape (N, K)

    Returns
    -------
    d : float array, shape (N, K)
        The logits, minus a number for each row: 0, or the largest.
    e : float array, shape (N, K)
        Their exponentials.
    """
    if np.abs(z).max() <= NARROW[z.itemsize]:  # not so for NaN
        return z, np.exp(z)
    return shifted_exponentials(z)[:2]


def shifted_exponentials(z: Array) -> tuple[Array, Array, NDArray[np.intp]]:
    """Exponentials of the logits minus the largest of their row, which cannot overflow.

    The difference of two floating-point numbers is rounded, and exp turns the absolute error of its argument into a
    relative error of its result: hundreds of ulp at a spread of 700. So the rounding error of the difference is
    carried along, exactly (Knuth's TwoSum), and corrected for.

    Parameters
    ----------
    z : float array, shape (N, K)

    Returns
    -------
    d : float array, shape (N, K)
        z minus the largest of the row, rounded; never positive.
    e : float array, shape (N, K)
        The exponential of the unrounded difference; 1 for the largest.
    top : integer array, shape (N,)
        Where the largest stands in its row.
    """
    z = np.ascontiguousarray(z)  # long sums are pairwise, and so have smaller errors, along contiguous rows only
    top = z.argmax(axis=1)  # (23)
    m = z[indices(len(z)), top][:, np.newaxis]  # (24)
    with np.errstate(over="ignore", invalid="ignore"):  # logits near the ends of the range, or infinite
        d = z - m  # (29)
        back = d - z  # (30)
        r = (z - (d - back)) - (m + back)  # (31)
        e = np.exp(d)  # (32)
        e = np.where(e > 0, e + e * r, e)  # (32); where e is 0, r may be NaN
    return d, e, top


def sum_of_rest(e: Array, top: NDArray[np.intp]) -> Array:
    """Add up each row but its largest, shape (N, 1): 1 + rest is the sum, and rest is accurate where 1 + rest is 1."""
    rows = indices(len(e))
    largest = e[rows, top]
    e[rows, top] = 0
    rest = row_sums(e)[:, np.newaxis]  # (26)
    e[rows, top] = largest
    return rest
