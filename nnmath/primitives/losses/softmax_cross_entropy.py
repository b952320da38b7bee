"""Softmax with cross-entropy: the loss of one choice in K.

Derivation: derivations/losses/softmax_cross_entropy.md.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnmath.primitives.arguments import class_targets, real_array
from nnmath.primitives.exponentials import exponentials, shifted_exponentials, sum_of_rest
from nnmath.primitives.primitive import Primitive
from nnmath.primitives.sums import indices, row_sums
from nnmath.typing import Array, LossBackward


@Primitive
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
        ``backward(upstream=1.0)`` takes the upstream gradient, a scalar, and returns dlogits, shape (N, K).

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
    N, rows = len(z), indices(len(z))
    d, e = exponentials(z)  # (48)
    of_label = e[rows, y]
    e[rows, y] = 0
    others = row_sums(e)  # (49)
    if d is z:  # no shift
        losses = np.log1p(others / of_label)  # (51)
    else:
        losses = np.log1p(others + (of_label - 1)) - d[rows, y]  # (52)
    loss = losses.sum() / N

    def backward(upstream: float = 1.0) -> Array:
        s = of_label + others
        dz: Array = e / s[:, np.newaxis]  # (53)
        dz[rows, y] = -others / s  # (54)
        dz *= upstream / N  # (55)
        return dz

    return loss, backward


def of_rows(z: Array, t: Array) -> tuple[Array, LossBackward]:
    """Compute the loss of rows t of probabilities, shape (N, K)."""
    N = len(z)
    d, e, top = shifted_exponentials(z)  # (58)
    rest = sum_of_rest(e, top)  # (59)
    surprise = np.log1p(rest) - d  # (61)
    losses = np.multiply(t, surprise, where=t > 0, out=np.zeros_like(z)).sum(axis=1)  # 0 times infinity is 0
    loss = losses.sum() / N  # (63)

    def backward(upstream: float = 1.0) -> Array:
        p = e / (1 + rest)
        dz: Array = (p * t.sum(axis=1, keepdims=True) - t) * (upstream / N)  # (64)
        return dz

    return loss, backward


@softmax_cross_entropy.check_arguments
def _checked(logits: ArrayLike, targets: ArrayLike) -> tuple[Array, NDArray[Any]]:
    z = real_array("logits", logits, ndim=2)
    return z, class_targets("targets", targets, z)
