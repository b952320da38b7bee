"""The deep network: its gradients, what normalization does to sizes, and the plain layers that it becomes."""

from typing import Any

import numpy as np
import pytest

from nnmath.primitives import relu, softmax_cross_entropy
from nnmath.training.deep_network import (
    deep_network,
    folded,
    initialize,
    layers_of,
    normalized,
    plain,
    root_mean_square,
    shapes,
    sizes_by_layer,
)
from nnmath.training.network import network

SIZES = (6, 8, 8, 8, 3)
RNG = np.random.default_rng(0)
X, LABELS = RNG.standard_normal((20, 6)), RNG.integers(3, size=20)


def start(sizes: Any = SIZES, kind: str = "he", dtype: Any = np.float64) -> Any:
    theta = initialize(sizes, np.random.default_rng(1), kind).astype(dtype)
    return theta + np.random.default_rng(2).normal(0, 0.1, theta.shape).astype(dtype)


def gradient_of(theta: Any, hidden: Any) -> Any:
    gradient = np.full_like(theta, np.nan)
    logits, backward = deep_network(X, layers_of(theta, SIZES), hidden)
    loss, loss_backward = softmax_cross_entropy(logits, LABELS)
    backward(loss_backward(), layers_of(gradient, SIZES))
    return float(loss), gradient


@pytest.mark.parametrize("hidden", [plain, normalized])
def test_the_gradient_is_the_slope_of_the_loss(hidden: Any) -> None:
    theta, step = start(), 1e-6
    _, gradient = gradient_of(theta, hidden)
    for i in range(0, len(theta), 5):
        ahead, behind = theta.copy(), theta.copy()
        ahead[i] += step
        behind[i] -= step
        slope = (gradient_of(ahead, hidden)[0] - gradient_of(behind, hidden)[0]) / (2 * step)
        assert gradient[i] == pytest.approx(slope, rel=1e-5, abs=1e-8)


def test_a_plain_network_is_the_network_of_the_other_runs() -> None:
    layers = layers_of(start(), SIZES)
    logits, _ = deep_network(X, layers, plain)
    expected, _ = network(X, [(w.W, w.b) for w in layers], relu)
    np.testing.assert_allclose(logits, expected, rtol=1e-12)


def test_folded_layers_do_what_normalized_ones_do_with_the_same_examples() -> None:
    layers = layers_of(start(), SIZES)
    logits, _ = deep_network(X, layers, normalized)
    np.testing.assert_allclose(network(X, folded(layers, X), relu)[0], logits, rtol=1e-9, atol=1e-9)


def test_normalization_keeps_the_sizes_of_signals_whatever_the_weights() -> None:
    sizes = (6, *[50] * 12, 3)

    def found(hidden: Any, factor: float) -> Any:
        theta = initialize(sizes, np.random.default_rng(1), "glorot").astype(np.float64)
        for layer in layers_of(theta, sizes):
            layer.W[...] *= factor
        dlogits_of = lambda logits: softmax_cross_entropy(logits, LABELS)[1]()  # noqa: E731
        return sizes_by_layer(X, layers_of(theta, sizes), hidden, dlogits_of)

    small, large = found(normalized, 1.0)[0], found(normalized, 10.0)[0]
    np.testing.assert_allclose(small, large, rtol=1e-2)
    assert 0.5 < min(small) < max(small) < 1
    signals, gradients = found(plain, 1.0)
    assert signals[-1] < 0.05 * signals[0]  # each layer halves the mean square
    assert gradients[0] < 0.05 * gradients[-1]


def test_sizes_are_those_of_the_network_itself() -> None:
    layers = layers_of(start(), SIZES)
    signals, gradients = sizes_by_layer(X, layers, plain, lambda logits: np.ones_like(logits))
    h1 = np.maximum(X @ layers[0].W + layers[0].b, 0)
    h2 = np.maximum(h1 @ layers[1].W + layers[1].b, 0)
    h3 = np.maximum(h2 @ layers[2].W + layers[2].b, 0)
    assert signals == pytest.approx([root_mean_square(h) for h in (h1, h2, h3)])
    d3 = np.ones((20, 3)) @ layers[3].W.T
    d2 = (d3 * (h3 > 0)) @ layers[2].W.T
    assert gradients[1:] == pytest.approx([root_mean_square(d) for d in (d2, d3)])


def test_initial_biases_are_0_and_scales_1() -> None:
    layers = layers_of(initialize(SIZES, np.random.default_rng(0)), SIZES)
    assert all((w.gamma == 1).all() and (w.b == 0).all() for w in layers)
    assert len(shapes(SIZES)) == 3 * len(layers)
