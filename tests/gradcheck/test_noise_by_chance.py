"""Noise that one measurement does not see: of many outputs some are rounded alike at all of its points by chance."""

import numpy as np
import pytest

from nnmath.gradcheck import check_gradients, gradients
from nnmath.gradcheck.arrays import Floats
from nnmath.gradcheck.numerical_derivatives import value_noise
from nnmath.gradcheck.report import GradientReport


def losses(logits: Floats) -> Floats:
    """Of one-hot targets 0: all but nothing where the first logit is large, the logarithm of 1 and a little more."""
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(np.log(e.sum(axis=1)) - (logits[:, 0] - logits.max(axis=1)))


def check(factor: float, monkeypatch: pytest.MonkeyPatch) -> GradientReport:
    monkeypatch.setattr(gradients, "value_noise", lambda *given: 1e-6 * value_noise(*given))
    logits = np.random.default_rng(0).uniform(-2, 2, (6, 5))
    logits[:, 0] += np.linspace(2, 12, 6)

    def backward(g: Floats, x: Floats) -> Floats:
        e = np.exp(x - x.max(axis=1, keepdims=True))
        return np.asarray(factor * g[:, np.newaxis] * (e / e.sum(axis=1, keepdims=True) - np.eye(5)[0]))

    return check_gradients(losses, logits, backward=backward)


def test_a_right_gradient_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    assert check(1.0, monkeypatch).ok


def test_a_wrong_factor_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    (finding,) = check(1 + 1e-6, monkeypatch).findings
    assert finding.cause == "scale"
    assert "1 + 1e-06" in finding.message
