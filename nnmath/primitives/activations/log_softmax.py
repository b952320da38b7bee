"""Log-softmax: the logarithms of the probabilities that softmax computes.

Derivation: derivations/activations/log_softmax.md.
"""

import numpy as np
from numpy.typing import ArrayLike

from nnmath.primitives.arguments import real_array
from nnmath.primitives.exponentials import exponentials, sums_apart, sums_of_terms
from nnmath.primitives.primitive import Primitive
from nnmath.primitives.rows import by_rows
from nnmath.primitives.sums import indices
from nnmath.typing import Array, Backward


@Primitive
@by_rows
def log_softmax(z: Array) -> tuple[Array, Backward]:
    """Log-softmax z_k - log(sum_j exp(z_j)) of each row.

    Parameters
    ----------
    z : float array, shape (N, K)
        Logits, one row an example.

    Returns
    -------
    y : float array, shape (N, K)
        Logarithms of probabilities, 0 or less. Infinite logits are taken as limits, as in `softmax`: a masked class has
        the value minus infinity, and its probability in the gradient is 0.
    backward : callable
        ``backward(dy)`` takes the upstream gradient, shape (N, K), and returns dz, shape (N, K). It keeps the
        exponentials, one array of the size of z in double precision, and four numbers for each row.

    Raises
    ------
    TypeError
        z is not float32 or float64.
    ValueError
        z has not two axes or has no entries, or dy has not the shape of y.
    """
    rows, h, single = indices(len(z)), z.argmax(axis=1), z.dtype.char == "f"
    d, e = exponentials(z, h)  # (11), (12)
    own = d[rows, h]
    apart, rest, s = sums_apart(e, h, single)  # (13)
    log_sum = np.log1p(rest / apart)
    d -= (own + log_sum)[:, np.newaxis]
    y = d  # (14)
    y[rows, h] = -log_sum  # (14)

    def backward(dy: Array) -> Array:
        others = dy.astype(e.dtype)
        at_largest = others[rows, h]
        others[rows, h] = 0
        total = sums_of_terms(others, single)
        dz = others
        dz -= e * ((at_largest + total) / s)[:, np.newaxis]  # (15)
        dz[rows, h] = (rest * at_largest - apart * total) / s  # (17)
        return dz

    return y, backward


@log_softmax.check_arguments
def _checked(z: ArrayLike) -> tuple[Array]:
    return (real_array("z", z, ndim=2),)
