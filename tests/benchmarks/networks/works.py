"""What is trained: weights, batches and settings are the same for all contenders."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnmath.data.adding import adding
from nnmath.runs.gpt_recipe import GPT_RECIPE
from nnmath.training import gpt, lenet, recurrent
from nnmath.training.language_model import draw_batches
from nnmath.training.parameters import views
from nnmath.training.recurrent import LSTM

SIZES = gpt.Sizes(65)

#: Steps, units and sequences of the LSTM's task; images in a step of LeNet-5.
LENGTH, UNITS, SEQUENCES, IMAGES = 100, 32, 50, 60


class NetworkWork(NamedTuple):
    """A network, its initial weights, its batches, and the settings of AdamW.

    Attributes
    ----------
    name : str
    theta : float array, shape (P,)
    shapes : list of tuple
        Of the arrays that make up the vector; those of two axes or more have weight decay.
    batches : callable
        ``batches(count)`` yields x and targets.
    rate, beta2, decay, clip : float
    """

    name: str
    theta: NDArray[np.float32]
    shapes: list[tuple[int, ...]]
    batches: Callable[[int], Iterator[tuple[Any, Any]]]
    rate: float
    beta2: float
    decay: float
    clip: float

    def arrays(self) -> list[NDArray[np.float32]]:
        """Return copies of the weights, array by array."""
        return [array.copy() for array in views(self.theta, self.shapes)]


def gpt_work() -> NetworkWork:
    """Return the work of `train gpt`; the text is drawn at random, which takes as long as any other."""
    recipe = GPT_RECIPE
    text = np.random.default_rng(0).integers(65, size=100_000)

    def batches(count: int) -> Iterator[tuple[Any, Any]]:
        return draw_batches(text, recipe.batch, recipe.context, np.random.default_rng(1), count)

    theta = gpt.initialize(SIZES, np.random.default_rng(0))
    return NetworkWork(
        "gpt", theta, [*gpt.shapes(SIZES)], batches, recipe.rate, recipe.beta2, recipe.decay, recipe.clip
    )


def lenet_work() -> NetworkWork:
    """Return the work of `train lenet`, on images that are drawn at random."""

    def batches(count: int) -> Iterator[tuple[Any, Any]]:
        rng = np.random.default_rng(1)
        for _ in range(count):
            yield rng.random((IMAGES, 784), np.float32), rng.integers(10, size=IMAGES)

    theta = lenet.initialize(np.random.default_rng(0))
    return NetworkWork("lenet", theta, [*lenet.SHAPES], batches, 1e-3, 0.99, 0.1, float("inf"))


def lstm_work() -> NetworkWork:
    """Return the work of `train lstm`, with sequences of one length."""

    def batches(count: int) -> Iterator[tuple[Any, Any]]:
        rng = np.random.default_rng(1)
        for _ in range(count):
            x, targets = adding(rng, SEQUENCES, LENGTH)
            yield np.ascontiguousarray(x[:, -LENGTH:]), targets

    theta = recurrent.initialize(2, UNITS, LSTM, LENGTH, np.random.default_rng(0))
    return NetworkWork("lstm", theta, recurrent.shapes(2, UNITS, LSTM), batches, 1e-3, 0.999, 0.0, 1.0)


WORKS: dict[str, Callable[[], NetworkWork]] = {"gpt": gpt_work, "lenet": lenet_work, "lstm": lstm_work}

#: Takes a training step with a batch, and returns its loss.
Step = Callable[[Any, Any], float]
