"""Layer normalization: each row gets mean 0 and variance 1, then a scale and a shift of each column.

Derivation: derivations/normalization/layer_norm.md.
"""

from collections.abc import Callable

import numpy as np

from nnmath.primitives.arguments import check_scale_and_shift
from nnmath.primitives.primitive import Primitive
from nnmath.primitives.sums import ones
from nnmath.typing import Array


@Primitive
def layer_norm(
    x: Array, gamma: Array, beta: Array, epsilon: float = 1e-5
) -> tuple[Array, Callable[[Array], tuple[Array, Array, Array]]]:
    """Layer normalization gamma (x - mean) / sqrt(variance + epsilon) + beta, with mean and variance of each row.

    Parameters
    ----------
    x : float array, shape (N, D)
        One row an example, or a position of a sequence.
    gamma : float array, shape (D,)
        Scale of each column.
    beta : float array, shape (D,)
        Shift of each column.
    epsilon : float, 0 or more
        Added to the variance, so that a constant row can be divided.

    Returns
    -------
    y : float array, shape (N, D)
        The squares of the differences from the mean are computed in the precision of x. Where the sum of a row
        overflows, the row is beta; where squares underflow, digits are lost.
    backward : callable
        ``backward(dy)`` takes the upstream gradient, shape (N, D), and returns (dx, dgamma, dbeta), each of the shape
        of its input. It keeps one array of the size of x, and a number for each row.

    Raises
    ------
    TypeError
        An input is not float32 or float64, or they are not all of one dtype.
    ValueError
        The shapes do not fit each other, an input has no entries, epsilon is negative, or not 0 but 0 in the
        dtype of x, or dy has not the shape of y.
    """
    D, one = x.shape[1], ones(x.shape[1], x.dtype)
    d = x - (x.dot(one) / D)[:, np.newaxis]  # (2)
    d -= (d.dot(one) / D)[:, np.newaxis]  # (14); the computed mean was rounded
    r = 1 / np.sqrt(np.square(d).dot(one) / D + x.dtype.type(epsilon))  # (4)
    h = np.multiply(d, r[:, np.newaxis], out=d)  # (5)
    y = h * gamma
    y += beta  # (20)

    def backward(dy: Array) -> tuple[Array, Array, Array]:
        product = dy * h
        rows = ones(len(dy), dy.dtype)
        dgamma = rows.dot(product)  # (21)
        dbeta = rows.dot(dy)  # (22)
        dx = dy * gamma
        dx -= (dy.dot(gamma) / D)[:, np.newaxis]
        np.multiply(h, (product.dot(gamma) / D)[:, np.newaxis], out=product)
        dx -= product
        dx *= r[:, np.newaxis]  # (23)
        return dx, dgamma, dbeta

    return y, backward


layer_norm.check_arguments(check_scale_and_shift)
