"""Softmax: turns a row of logits into a row of probabilities. Derivation: derivations/softmax.md."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from nnmath.primitives._checks import Array, checked, real_array


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
    _, e, rest = shifted_exponentials(z)  # (25), (26)
    p = e / (1 + rest)  # (28)

    def backward(dp: Array) -> Array:
        dz: Array = p * (dp - (dp * p).sum(axis=1, keepdims=True))  # (33)
        return dz

    return p, backward


def shifted_exponentials(z: Array) -> tuple[Array, Array, Array]:
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
    rest : float array, shape (N, 1)
        The sum of e over all but the largest: 1 + rest is the sum, and rest is accurate where 1 + rest is 1.
    """
    z = np.ascontiguousarray(z)  # long sums are pairwise, and so have smaller errors, along contiguous rows only
    rows, top = np.arange(len(z)), z.argmax(axis=1)  # (23)
    m = z[rows, top][:, np.newaxis]  # (24)
    with np.errstate(over="ignore", invalid="ignore"):  # logits near the ends of the range, or infinite
        d = z - m  # (29)
        back = d - z  # (30)
        r = (z - (d - back)) - (m + back)  # (31)
        e = np.exp(d)  # (32)
        e = np.where(e > 0, e + e * r, e)  # (32); where e is 0, r may be NaN
    largest = e[rows, top]
    e[rows, top] = 0
    rest = e.sum(axis=1, keepdims=True)  # (26)
    e[rows, top] = largest
    return d, e, rest
