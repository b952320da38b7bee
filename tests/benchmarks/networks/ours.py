"""nnmath itself: the network of the run, in shards on so many threads."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nnmath.primitives import mean_squared_error, softmax_cross_entropy
from nnmath.training import lenet, recurrent
from nnmath.training.adamw import adamw, clipped
from nnmath.training.language_model import loss_and_gradient_of
from nnmath.training.parameters import views
from nnmath.training.recurrent import LSTM
from nnmath.training.shards import Map
from nnmath.training.shards import loss_and_gradient_of as shared_out
from tests.benchmarks.networks.works import SIZES, UNITS, NetworkWork, Step


def step_of(work: NetworkWork, run: Map[Any]) -> Step:
    """Return a step."""
    theta, gradient, decay = work.theta.copy(), np.empty_like(work.theta), np.zeros_like(work.theta)
    for array in views(decay, work.shapes):
        array[...] = work.decay if array.ndim > 1 else 0
    update = clipped(adamw(theta, decay, 0.9, work.beta2, run=run), work.clip)
    function = FUNCTIONS[work.name](theta, gradient, run)

    def step(x: Any, targets: Any) -> float:
        loss: float = function(x, targets)
        update(gradient, work.rate)
        return loss

    return step


def lenet_function(theta: Any, gradient: Any, run: Map[Any]) -> Any:
    """Return loss and gradient of LeNet-5."""
    return shared_out(theta, gradient, lenet.weights_of, lenet.lenet, softmax_cross_entropy.mathematics, run)


def lstm_function(theta: Any, gradient: Any, run: Map[Any]) -> Any:
    """Return loss and gradient of the LSTM."""
    return shared_out(
        theta,
        gradient,
        lambda vector: recurrent.weights_of(vector, 2, UNITS, LSTM),
        lambda x, w: recurrent.recurrent(x, w, LSTM),
        mean_squared_error.mathematics,
        run,
        parts=2,
    )


FUNCTIONS: dict[str, Callable[[Any, Any, Map[Any]], Any]] = {
    "gpt": lambda theta, gradient, run: loss_and_gradient_of(theta, gradient, SIZES, run),
    "lenet": lenet_function,
    "lstm": lstm_function,
}
