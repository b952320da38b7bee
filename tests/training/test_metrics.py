"""Accuracy, confusion matrix, precision and recall, computed by hand."""

from typing import Any

import numpy as np
import pytest

from nnmath.training.initial_weights import initialize
from nnmath.training.losses import predicted_classes, probabilities, targets
from nnmath.training.metrics import CHUNK, accuracy, confusion_matrix, outputs, precision_and_recall, score
from nnmath.training.network import network

LOGITS = np.array([[1.0, 2.0], [3.0, 0.0], [0.0, 1.0], [5.0, 4.0]])


def test_accuracy_counts_the_rows_whose_largest_logit_is_the_label() -> None:
    assert accuracy(LOGITS, np.array([1, 0, 0, 1])) == 0.5


def test_a_single_sigmoid_answers_1_above_0() -> None:
    assert predicted_classes(np.array([[-1.0], [0.0], [1e-9]])).tolist() == [0, 0, 1]
    assert accuracy(np.array([[-1.0], [2.0]]), np.array([0, 0])) == 0.5


def test_confusion_precision_and_recall_by_hand() -> None:
    confusion = confusion_matrix(np.array([0, 0, 0, 1, 1, 3], np.uint8), np.array([0, 1, 0, 1, 1, 0]), 4)
    assert confusion.tolist() == [[2, 1, 0, 0], [0, 2, 0, 0], [0, 0, 0, 0], [1, 0, 0, 0]]
    precision, recall = precision_and_recall(confusion)
    np.testing.assert_array_equal(precision, [2 / 3, 2 / 3, np.nan, np.nan])
    np.testing.assert_array_equal(recall, [2 / 3, 1, np.nan, 0])


def test_outputs_are_those_of_the_network_whatever_the_chunks() -> None:
    layers = initialize((1, 3, 2), np.random.default_rng(0))
    x = np.random.default_rng(1).normal(size=(CHUNK + 7, 1))
    activation = lambda z: (z, None)  # noqa: E731
    np.testing.assert_allclose(outputs(x, layers, activation), network(x, layers, activation)[0], rtol=1e-14)


def test_score_is_loss_and_accuracy() -> None:
    z = np.array([[0.0], [0.0]])
    assert score(z, np.array([[1.0], [0.0]]), np.array([1, 0]), "sigmoid") == (pytest.approx(np.log(2)), 0.5)


@pytest.mark.parametrize(
    ("output", "width", "smoothing", "expected"),
    [
        ("softmax", 3, 0, [0, 2]),
        ("softmax", 3, 0.3, [[0.8, 0.1, 0.1], [0.1, 0.1, 0.8]]),
        ("sigmoid", 3, 0, [[1, 0, 0], [0, 0, 1]]),
    ],
)
def test_targets(output: Any, width: Any, smoothing: Any, expected: Any) -> None:
    np.testing.assert_allclose(targets(np.array([0, 2]), output, width, np.float64, smoothing), expected, rtol=1e-15)


def test_targets_of_a_single_sigmoid() -> None:
    found = targets(np.array([0, 1]), "sigmoid", 1, np.float32, 0.2)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, [[0.1], [0.9]], rtol=1e-6)


def test_probabilities_of_each_class() -> None:
    np.testing.assert_allclose(probabilities(np.array([[0.0, np.log(3)]]), "softmax"), [[0.25, 0.75]])
    np.testing.assert_allclose(probabilities(np.array([[np.log(3)]]), "sigmoid"), [[0.25, 0.75]])
    np.testing.assert_allclose(probabilities(np.array([[0.0, np.log(3)]]), "sigmoid"), [[0.5, 0.75]])
