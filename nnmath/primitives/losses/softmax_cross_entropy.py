"""Softmax with cross-entropy: the loss of one choice in K.

Derivation: derivations/losses/softmax_cross_entropy.md.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnmath.primitives.arguments import class_targets, real_array
from nnmath.primitives.exponentials import shifted_exponentials, sums_apart, wide_rows
from nnmath.primitives.precision import in_double, rounded
from nnmath.primitives.primitive import Primitive
from nnmath.primitives.sums import indices, mean_cost, mean_product
from nnmath.typing import Array, LossBackward


@Primitive
@rounded
def softmax_cross_entropy(logits: Array, targets: NDArray[Any]) -> tuple[Array, LossBackward]:
    """Cross-entropy between target classes and the softmax of logits, mean over the batch.

    Parameters
    ----------
    logits : float array, shape (N, K)
        One row an example.
    targets : integer array, shape (N,), or array of probabilities, shape (N, K)
        The label of each example, 0..K-1, or a row of probabilities that sums to 1.

    Returns
    -------
    loss : float scalar, nonnegative
        Infinite where a label, or a class with a target above 0, has the logit minus infinity, or another one plus
        infinity. Such a masked class has the gradient 0 where its target is 0. NaN as in `softmax`.
    backward : callable
        ``backward(upstream=1.0)`` takes the upstream gradient, a scalar, and returns dlogits, shape (N, K). It keeps an
        exponential for each logit in double precision, and three numbers for each row; where a logit is beyond 345,
        the shifted class of each row and a byte, too. Of rows of targets it keeps a copy in double precision, and seven
        numbers for each row. Labels of another type than intp are copied.

    Raises
    ------
    TypeError
        logits are not float32 or float64, or targets are neither labels nor probabilities.
    ValueError
        The shapes do not fit, the batch is empty, a label is out of range, or a row of targets is no distribution.
    """
    return (of_labels if targets.ndim == 1 else of_rows)(logits, targets)


def of_labels(z: Array, y: NDArray[np.integer]) -> tuple[Array, LossBackward]:
    """Compute the loss of labels y, shape (N,)."""
    N, rows, wide, single = len(z), indices(len(z)), wide_rows(z), z.dtype.char == "f"
    z = in_double(z)
    if wide is None:
        h, e = y, np.exp(z)  # (16)
        apart, rest, s = sums_apart(e, h, single)  # (17), (18)
        costs = cost_apart(apart, rest)  # (26)
    else:
        h = np.where(wide, z.argmax(axis=1), y)
        _, e = shifted_exponentials(z, np.where(wide, z[rows, h], 0), h)  # (16)
        apart, rest, s = sums_apart(e, h, single)  # (17), (18)
        costs = cost_apart(apart, rest) + np.where(h == y, 0, z[rows, h] - z[rows, y])  # (26)
    loss = mean_cost(costs, N)  # (26)

    def backward(upstream: float = 1.0) -> Array:
        dz: Array = e / s[:, np.newaxis]  # (19)
        if wide is None:
            dz[rows, y] = -rest / s  # (23)
        else:
            dz[rows, y] -= 1  # (15)
            dz[rows, h] = np.where(h == y, -rest, apart) / s  # (23)
        dz *= upstream / N  # (15)
        return dz

    return loss, backward


def of_rows(z: Array, t: Array) -> tuple[Array, LossBackward]:
    """Compute the loss of rows t of probabilities, shape (N, K)."""
    N, rows, h, single = len(z), indices(len(z)), z.argmax(axis=1), z.dtype.char == "f"
    z, t = in_double(z), in_double(t)
    largest = z[rows, h]
    _, e = shifted_exponentials(z, largest, h)  # (16)
    apart, rest, s = sums_apart(e, h, single)  # (17), (18)
    cost = cost_apart(apart, rest)
    below = cost[:, np.newaxis] + (largest[:, np.newaxis] - z)  # (24)
    below[rows, h] = cost  # (24), also where it is a difference of infinities
    loss = mean_product(t, np.where(t > 0, below, 0), N)  # (25); 0 times infinity is 0
    others = t.copy()
    t_apart, T, S = sums_apart(others, h, single)  # (10)

    def backward(upstream: float = 1.0) -> Array:
        dz: Array = e * S[:, np.newaxis] / s[:, np.newaxis] - others  # (22)
        dz[rows, h] = (apart * T - rest * t_apart) / s  # (21)
        dz *= upstream / N  # (22)
        return dz

    return loss, backward


def cost_apart(apart: Array, rest: Array) -> Array:
    """Minus the logarithm of the probability of the class kept apart."""
    return np.log1p(rest / apart)  # (24)


@softmax_cross_entropy.check_arguments
def _checked(logits: ArrayLike, targets: ArrayLike) -> tuple[Array, NDArray[Any]]:
    z = real_array("logits", logits, ndim=2)
    return z, class_targets("targets", targets, z)
