"""Softmax: turns a row of logits into a row of probabilities.

Derivation: derivations/activations/softmax.md.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnmath.primitives._arrays import indices, row_sums
from nnmath.primitives._checks import checked, real_array
from nnmath.typing import Array


def _inputs(z: ArrayLike) -> tuple[Array]:
    return (real_array("z", z, ndim=2),)


@checked(_inputs)
def softmax(z: Array) -> tuple[Array, Callable[[Array], Array]]:
    """Softmax exp(z_k) / sum_j exp(z_j) of each row.

    Parameters
    ----------
    z : float array, shape (N, K)
        Logits, one row an example.

    Returns
    -------
    p : float array, shape (N, K)
        Probabilities; each row sums to 1.
    backward : callable
        ``backward(dp)`` takes the upstream gradient, shape (N, K), and returns dz, shape (N, K).

    Raises
    ------
    TypeError
        z is not float32 or float64.
    ValueError
        z has not two axes or has no entries, or dp has not the shape of p.
    """
    _, e, top = shifted_exponentials(z)  # (25)
    rest = sum_of_rest(e, top)  # (26)
    p = e / (1 + rest)  # (28)

    def backward(dp: Array) -> Array:
        dz: Array = p * (dp - (dp * p).sum(axis=1, keepdims=True))  # (33)
        return dz

    return p, backward


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
