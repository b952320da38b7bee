"""RMS normalization: each row is divided by its root mean square, then each column gets a scale.

Derivation: derivations/normalization/rms_norm.md.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from nnmath.primitives.arguments import (
    nonnegative_number,
    not_rounded_to_0,
    one_for_each_column,
    real_array,
    same_dtype,
)
from nnmath.primitives.primitive import Primitive
from nnmath.primitives.sums import column_sums, row_sums
from nnmath.typing import Array


@Primitive
def rms_norm(x: Array, gamma: Array, epsilon: float = 1e-5) -> tuple[Array, Callable[[Array], tuple[Array, Array]]]:
    """RMS normalization gamma x / sqrt(mean of the squares of the row + epsilon).

    Parameters
    ----------
    x : float array, shape (N, D)
        One row an example, or a position of a sequence.
    gamma : float array, shape (D,)
        Scale of each column.
    epsilon : float, 0 or more
        Added to the mean square, so that a row of zeros can be divided.

    Returns
    -------
    y : float array, shape (N, D)
        The squares are computed in the precision of x. Where the sum of a row overflows, the row is 0; where squares
        underflow, digits are lost.
    backward : callable
        ``backward(dy)`` takes the upstream gradient, shape (N, D), and returns (dx, dgamma), each of the shape of its
        input. It keeps one array of the size of x, and a number for each row.

    Raises
    ------
    TypeError
        An input is not float32 or float64, or they are not both of one dtype.
    ValueError
        The shapes do not fit each other, an input has no entries, epsilon is negative, or not 0 but 0 in the
        dtype of x, or dy has not the shape of y.
    """
    D = x.shape[1]
    r = 1 / np.sqrt(row_sums(np.square(x)) / D + x.dtype.type(epsilon))  # (3)
    h = x * r[:, np.newaxis]  # (4)
    y = h * gamma  # (13)

    def backward(dy: Array) -> tuple[Array, Array]:
        product = dy * h
        dgamma = column_sums(product)  # (14)
        product *= gamma
        shares = row_sums(product) / D
        dx = dy * gamma
        dx -= np.multiply(h, shares[:, np.newaxis], out=product)
        dx *= r[:, np.newaxis]  # (15)
        return dx, dgamma

    return y, backward


@rms_norm.check_arguments
def _checked(x: ArrayLike, gamma: ArrayLike, epsilon: float = 1e-5) -> tuple[Array, Array, float]:
    x, gamma = real_array("x", x, ndim=2), real_array("gamma", gamma, ndim=1)
    same_dtype(("x", "gamma"), (x, gamma))
    one_for_each_column("gamma", gamma, "x", x)
    return x, gamma, not_rounded_to_0("epsilon", nonnegative_number("epsilon", epsilon), x.dtype)
