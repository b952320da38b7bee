"""The four kinds of work that are timed: what is trained, on what, from which weights."""

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nnmath.training.initial_weights import initialize
from nnmath.training.network import flatten


@dataclass(frozen=True)
class Work:
    """A network of one hidden layer, data to train it on, and how."""

    name: str
    sizes: tuple[int, int, int]
    hidden: str
    count: int
    batch: int
    """Examples a step; 0 is all of them."""
    adam: bool
    rate: float
    dtype: type
    epsilon: float = 1e-7
    """Of Adam; added to the corrected root, outside of it."""

    @property
    def size(self) -> int:
        """Examples in each step but the last of an epoch, which may have fewer."""
        return self.batch or self.count

    @property
    def steps(self) -> int:
        """Steps of one epoch."""
        return -(-self.count // self.size)

    @cached_property
    def data(self) -> tuple[NDArray, NDArray]:
        """Random rows, of which those that are wide are mostly 0, as images are, and labels that depend on them."""
        rng = np.random.default_rng(0)
        D, _, K = self.sizes
        x = rng.random((self.count, D), dtype=self.dtype)
        if D > 100:
            x *= rng.random((self.count, D), dtype=np.float32) < 0.2
        else:
            x = 2 * x - 1
        labels = (x @ rng.standard_normal((D, K)).astype(self.dtype)).argmax(axis=1)
        return x, labels

    @cached_property
    def theta(self) -> NDArray:
        """Initial weights and biases, as one vector."""
        return flatten(initialize(self.sizes, np.random.default_rng(1), "he", 1.0)).astype(self.dtype)


WORKS = (
    Work("radial", (2, 4, 2), "sigmoid", 500, 1, adam=False, rate=0.3, dtype=np.float64),
    Work("spiral", (2, 64, 3), "relu", 300, 0, adam=True, rate=0.05, dtype=np.float64),
    Work("mnist, full batch", (784, 10, 10), "relu", 60_000, 0, adam=False, rate=0.4, dtype=np.float32),
    Work("mnist, mini-batch", (784, 128, 10), "relu", 60_000, 128, adam=True, rate=0.001, dtype=np.float32),
)

#: Adam's other constants, the same for all.
BETA1, BETA2 = 0.9, 0.999


class Contender(Protocol):
    """A training run, from `work.theta` on; with `shuffle`, mini-batches are drawn anew in each epoch."""

    name: str
    theta: NDArray
    """All weights and biases as they are now, as `flatten` puts them."""

    def __init__(self, work: Work, shuffle: bool) -> None: ...

    def epochs(self, count: int) -> float:
        """Train for so many epochs and return the mean loss of the last, over its examples, before their updates."""
        ...
