"""The network: its gradients, and its parameters as one vector."""

from typing import Any

import numpy as np
import pytest

from nnmath.primitives import softmax_cross_entropy
from nnmath.training.initial_weights import initialize
from nnmath.training.network import ACTIVATIONS, flatten, network, unflatten


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)
@pytest.mark.parametrize("sizes", [(3, 2), (2, 5, 3), (3, 6, 4, 5, 2)])
def test_gradients_are_those_of_central_differences(sizes: Any, activation: Any) -> None:
    rng = np.random.default_rng(7)
    theta = rng.normal(size=flatten(initialize(sizes, rng)).shape)
    x, labels = rng.normal(size=(8, sizes[0])), rng.integers(sizes[-1], size=8)

    def loss_at(theta: Any) -> Any:
        return softmax_cross_entropy(network(x, unflatten(theta, sizes), activation)[0], labels)[0]

    logits, backward = network(x, unflatten(theta, sizes), activation)
    _, loss_backward = softmax_cross_entropy(logits, labels)
    gradient = flatten(backward(loss_backward()))
    steps = 1e-5 * np.eye(len(theta))
    differences = [(loss_at(theta + step) - loss_at(theta - step)) / 2e-5 for step in steps]
    np.testing.assert_allclose(gradient, differences, rtol=1e-6, atol=1e-9)


def test_gradients_have_the_form_of_the_layers() -> None:
    layers = initialize((2, 5, 4, 3), np.random.default_rng(0))
    logits, backward = network(np.ones((6, 2)), layers)
    assert logits.shape == (6, 3)
    assert [(dW.shape, db.shape) for dW, db in backward(np.ones((6, 3)))] == [(W.shape, b.shape) for W, b in layers]


def test_a_network_computed_by_hand() -> None:
    layers = [(np.array([[1.0, -1.0]]), np.array([0.0, 1.0])), (np.array([[2.0], [3.0]]), np.array([0.5]))]
    logits, backward = network(np.array([[2.0]]), layers)  # z = (2, -1), a = (2, 0), 2 * 2 + 0 * 3 + 0.5
    np.testing.assert_array_equal(logits, [[4.5]])
    (dW1, db1), (dW2, db2) = backward(np.array([[1.0]]))
    np.testing.assert_array_equal(dW2, [[2], [0]])
    np.testing.assert_array_equal(db2, [1])
    np.testing.assert_array_equal(dW1, [[4, 0]])  # 2 (of W2) times 2 (of x); nothing through the closed unit
    np.testing.assert_array_equal(db1, [2, 0])


def test_flatten_and_unflatten_are_inverse_and_share_memory() -> None:
    sizes = (2, 4, 3)
    layers = initialize(sizes, np.random.default_rng(1))
    theta = flatten(layers)
    assert theta.shape == (2 * 4 + 4 + 4 * 3 + 3,)
    views = unflatten(theta, sizes)
    for layer, view in zip(layers, views, strict=True):
        for array, other in zip(layer, view, strict=True):
            np.testing.assert_array_equal(array, other)
    theta -= 1
    np.testing.assert_array_equal(views[1][0], layers[1][0] - 1)


def test_a_vector_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match=r"theta: expected shape \(27,\), for sizes \(2, 4, 3\), got \(28,\)"):
        unflatten(np.zeros(28), (2, 4, 3))
