"""Softmax: turns a row of logits into a row of probabilities.

Derivation: derivations/activations/softmax.md.
"""

import numpy as np
from numpy.typing import ArrayLike

from nnmath.primitives.arguments import real_array
from nnmath.primitives.exponentials import exponentials, row_sums_of_positive, sums_of_terms
from nnmath.primitives.primitive import Primitive
from nnmath.primitives.rows import by_rows
from nnmath.primitives.sums import indices
from nnmath.typing import Array, Backward


@Primitive
@by_rows
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
    rows, h, single = indices(len(z)), z.argmax(axis=1), z.dtype.char == "f"  # (23)
    _, e = exponentials(z, h)  # (24), (25)
    s = row_sums_of_positive(e, single)  # (26), (27)
    p = np.divide(e, s[:, np.newaxis], out=e)  # (29)

    def backward(dp: Array) -> Array:
        v = dp.astype(p.dtype)
        above = np.flatnonzero(p[rows, h] > 0.5)
        v[above] -= v[above, h[above]][:, np.newaxis]  # (34), (35)
        v -= sums_of_terms(v * p, single)[:, np.newaxis]
        v *= p  # (36)
        return v

    return p, backward


@softmax.check_arguments
def _checked(z: ArrayLike) -> tuple[Array]:
    return (real_array("z", z, ndim=2),)
