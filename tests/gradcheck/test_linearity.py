"""A backward pass is linear in its upstream gradient, however large or small that is."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnmath.gradcheck import check_gradients

FILTERS: dict[str, Callable[[Any], Any]] = {
    "0 below 1e-8": lambda g: np.where(np.abs(g) < 1e-8, 0, g),
    "0 below 1e-4": lambda g: np.where(np.abs(g) < 1e-4, 0, g),
    "0 below 1e-2": lambda g: np.where(np.abs(g) < 1e-2, 0, g),
    "0 below a thousandth of the largest": lambda g: np.where(np.abs(g) < 1e-3 * np.abs(g).max(), 0, g),
    "float16, which has no smaller numbers": lambda g: np.where(np.abs(g) < 6e-8, 0, g),
    "at most 1": lambda g: np.clip(g, -1, 1),
    "at most 100": lambda g: np.clip(g, -100, 100),
    "a norm of at most 10": lambda g: g * min(1, 10 / np.linalg.norm(g)),
}


@pytest.mark.parametrize("shape", [(2,), (4, 5), (300,)], ids=str)
@pytest.mark.parametrize("name", FILTERS)
def test_an_upstream_gradient_that_is_changed_by_its_size_is_found(name: str, shape: tuple[int, ...]) -> None:
    x = np.random.default_rng(0).standard_normal(shape)
    report = check_gradients(np.tanh, x, backward=lambda g, x: FILTERS[name](g) * (1 - np.tanh(x) ** 2))
    assert [finding.cause for finding in report.findings] == ["upstream"], str(report)


def test_that_of_a_loss_too() -> None:
    x = np.random.default_rng(1).standard_normal(8)
    report = check_gradients(lambda x: (x**2).mean(), x, backward=lambda g, x: (0 if abs(g) < 1e-2 else g) * 2 * x / 8)
    assert "threshold" in report.findings[0].message


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shift", [-60.0, -80.0, -700.0])
def test_gradients_next_to_the_smallest_numbers_are_linear(shift: float, dtype: Any) -> None:
    z = (shift + np.linspace(0, 20, 30)).astype(dtype)

    def sigmoid(z: Any) -> Any:
        a = np.exp(z) / (1 + np.exp(z))
        return a, lambda g: g * a * (1 - a)

    assert not check_gradients(sigmoid, z).findings
