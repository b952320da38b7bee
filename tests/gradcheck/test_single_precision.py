"""Functions of single precision are judged by their values in double precision, where these can be had."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnmath.gradcheck import check_gradients


def softmax(x: Any) -> Any:
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


FUNCTIONS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "tanh": (np.tanh, lambda g, x: g * (1 - np.tanh(x) ** 2)),
    "exp": (np.exp, lambda g, x: g * np.exp(x)),
    "softmax": (softmax, lambda g, x: softmax(x) * (g - (g * softmax(x)).sum(-1, keepdims=True))),
    "sum of squares": (lambda x: (x * x).sum(), lambda g, x: 2 * g * x),
    "mean": (lambda x: np.tanh(x).mean(), lambda g, x: g * (1 - np.tanh(x) ** 2) / x.size),
}


@pytest.mark.parametrize("shape", [(5,), (40, 30)])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_error_of_a_thousandth_is_found(name: str, shape: tuple[int, ...]) -> None:
    forward, backward = FUNCTIONS[name]
    x = np.random.default_rng(0).standard_normal(shape).astype(np.float32)

    def gradient(g: Any, x: Any) -> Any:
        return backward(g, x).astype(x.dtype)

    report = check_gradients(forward, x, backward=gradient)
    assert report.ok, str(report)
    report = check_gradients(forward, x, backward=lambda g, x: gradient(g, x) * x.dtype.type(1.001))
    assert report.findings, str(report)
    assert report.findings[0].cause == "scale"


def in_single(x: Any) -> Any:
    return np.tanh(x.astype(np.float32))


def gradient_in_single(g: Any, x: Any) -> Any:
    return (g * (1 - in_single(x) ** 2)).astype(np.float32)


def test_a_reference_that_is_given_is_used() -> None:
    x = np.random.default_rng(0).standard_normal(2000).astype(np.float32)
    for factor, right in ((1, True), (1.001, False)):
        report = check_gradients(
            in_single,
            x,
            backward=lambda g, x, factor=factor: gradient_in_single(g, x) * np.float32(factor),
            reference=np.tanh,
        )
        assert report.ok == right, str(report)


def test_a_function_that_computes_something_else_in_double_precision_is_no_reference() -> None:
    def forward(x: Any) -> Any:
        return x * x.dtype.type(3 if x.dtype == np.float32 else 5)

    x = np.ones(4, dtype=np.float32)
    assert check_gradients(forward, x, backward=lambda g, x: g * np.float32(3)).ok
