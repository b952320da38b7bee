"""Softmax with cross-entropy: the loss of one choice in K.

Derivation: derivations/losses/softmax_cross_entropy.md.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnmath.primitives.arguments import class_targets, real_array
from nnmath.primitives.exponentials import shifted_exponentials, taken_apart, wide_rows
from nnmath.primitives.precision import rounded_once
from nnmath.primitives.primitive import Primitive
from nnmath.primitives.sums import column_sums, indices, row_sums
from nnmath.typing import Array, LossBackward


@Primitive
@rounded_once
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
    backward : callable
        ``backward(upstream=1.0)`` takes the upstream gradient, a scalar, and returns dlogits, shape (N, K). It keeps an
        exponential for each logit in double precision, and two numbers for each row; of rows of targets also these.

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
    N, rows, wide = len(z), indices(len(z)), wide_rows(z)
    if wide is None:
        h, e = y, np.exp(z)  # (17)
        apart, rest = taken_apart(e, h)  # (18), (19)
        costs = np.log1p(rest / apart)  # (29)
    else:
        h = np.where(wide, z.argmax(axis=1), y)
        e = shifted_exponentials(z, np.where(wide, z[rows, h], 0))  # (17)
        apart, rest = taken_apart(e, h)  # (18), (19)
        costs = np.log1p(rest / apart) + (z[rows, h] - z[rows, y])  # (29)
    loss = column_sums(costs) / N  # (29)

    def backward(upstream: float = 1.0) -> Array:
        s = apart + rest
        dz: Array = e / s[:, np.newaxis]  # (20)
        if wide is None:
            dz[rows, y] = -rest / s  # (25)
        else:
            dz[rows, y] -= 1  # (26)
            dz[rows, h] = np.where(h == y, -rest, apart) / s  # (25)
        dz *= upstream / N  # (26)
        return dz

    return loss, backward


def of_rows(z: Array, t: Array) -> tuple[Array, LossBackward]:
    """Compute the loss of rows t of probabilities, shape (N, K)."""
    N, rows, wide = len(z), indices(len(z)), wide_rows(z)
    h = z.argmax(axis=1)
    largest = z[rows, h]
    e = np.exp(z) if wide is None else shifted_exponentials(z, np.where(wide, largest, 0))  # (17)
    apart, rest = taken_apart(e, h)  # (18), (19)
    others = t.copy()
    t_apart, T = taken_apart(others, h)  # (22)
    S = t_apart + T  # (10)
    below = np.where(others > 0, others * (largest[:, np.newaxis] - z), 0)  # 0 times infinity is 0
    costs = S * np.log1p(rest / apart) + row_sums(below)  # (28)
    loss = column_sums(costs) / N  # (28)

    def backward(upstream: float = 1.0) -> Array:
        s = apart + rest
        dz: Array = e * (S / s)[:, np.newaxis] - others  # (24)
        dz[rows, h] = (apart * T - rest * t_apart) / s  # (23)
        dz *= upstream / N  # (24)
        return dz

    return loss, backward


@softmax_cross_entropy.check_arguments
def _checked(logits: ArrayLike, targets: ArrayLike) -> tuple[Array, NDArray[Any]]:
    z = real_array("logits", logits, ndim=2)
    return z, class_targets("targets", targets, z)
