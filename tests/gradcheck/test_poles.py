"""Near poles and roots the gradient grows without end where the inputs are scaled down: that excuses no mistake."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnmath.gradcheck import check_gradients

Function = Callable[..., Any]


def layer_norm(x: Any) -> Any:
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5)


def layer_norm_b(g: Any, x: Any) -> Any:
    y = layer_norm(x)
    centred = g - g.mean(-1, keepdims=True) - y * (g * y).mean(-1, keepdims=True)
    return centred / np.sqrt(x.var(-1, keepdims=True) + 1e-5)


#: Forward and backward pass.
FUNCTIONS: dict[str, tuple[Function, Function]] = {
    "x^-2": (lambda x: x**-2.0, lambda g, x: -2 * g * x**-3.0),
    "x^-4": (lambda x: x**-4.0, lambda g, x: -4 * g * x**-5.0),
    "1/x": (lambda x: 1 / x, lambda g, x: -g / x**2),
    "x^-1/2": (lambda x: x**-0.5, lambda g, x: -0.5 * g * x**-1.5),
    "root": (np.sqrt, lambda g, x: 0.5 * g / np.sqrt(x)),
    "log": (np.log, lambda g, x: g / x),
    "norm": (lambda x: np.sqrt((x**2).sum()), lambda g, x: g * x / np.sqrt((x**2).sum())),
    "layer norm": (layer_norm, layer_norm_b),
}


def first_entry(gradient: Any, factor: float) -> Any:
    gradient = np.array(gradient)
    gradient.flat[0] *= factor
    return gradient


#: What a wrong backward pass makes of the upstream gradient, and then of the gradient.
MISTAKES: dict[str, tuple[Function, Function]] = {
    "sign": (lambda g: g, lambda d: -d),
    "1.01": (lambda g: g, lambda d: 1.01 * d),
    "1 + 1e-6": (lambda g: g, lambda d: (1 + 1e-6) * d),
    "upstream ignored": (np.ones_like, lambda d: d),
    "upstream without sign": (np.abs, lambda d: d),
    "one entry 1.001": (lambda g: g, lambda d: first_entry(d, 1.001)),
}


def drawn(shape: tuple[int, ...]) -> Any:
    return np.random.default_rng(0).uniform(0.5, 2, shape)


@pytest.mark.parametrize("mistake", MISTAKES)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_mistake_near_a_pole_is_found_in_many_entries(name: str, mistake: str) -> None:
    forward, backward = FUNCTIONS[name]
    before, after = MISTAKES[mistake]
    report = check_gradients(forward, drawn((200,)), backward=lambda g, x: after(backward(before(g), x)), seed=1)
    assert report.findings, str(report)


@pytest.mark.parametrize("name", ["x^-2", "x^-4", "1/x", "root"])
@pytest.mark.parametrize("mistake", ["upstream ignored", "upstream without sign"])
def test_a_mistake_in_the_upstream_gradient_is_found_in_one_number(name: str, mistake: str) -> None:
    forward, backward = FUNCTIONS[name]
    before, _ = MISTAKES[mistake]
    report = check_gradients(forward, drawn(()), backward=lambda g, x: backward(before(g), x))
    assert report.findings[0].cause == "upstream", str(report)


@pytest.mark.parametrize("shape", [(), (3, 4), (200,)])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_right_gradients_near_a_pole_stay_right(name: str, shape: tuple[int, ...]) -> None:
    if name == "layer norm" and shape == ():
        shape = (5,)
    forward, backward = FUNCTIONS[name]
    report = check_gradients(forward, drawn(shape), backward=backward)
    assert report.ok
    assert report.worst <= 1


@pytest.mark.parametrize("seed", range(4))
def test_a_gradient_that_rounds_to_zero_is_named(seed: int) -> None:
    """The layer norm of an upstream gradient of ones has a gradient of 0, but for rounding."""
    x = np.random.default_rng(seed).standard_normal((3, 4))
    report = check_gradients(layer_norm, x, backward=lambda g, x: layer_norm_b(np.ones_like(g), x), seed=seed)
    assert report.findings[0].cause == "upstream", str(report)
    report = check_gradients(layer_norm, x, backward=lambda g, x: 1e-17 * layer_norm_b(g, x), seed=seed)
    assert report.findings[0].cause == "missing", str(report)


def test_a_backward_pass_that_cancels_where_the_value_does_not() -> None:
    """Its rounding is 1e-7 of the gradient, which grows without end towards 0."""
    u = 1e-9

    def backward(g: Any, x: Any) -> Any:
        return g * (1 / (x + u) - 1 / x)

    for shape in ((7,), (200,)):
        assert check_gradients(lambda x: np.log1p(u / x), drawn(shape), backward=backward).ok
        report = check_gradients(lambda x: np.log1p(u / x), drawn(shape), backward=lambda g, x: 1.0001 * backward(g, x))
        assert report.findings
