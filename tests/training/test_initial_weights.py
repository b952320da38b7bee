"""Initial weights: the variance that the derivation asks for, and what it does to signals."""

from typing import Any

import numpy as np
import pytest

from nnmath.primitives import relu
from nnmath.training.initial_weights import initialize


@pytest.mark.parametrize(
    ("kind", "scale", "variances"),
    [
        ("he", 1, (2 / 50, 2 / 400)),
        ("glorot", 1, (2 / 450, 2 / 700)),
        ("normal", 0.01, (1e-4, 1e-4)),
        ("he", 0.5, (0.5 / 50, 0.5 / 400)),
    ],
)
def test_variance(kind: Any, scale: Any, variances: Any) -> None:
    layers = initialize((50, 400, 300), np.random.default_rng(3), kind, scale)
    for (W, b), variance in zip(layers, variances, strict=True):
        assert W.dtype == np.float64
        assert abs(W.mean()) < 5 * np.sqrt(variance / W.size)
        assert W.var() == pytest.approx(variance, rel=5 * np.sqrt(2 / W.size))
        assert not b.any()


def test_he_keeps_the_size_of_a_signal_through_twenty_layers_of_relu_and_glorot_does_not() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 100))
    sizes = {}
    for kind in ("he", "glorot"):
        a = x
        for W, _ in initialize((100,) * 21, rng, kind):
            a, _ = relu(a @ W)
        sizes[kind] = np.mean(a**2)
    assert 0.2 < sizes["he"] < 5
    assert sizes["glorot"] < 1e-4  # 2 ** -20, but for chance
