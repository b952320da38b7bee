"""Softmax with cross-entropy: the loss of one choice in K. Derivation: derivations/softmax_cross_entropy.md."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from nnmath.primitives._checks import Array, class_targets, real_array, upstream_gradient
from nnmath.primitives.softmax import shifted_exponentials


def softmax_cross_entropy(logits: ArrayLike, targets: ArrayLike) -> tuple[Array, Callable[..., Array]]:
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
    z = real_array("logits", logits, ndim=2)
    y = t = class_targets("targets", targets, z)  # y: labels, t: rows of probabilities
    labelled, N, rows = y.ndim == 1, len(z), np.arange(len(z))
    d, e, rest = shifted_exponentials(z)  # (50), (51), (52)
    surprise = np.log1p(rest) - d  # (55)
    if labelled:
        losses = surprise[rows, y]  # (57)
    else:
        losses = np.multiply(t, surprise, where=t > 0, out=np.zeros_like(z)).sum(axis=1)  # (58); 0 times infinity is 0
    loss = losses.sum() / N  # (57), (58)

    def backward(upstream: ArrayLike = 1.0) -> Array:
        upstream = upstream_gradient("upstream", upstream, (), z.dtype)
        p = e / (1 + rest)  # (59)
        if labelled:
            dz = p
            dz[rows, y] = -(rest[:, 0] + (1 - e[rows, y])) / (1 + rest[:, 0])  # (62)
        else:
            dz = p * t.sum(axis=1, keepdims=True) - t  # (64)
        return dz * (upstream / N)  # (63), (64)

    return loss, backward
