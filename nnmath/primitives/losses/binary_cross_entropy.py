"""Binary cross-entropy: the loss of a yes or no.

Derivation: derivations/losses/binary_cross_entropy.md.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from nnmath.primitives.arguments import binary_targets, real_array
from nnmath.primitives.precision import in_double, rounded
from nnmath.primitives.primitive import Primitive
from nnmath.primitives.sums import mean_cost
from nnmath.typing import Array, LossBackward


@Primitive
@rounded
def binary_cross_entropy(logits: Array, targets: Array) -> tuple[Array, LossBackward]:
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
        ``backward(upstream=1.0)`` takes the upstream gradient, a scalar, and returns dlogits, shape of the logits. It
        keeps an exponential for each logit and the targets, both in double precision, and a byte for each logit. Of
        targets in double precision no copy is made.

    Raises
    ------
    TypeError
        logits are not float32 or float64, or targets are no real numbers.
    ValueError
        The shapes differ, the batch is empty, or a target lies outside [0, 1].
    """
    N, single = logits.shape[0] if logits.ndim else 1, logits.dtype.char == "f"
    costs, slopes = cost(in_double(logits), in_double(targets))
    loss = mean_cost(costs, N, single)  # (42)

    def backward(upstream: float = 1.0) -> Array:
        return slopes(upstream / N)  # (46)

    return loss, backward


def cost(z: Array, t: Array) -> tuple[Array, Callable[[float], Array]]:
    """Cross-entropy of each entry by itself, and its backward pass."""
    size = np.abs(z)
    e = np.exp(-size)  # (32)
    positive = z > 0  # (36)
    size *= np.abs(positive - t)  # (37)
    c = np.fmax(size, 0) + np.log1p(e)  # (39); 0 times infinity, which is no number, becomes 0

    def backward(dc: float) -> Array:
        p, q = np.maximum(e, positive), np.maximum(e, ~positive)  # (43), (44), but for the denominator
        p *= 1 - t
        q *= t
        p -= q
        p /= 1 + e
        dz: Array = p * dc  # (45)
        return dz

    return c, backward


@binary_cross_entropy.check_arguments
def _checked(logits: ArrayLike, targets: ArrayLike) -> tuple[Array, Array]:
    z = real_array("logits", logits)
    return z, binary_targets("targets", targets, z)
