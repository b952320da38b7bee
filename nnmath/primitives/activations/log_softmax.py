"""Log-softmax: the logarithms of the probabilities that softmax computes.

Derivation: derivations/activations/log_softmax.md.
"""

import numpy as np
from numpy.typing import ArrayLike

from nnmath.primitives.arguments import real_array
from nnmath.primitives.exponentials import shifted_exponentials, sums_apart, taken_apart
from nnmath.primitives.precision import rounded_once_by_rows
from nnmath.primitives.primitive import Primitive
from nnmath.primitives.sums import indices
from nnmath.typing import Array, Backward


@Primitive
@rounded_once_by_rows
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
        exponentials, one array of the size of z in double precision, and three numbers for each row.

    Raises
    ------
    TypeError
        z is not float32 or float64.
    ValueError
        z has not two axes or has no entries, or dy has not the shape of y.
    """
    rows, h = indices(len(z)), z.argmax(axis=1)
    m = z[rows, h]  # (11)
    e = shifted_exponentials(z, m, h)  # (12)
    apart, rest, s = sums_apart(e, h)  # (13)
    log_sum = np.log1p(rest / apart)  # of numbers that are all divided by the largest, which is 1, or else NaN
    y = (z - m[:, np.newaxis]) - log_sum[:, np.newaxis]  # (14)
    y[rows, h] = -log_sum  # (14), also where z - m is a difference of infinities

    def backward(dy: Array) -> Array:
        at_largest, others = taken_apart(dy.copy(), h)
        dz: Array = dy - e * ((at_largest + others) / s)[:, np.newaxis]  # (15)
        dz[rows, h] = (rest * at_largest - others) / s  # (17)
        return dz

    return y, backward


@log_softmax.check_arguments
def _checked(z: ArrayLike) -> tuple[Array]:
    return (real_array("z", z, ndim=2),)
