"""Mean squared error: the loss of a prediction that is a quantity.

Derivation: derivations/losses/mean_squared_error.md.
"""

from numpy.typing import ArrayLike

from nnmath.primitives.arguments import real_array, real_targets
from nnmath.primitives.primitive import Primitive
from nnmath.primitives.sums import mean_product
from nnmath.typing import Array, LossBackward


@Primitive
def mean_squared_error(predictions: Array, targets: Array) -> tuple[Array, LossBackward]:
    """Squared differences of predictions and targets, mean over the batch of the sum over the rest.

    Parameters
    ----------
    predictions : float array, any shape
        The first axis is the batch; a single number is a batch of one.
    targets : array, shape of the predictions

    Returns
    -------
    loss : float scalar, nonnegative
        Infinite only where the mean is beyond all numbers, or a difference infinite.
    backward : callable
        ``backward(upstream=1.0)`` takes the upstream gradient, a scalar, and returns dpredictions, shape of the
        predictions. It keeps the differences, one array of that shape.

    Raises
    ------
    TypeError
        predictions are not float32 or float64, or targets are no real numbers.
    ValueError
        The shapes differ, or the batch is empty.
    """
    N = predictions.shape[0] if predictions.ndim else 1
    d = predictions - targets  # (1)
    loss = mean_product(d, d, N)  # (3)

    def backward(upstream: float = 1.0) -> Array:
        return d * (2 * upstream / N)  # (11)

    return loss, backward


@mean_squared_error.check_arguments
def _checked(predictions: ArrayLike, targets: ArrayLike) -> tuple[Array, Array]:
    y = real_array("predictions", predictions)
    return y, real_targets("targets", targets, y)
