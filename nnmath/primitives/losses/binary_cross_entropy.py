"""Binary cross-entropy: the loss of a yes or no.

Derivation: derivations/losses/binary_cross_entropy.md.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from nnmath.primitives._checks import binary_targets, checked, real_array
from nnmath.typing import Array


def _inputs(logits: ArrayLike, targets: ArrayLike) -> tuple[Array, Array]:
    z = real_array("logits", logits)
    return z, binary_targets("targets", targets, z)


@checked(_inputs)
def binary_cross_entropy(logits: Array, targets: Array) -> tuple[Array, Callable[..., Array]]:
    """Cross-entropy between targets in [0, 1] and the sigmoid of logits, mean over the batch of the sum over the rest.

    Parameters
    ----------
    logits : float array, any shape
        The first axis is the batch; a single number is a batch of one.
    targets : array, shape of the logits, in [0, 1]

    Returns
    -------
    loss : float scalar, nonnegative
    backward : callable
        ``backward(upstream=1.0)`` takes the upstream gradient, a scalar, and returns dlogits, shape of the logits.

    Raises
    ------
    TypeError
        logits are not float32 or float64, or targets are no real numbers.
    ValueError
        The shapes differ, the batch is empty, or a target lies outside [0, 1].
    """
    z, t = logits, targets
    N = z.shape[0] if z.ndim else 1
    e = np.exp(-np.abs(z))  # (32)
    positive = z > 0  # (36)
    losses = np.abs(z) * np.abs(positive - t) + np.log1p(e)  # (39)
    loss = losses.sum() / N  # (42)

    def backward(upstream: float = 1.0) -> Array:
        larger, smaller = 1 / (1 + e), e / (1 + e)  # (43), (44)
        p, q = np.where(positive, larger, smaller), np.where(positive, smaller, larger)  # (43), (44)
        return ((1 - t) * p - t * q) * (upstream / N)  # (46)

    return loss, backward
