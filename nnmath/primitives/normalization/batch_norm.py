"""Batch normalization: each column gets mean 0 and variance 1 over the batch, then a scale and a shift.

Derivation: derivations/normalization/batch_norm.md.
"""

from collections.abc import Callable

import numpy as np

from nnmath.primitives.arguments import check_scale_and_shift
from nnmath.primitives.primitive import Primitive
from nnmath.primitives.sums import column_sums
from nnmath.typing import Array


@Primitive
def batch_norm(
    x: Array, gamma: Array, beta: Array, epsilon: float = 1e-5
) -> tuple[Array, Callable[[Array], tuple[Array, Array, Array]]]:
    """Batch normalization gamma (x - mean) / sqrt(variance + epsilon) + beta, with mean and variance of each column.

    This is the layer while a network is trained. `running_statistics` keeps what `normalized_by` needs afterwards.

    Parameters
    ----------
    x : float array, shape (N, D)
        One row an example. Images, shape (N, C, H, W), are rows of C columns: one row for each pixel.
    gamma : float array, shape (D,)
        Scale of each column.
    beta : float array, shape (D,)
        Shift of each column.
    epsilon : float, 0 or more
        Added to the variance, so that a constant column can be divided.

    Returns
    -------
    y : float array, shape (N, D)
        The squares of the differences from the mean are computed in the precision of x. Where the sum of a column
        overflows, the column is beta; where squares underflow, digits are lost.
    backward : callable
        ``backward(dy)`` takes the upstream gradient, shape (N, D), and returns (dx, dgamma, dbeta), each of the shape
        of its input. It keeps one array of the size of x, and a number for each column.

    Raises
    ------
    TypeError
        An input is not float32 or float64, or they are not all of one dtype.
    ValueError
        The shapes do not fit each other, an input has no entries, epsilon is negative, or not 0 but 0 in the
        dtype of x, or dy has not the shape of y.
    """
    N = len(x)
    d = x - x[0]  # (13)
    d -= column_sums(d) / N
    d -= column_sums(d) / N  # (13); the computed mean was rounded
    r = 1 / np.sqrt(column_sums(np.square(d)) / N + x.dtype.type(epsilon))  # (4)
    h = np.multiply(d, r, out=d)  # (5)
    scale = gamma * r
    y = h * gamma
    y += beta  # (14)

    def backward(dy: Array) -> tuple[Array, Array, Array]:
        dbeta = column_sums(dy)  # (16)
        product = dy * h
        dgamma = column_sums(product)  # (15)
        dx = np.multiply(h, dgamma / N, out=product)
        np.subtract(dy, dx, out=dx)
        dx -= dbeta / N
        dx *= scale  # (12), (17)
        return dx, dgamma, dbeta

    return y, backward


def running_statistics(x: Array, mean: Array, variance: Array, share: float = 0.1) -> tuple[Array, Array]:
    """Return running mean and variance, shape (D,), after a batch, of which they take the share that is given.

    The variance is that of a sample: divided by N - 1, for more than one row. A single row has the variance 0.
    """
    N = len(x)
    d = x - x[0]
    shift = column_sums(d) / N
    d -= shift
    squares = column_sums(np.square(d - column_sums(d) / N))
    new_mean = (1 - share) * mean + share * (x[0] + shift)  # (18)
    return new_mean, (1 - share) * variance + share * squares / max(N - 1, 1)  # (19)


def normalized_by(
    x: Array, gamma: Array, beta: Array, mean: Array, variance: Array, epsilon: float = 1e-5
) -> tuple[Array, Callable[[Array], tuple[Array, Array, Array]]]:
    """Normalize by a mean and a variance that are given: the layer after training.

    Returns
    -------
    y : float array, shape (N, D)
    backward : callable
        ``backward(dy)`` returns (dx, dgamma, dbeta); mean and variance are constants.
    """
    r = 1 / np.sqrt(variance + x.dtype.type(epsilon))
    h = (x - mean) * r
    y = gamma * h + beta  # (20)

    def backward(dy: Array) -> tuple[Array, Array, Array]:
        dx = dy * (gamma * r)  # (21)
        return dx, column_sums(dy * h), column_sums(dy)

    return y, backward


batch_norm.check_arguments(check_scale_and_shift)
