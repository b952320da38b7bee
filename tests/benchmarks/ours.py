"""nnmath itself: the trainer's own loop, with its shuffling, its checks and its metrics."""

import numpy as np
from numpy.typing import NDArray

from nnmath.training.loop import train
from nnmath.training.network import ACTIVATIONS
from nnmath.training.optimizers import adam, constant, descent
from tests.benchmarks.work import BETA1, BETA2, Work


class Ours:
    """One training run."""

    name = "nnmath"

    def __init__(self, work: Work, shuffle: bool) -> None:
        x, labels = work.data
        self.theta: NDArray = work.theta.copy()
        self.run = train(
            self.theta,
            work.sizes,
            x,
            labels,
            update=adam(self.theta, BETA1, BETA2, work.epsilon) if work.adam else descent(self.theta),
            rate_at=constant(work.rate),
            epochs=10**9,
            activation=ACTIVATIONS[work.hidden],
            batch=work.batch,
            rng=np.random.default_rng(2) if shuffle else None,
        )

    def epochs(self, count: int) -> float:
        """Train for so many epochs and return the mean loss of the last."""
        for _ in range(count):
            epoch = next(self.run)
        return epoch.loss
