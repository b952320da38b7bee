"""Examples: drawn for each step, and answered some at a time."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.training.shards import Map
from nnmath.typing import Array

#: Examples that are answered together.
AT_A_TIME = 500


def draw_examples(
    x: Array, labels: NDArray[np.integer], batch: int, rng: np.random.Generator, count: int
) -> Iterator[tuple[Array, NDArray[np.integer]]]:
    """Draw so many batches: x, shape (batch, D), and labels. An example may be drawn again at any time."""
    for _ in range(count):
        chosen = rng.integers(len(x), size=batch)
        yield x[chosen], labels[chosen]


def answers(outputs_of: Callable[[Array], Array], x: Array, run: Map[Any]) -> Array:
    """Return the outputs of a network for all examples, shape (N, K)."""
    parts = [x[first : first + AT_A_TIME] for first in range(0, len(x), AT_A_TIME)]
    return np.concatenate(run(outputs_of, parts))
