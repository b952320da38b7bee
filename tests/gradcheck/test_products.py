"""Whole Jacobians are compared in products with random vectors before single entries."""

from typing import Any

import numpy as np
import pytest

from nnmath.gradcheck import check_gradients, products

RNG = np.random.default_rng
X = RNG(0).standard_normal(100)
SINGLE = (0.5 + RNG(1).random(100)).astype(np.float32)


class Counted:
    """A sum of waves of ten groups of numbers, which counts how often its value is asked for."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, x: Any) -> Any:
        self.calls += 1
        return np.sin(x).reshape(10, 10).sum(axis=1)


def backward(factors: Any) -> Any:
    return lambda g, x: factors * np.repeat(g, 10) * np.cos(x)


def test_a_right_jacobian_needs_few_values() -> None:
    function = Counted()
    report = check_gradients(function, X, backward=backward(1.0))
    assert report.ok
    assert report.compared == 10 * 100
    assert function.calls < 100


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("by", [-2.0, -1.0, 1e-9, 1.0])
def test_one_entry_that_is_wrong_is_found(by: float, seed: int) -> None:
    factors = np.ones(100)
    factors[seed] += by
    (finding,) = check_gradients(Counted(), X, backward=backward(factors), seed=seed).findings
    assert finding.where == (seed,)


def square_with_a_wrong_entry(x: Any) -> Any:
    def backward(g: Any) -> Any:
        gradient = 2 * g * x
        gradient[7] *= x.dtype.type(1 + 5e-6)
        return gradient

    return np.square(x).sum(), backward


def test_products_that_rounding_makes_imprecise_are_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not check_gradients(square_with_a_wrong_entry, SINGLE).ok
    monkeypatch.setattr(products, "PRECISE_ENOUGH", 0.0)
    assert check_gradients(square_with_a_wrong_entry, SINGLE).ok
