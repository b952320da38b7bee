"""How good the answers of a network are."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnmath.training.losses import LOSSES, predicted_classes
from nnmath.training.network import network
from nnmath.typing import Activation, Array, Layers

#: How many examples are looked at in one go, so that hidden layers of a whole data set need not fit in memory.
CHUNK = 5000


class Score(NamedTuple):
    """Mean loss, without penalty, and share of right answers."""

    loss: float
    accuracy: float


def accuracy(logits: Array, labels: NDArray[np.integer]) -> float:
    """Share of the rows of logits, shape (N, K), for which the most probable class is the label, shape (N,)."""
    return int(np.count_nonzero(predicted_classes(logits) == labels)) / len(labels)


def outputs(x: Array, layers: Layers, activation: Activation) -> Array:
    """Return the logits of the network, shape (N, K), for all of x, shape (N, D), chunk by chunk."""
    return np.concatenate([network(x[i : i + CHUNK], layers, activation)[0] for i in range(0, len(x), CHUNK)])


def score(logits: Array, targets: Array, labels: NDArray[np.integer], output: str) -> Score:
    """Score logits, shape (N, K), by the loss that belongs to the output, and by how many are right."""
    return Score(float(LOSSES[output](logits, targets)[0]), accuracy(logits, labels))


def confusion_matrix(labels: NDArray[np.integer], answers: NDArray[np.integer], classes: int) -> NDArray[np.int64]:
    """Count how often class i was answered with class j: row i, column j."""
    pairs = classes * labels.astype(np.int64) + answers
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)


def precision_and_recall(confusion: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each class, how many of its answers are right, and how many of its examples are found.

    Where a class was never answered, or has no example, there is nothing to divide by, and the result is NaN.
    """
    right = confusion.diagonal()
    answered, there = confusion.sum(axis=0), confusion.sum(axis=1)
    nothing = np.full(len(right), np.nan)
    precision = np.divide(right, answered, out=nothing.copy(), where=answered > 0)
    recall = np.divide(right, there, out=nothing, where=there > 0)
    return precision, recall
