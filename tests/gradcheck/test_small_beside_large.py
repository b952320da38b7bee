"""Large gradients that hide small ones: outputs of very different sizes, compared along directions."""

from typing import Any

import numpy as np
import pytest

from nnmath.gradcheck import check_gradients

NORMAL = np.random.default_rng(0).standard_normal(300)


def beside(large: float, factor: float) -> Any:
    """An exponential, times a large number, and a sine, whose gradient is off by a factor."""

    def function(x: Any) -> Any:
        return (large * np.exp(x), np.sin(x)), lambda a, b: a * large * np.exp(x) + factor * b * np.cos(x)

    return function


def softmax(x: Any) -> Any:
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


@pytest.mark.parametrize("large", [1.0, 1e5, 1e10])
def test_a_large_output_hides_no_other(large: float) -> None:
    assert check_gradients(beside(large, 1.0), NORMAL).ok
    assert check_gradients(beside(large, 1.0001), NORMAL).findings


def test_large_entries_hide_no_small_ones() -> None:
    x = np.logspace(-3, 3, 300)
    assert check_gradients(lambda x: 1 / x, x, backward=lambda g, x: -g / x**2).ok
    assert not check_gradients(lambda x: 1 / x, x, backward=lambda g, x: -g / x**2 * np.where(x > 100, 1.1, 1)).ok
    x = np.linspace(-40, 40, 300)
    assert check_gradients(np.exp, x, backward=lambda g, x: g * np.exp(x)).ok
    assert not check_gradients(np.exp, x, backward=lambda g, x: g * np.where(x < -20, 0, np.exp(x))).ok


@pytest.mark.parametrize("factor", [1.0, 1.5])
def test_a_small_entry_of_a_saturated_softmax_counts(factor: float) -> None:
    x, times = np.random.default_rng(33).standard_normal((30, 12)) * 20, np.ones((30, 12))
    times[15, 0] = factor  # where the gradient is 2e-11

    def backward(g: Any, x: Any) -> Any:
        p = softmax(x)
        return times * p * (g - (g * p).sum(-1, keepdims=True))

    report = check_gradients(softmax, x, backward=backward)
    assert [finding.where for finding in report.findings] == ([] if factor == 1 else [(15, 0)])
