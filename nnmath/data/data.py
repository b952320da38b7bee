"""What a network learns from, and what it is tested on."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnmath.typing import Array

#: Draws so many points: x, shape (N, 2), and labels, shape (N,).
Draw = Callable[..., tuple[NDArray[np.float64], NDArray[np.int64]]]


class Data(NamedTuple):
    """Examples to learn from, others to test on, and the name of each class.

    Attributes
    ----------
    x : float array, shape (N, D)
    labels : integer array, shape (N,), in 0..K-1
    x_test : float array, shape (T, D)
    labels_test : integer array, shape (T,)
    classes : tuple of str, K of them
    """

    x: Array
    labels: NDArray[np.integer]
    x_test: Array
    labels_test: NDArray[np.integer]
    classes: tuple[str, ...]


def largest_class(data: Data) -> tuple[int, float]:
    """Return the class with the most examples to learn from, and its share of those to test on: what guessing gets."""
    k = int(np.bincount(data.labels).argmax())
    return k, int(np.count_nonzero(data.labels_test == k)) / len(data.labels_test)


def drawn(
    draw: Draw, classes: tuple[str, ...], rng: np.random.Generator, *, points: int, fresh: int, **settings: Any
) -> Data:
    """Draw `points` to learn from, then `fresh` ones to test on; the settings are those of `draw`."""
    x, labels = draw(rng, points=points, **settings)
    x_test, labels_test = draw(rng, points=fresh, **settings)
    return Data(x, labels, x_test, labels_test, classes)
