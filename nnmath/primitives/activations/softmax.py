"""Softmax: turns a row of logits into a row of probabilities.

Derivation: derivations/activations/softmax.md.
"""

import numpy as np
from numpy.typing import ArrayLike

from nnmath.primitives.arguments import real_array
from nnmath.primitives.exponentials import shifted_exponentials, sums_apart
from nnmath.primitives.precision import rounded_once_by_rows
from nnmath.primitives.primitive import Primitive
from nnmath.primitives.sums import indices, row_sums
from nnmath.typing import Array, Backward


@Primitive
@rounded_once_by_rows
def softmax(z: Array) -> tuple[Array, Backward]:
    """Softmax exp(z_k) / sum_j exp(z_j) of each row.

    Parameters
    ----------
    z : float array, shape (N, K)
        Logits, one row an example.

    Returns
    -------
    p : float array, shape (N, K)
        Probabilities; each row sums to 1. A logit of minus infinity masks its class: probability and gradient are 0.
        One of plus infinity has the probability 1. A row with several of these, with NaN, or of two classes or more
        that are all masked, is NaN.
    backward : callable
        ``backward(dp)`` takes the upstream gradient, shape (N, K), and returns dz, shape (N, K). It keeps p, in
        double precision, and one integer for each row.

    Raises
    ------
    TypeError
        z is not float32 or float64.
    ValueError
        z has not two axes or has no entries, or dp has not the shape of p.
    """
    rows, h = indices(len(z)), z.argmax(axis=1)  # (23)
    e = shifted_exponentials(z, z[rows, h], h)  # (24), (25)
    largest, _, s = sums_apart(e, h)  # (26), (28)
    e /= s[:, np.newaxis]
    p = e  # (29)
    p[rows, h] = largest / s  # (29)

    def backward(dp: Array) -> Array:
        b = np.where(p[rows, h] > 0.5, dp[rows, h], 0)  # (34)
        v = dp - b[:, np.newaxis]  # (35)
        dz: Array = p * (v - row_sums(v * p)[:, np.newaxis])  # (36)
        return dz

    return p, backward


@softmax.check_arguments
def _checked(z: ArrayLike) -> tuple[Array]:
    return (real_array("z", z, ndim=2),)
