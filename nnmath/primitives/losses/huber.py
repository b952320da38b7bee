"""The Huber loss: squared for small errors, absolute for large ones, so that an outlier does not decide everything.

Derivation: derivations/losses/huber.md.
"""

import numpy as np
from numpy.typing import ArrayLike

from nnmath.primitives.arguments import not_rounded_to_0, positive_number, real_array, real_targets
from nnmath.primitives.primitive import Primitive
from nnmath.primitives.sums import mean_product
from nnmath.typing import Array, LossBackward


@Primitive
def huber(predictions: Array, targets: Array, delta: float) -> tuple[Array, LossBackward]:
    """Huber's loss of predictions, mean over the batch of the sum over the rest.

    Parameters
    ----------
    predictions : float array, any shape
        The first axis is the batch; a single number is a batch of one.
    targets : array, shape of the predictions
    delta : float, positive
        The error at which the loss turns from half its square to a straight line. No gradient is taken of it.

    Returns
    -------
    loss : float scalar, nonnegative
    backward : callable
        ``backward(upstream=1.0)`` takes the upstream gradient, a scalar, and returns dpredictions, shape of the
        predictions. It keeps the clipped errors, one array of that shape.

    Raises
    ------
    TypeError
        predictions are not float32 or float64, or targets or delta are no real numbers.
    ValueError
        The shapes differ, the batch is empty, or delta is not positive, or 0 in the dtype of the predictions.
    """
    N = predictions.shape[0] if predictions.ndim else 1
    d = predictions - targets  # (1)
    r = np.clip(d, -delta, delta)  # (12)
    loss = mean_product(np.abs(r), np.abs(d) - np.abs(r) / 2, N)  # (14), (15)

    def backward(upstream: float = 1.0) -> Array:
        return r * (upstream / N)  # (16)

    return loss, backward


@huber.check_arguments
def _checked(predictions: ArrayLike, targets: ArrayLike, delta: float) -> tuple[Array, Array, float]:
    y = real_array("predictions", predictions)
    return y, real_targets("targets", targets, y), not_rounded_to_0("delta", positive_number("delta", delta), y.dtype)
