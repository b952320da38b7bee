"""Examples with labels: drawn for each step, and scored some at a time."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.primitives import softmax_cross_entropy
from nnmath.training.metrics import Score
from nnmath.training.shards import Map
from nnmath.typing import Array

#: Examples that are scored together.
AT_A_TIME = 500


def draw_examples(
    x: Array, labels: NDArray[np.integer], batch: int, rng: np.random.Generator, count: int
) -> Iterator[tuple[Array, NDArray[np.integer]]]:
    """Draw so many batches: x, shape (batch, D), and labels. An example may be drawn again at any time."""
    for _ in range(count):
        chosen = rng.integers(len(x), size=batch)
        yield x[chosen], labels[chosen]


def answers(logits_of: Callable[[Array], Array], x: Array, run: Map[Any]) -> Array:
    """Return the logits of all examples, shape (N, K)."""
    parts = [x[first : first + AT_A_TIME] for first in range(0, len(x), AT_A_TIME)]
    return np.concatenate(run(logits_of, parts))


def score(logits: Array, labels: NDArray[np.integer]) -> Score:
    """Return the mean cross-entropy, and the share of right answers."""
    right = int(np.count_nonzero(logits.argmax(axis=1) == labels))
    return Score(float(softmax_cross_entropy(logits, labels)[0]), right / len(labels))
