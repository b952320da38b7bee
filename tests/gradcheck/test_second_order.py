"""A Hessian-vector product of a function of NumPy arrays, against differences of the gradient."""

from typing import Any

import numpy as np
import pytest

from nnmath.gradcheck import check_gradients

X, Y = np.random.default_rng(0).standard_normal((2, 5))


def test_one_input() -> None:
    def backward(g: Any, x: Any) -> Any:
        return g * np.cos(x)

    assert check_gradients(np.sin, X, backward=backward, order=2, second=lambda v, u, x: -v * u * np.sin(x)).ok
    report = check_gradients(np.sin, X, backward=backward, order=2, second=lambda v, u, x: v * u * np.sin(x))
    assert [finding.cause for finding in report.findings] == ["sign"]


def test_two_inputs() -> None:
    def product(x: Any, y: Any) -> Any:
        return x * y**2, lambda g: (g * y**2, 2 * g * x * y)

    def second(v: Any, u: Any, x: Any, y: Any) -> Any:
        return 2 * u * y * v[1], 2 * u * y * v[0] + 2 * u * x * v[1]

    assert check_gradients(product, X, Y, order=2, second=second).ok
    report = check_gradients(
        product, X, Y, order=2, second=lambda v, u, x, y: (second(v, u, x, y)[0], 2 * u * y * v[0])
    )
    assert [report.names[finding.input] for finding in report.findings] == ["y"]


def test_a_wrong_gradient_is_found_before_its_own() -> None:
    def backward(g: Any, x: Any) -> Any:
        return 2 * g * np.cos(x)

    report = check_gradients(np.sin, X, backward=backward, order=2, second=lambda v, u, x: -2 * v * u * np.sin(x))
    assert [(finding.cause, finding.factor) for finding in report.findings] == [("scale", 2.0)]
    assert "order 2" not in str(report)


def test_both_orders_are_counted() -> None:
    report = check_gradients(
        np.sin, X, backward=lambda g, x: g * np.cos(x), order=2, second=lambda v, u, x: -v * u * np.sin(x)
    )
    assert report.compared == 2 * X.size**2


def test_what_is_needed_is_said() -> None:
    with pytest.raises(TypeError, match="expected second="):
        check_gradients(np.sin, X, backward=lambda g, x: g * np.cos(x), order=2)
    with pytest.raises(ValueError, match="order: expected 1 or 2, got 3"):
        check_gradients(np.sin, X, backward=lambda g, x: g * np.cos(x), order=3)
