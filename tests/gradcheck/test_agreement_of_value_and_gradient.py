"""Value and gradient are finite together, raise together, and do not depend on which gradients are asked for."""

from typing import Any

import numpy as np
import pytest

from nnmath.gradcheck import check_function, check_gradients

X = np.random.default_rng(0).standard_normal((3, 4))
MASK = np.tri(3, 4, dtype=bool)


def masked_scores(factor: float = 1.0, where_masked: float = 0.0) -> Any:
    """Scores that are minus infinity where a mask says so, as before a softmax."""

    def function(x: Any) -> Any:
        def backward(g: Any) -> Any:
            return np.where(MASK, 2 * factor * x * g, where_masked * g)

        return np.where(MASK, x**2, -np.inf), backward

    return function


def test_outputs_that_stay_infinite_are_left_out() -> None:
    report = check_gradients(masked_scores(), X)
    assert report.ok, str(report)
    assert report.compared == 12 * MASK.sum()
    assert f"{(~MASK).sum()} of 12 outputs are infinite or NaN" in report.notes[0]


def test_the_others_are_judged() -> None:
    (finding,) = check_gradients(masked_scores(factor=0.5), X).findings
    assert (finding.cause, finding.factor) == ("scale", 0.5)


def test_an_infinite_constant_has_no_gradient() -> None:
    (finding,) = check_gradients(masked_scores(where_masked=1.0), X).findings
    assert finding.cause == "nonfinite"
    assert "-inf at (0, 1)" in finding.message


def test_an_upstream_gradient_of_0_must_not_give_nan_there() -> None:
    def backward(g: Any, x: Any) -> Any:
        return g * np.where(MASK, 2 * x, np.inf)  # 0 times infinity

    report = check_gradients(lambda x: np.where(MASK, x**2, -np.inf), X, backward=backward)
    assert [finding.cause for finding in report.findings] == ["nonfinite"]


@pytest.mark.parametrize("x", [np.array([1.0, 0.0]), np.array([0.0])])
def test_a_value_that_is_infinite_at_this_point_alone_is_wrong(x: Any) -> None:
    (finding,) = check_gradients(np.log, x, backward=lambda g, x: g / x).findings
    assert finding.cause == "nonfinite"


def test_a_backward_pass_that_raises_where_there_is_a_value_is_wrong() -> None:
    def backward(g: Any, x: Any) -> Any:
        if (x < 0).any():
            raise ArithmeticError("x must not be negative")
        return 2 * g * x

    (finding,) = check_gradients(np.square, X, backward=backward).findings
    assert "ArithmeticError: x must not be negative" in finding.message
    assert check_gradients(np.square, np.abs(X), backward=backward).ok


def log_of_positive(x: Any) -> Any:
    if (x <= 0).any():
        raise ValueError("x must be positive")
    return np.log(x)


@pytest.mark.parametrize("raises", [False, True])
def test_a_backward_pass_that_returns_where_there_is_no_value_is_noted(raises: bool) -> None:
    def backward(g: Any, x: Any) -> Any:
        return g / (np.exp(log_of_positive(x)) if raises else x)

    with pytest.raises(ValueError, match="must be positive") as refused:
        check_gradients(log_of_positive, X, backward=backward)
    assert bool(getattr(refused.value, "__notes__", [])) is not raises
    check = check_function(log_of_positive, "x=N", backward=backward, examples=20)
    assert check.outcome.ok
    assert ("value and gradient should raise together" in " ".join(str(check).split())) is not raises


@pytest.mark.parametrize("factor", [1.0, 1.001])
def test_the_value_of_a_forward_rule_is_that_of_the_function(factor: float) -> None:
    jax = pytest.importorskip("jax")

    square: Any = jax.custom_vjp(lambda x: x * x)
    square.defvjp(lambda x: (factor * x * x, x), lambda x, g: (2 * x * g,))
    report = check_gradients(square, X)
    assert [finding.cause for finding in report.findings] == ["requires_grad"] * (factor != 1), str(report)


def product_of_three(torch: Any, mistake: str) -> Any:
    class Product(torch.autograd.Function):  # type: ignore[name-defined,misc]
        @staticmethod
        def forward(ctx: Any, x: Any, y: Any, z: Any) -> Any:
            ctx.save_for_backward(x, y, z)
            asked = ctx.needs_input_grad
            if mistake == "raises" and asked == (True, True, False):
                raise NotImplementedError("z must ask for one, too")
            if mistake == "no gradient" and not any(asked):
                return x * y
            return x * y * z

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            x, y, z = ctx.saved_tensors
            first = g * y * z
            if mistake == "two" and ctx.needs_input_grad == (True, False, True):
                first = 2 * first
            return first, g * x * z, g * x * y

    return Product


@pytest.mark.parametrize(
    ("mistake", "text"),
    [("two", "x and z alone ask"), ("raises", "x and y alone ask"), ("no gradient", "nothing asks"), ("", "")],
)
def test_every_combination_of_gradients_is_asked_for(mistake: str, text: str) -> None:
    torch = pytest.importorskip("torch")
    inputs = [torch.from_numpy(X + k) for k in range(3)]
    report = check_gradients(product_of_three(torch, mistake), *inputs)
    assert [finding.cause for finding in report.findings] == ["requires_grad"] * bool(mistake), str(report)
    assert text in str(report)


NAN = np.array([[-1.0, 1.0, 2.0], [0.3, -2.0, 0.5]])


def root_of_rows(x: Any) -> Any:
    value = np.sqrt(x.sum(axis=-1))
    return value, lambda g: np.repeat((g / 2 / value)[:, None], x.shape[1], axis=1)


def power(x: Any, y: Any) -> Any:
    return x**y, lambda g: (g * y * x ** (y - 1), g * x**y * np.log(x))


@pytest.mark.parametrize(
    ("function", "inputs", "backward", "places"),
    [
        (np.sqrt, [NAN], lambda g, x: g / 2 / np.sqrt(x), {(0, (0, 0)), (0, (1, 1))}),
        (np.arccos, [0.6 * NAN], lambda g, x: -g / np.sqrt(1 - x * x), {(0, (0, 2)), (0, (1, 1))}),
        (root_of_rows, [NAN], None, {(0, (1, i)) for i in range(3)}),
        (power, [NAN, np.abs(NAN) / 3], None, {(k, place) for k in (0, 1) for place in [(0, 0), (1, 1)]}),
    ],
)
@pytest.mark.parametrize("factor", [1.0, 1.5])
def test_nan_in_both_agrees(function: Any, inputs: Any, backward: Any, places: Any, factor: float) -> None:
    def wrong(*values: Any) -> Any:
        value, own = (function(*values), lambda g: backward(g, *values)) if backward else function(*values)

        def scaled(g: Any) -> Any:
            found = own(g)
            return tuple(factor * d for d in found) if isinstance(found, tuple) else factor * found

        return value, scaled

    report = check_gradients(wrong, *inputs)
    assert {finding.cause for finding in report.findings} == ({"scale"} if factor != 1 else set()), str(report)
    assert {(item.input, item.where) for item in report.not_judged} == places
    assert all("the value is NaN there" in item.reason for item in report.not_judged)
    assert report.compared > 0


def test_a_gradient_that_is_nan_where_the_value_is_not_is_wrong() -> None:
    def backward(g: Any, x: Any) -> Any:
        return g * np.where(x == 0.5, np.nan, 0.5 / np.sqrt(x))

    (finding,) = check_gradients(np.sqrt, NAN, backward=backward).findings
    assert (finding.cause, finding.where) == ("nonfinite", (1, 2))


def test_nan_of_a_framework_agrees() -> None:
    torch = pytest.importorskip("torch")
    report = check_gradients(torch.sqrt, torch.from_numpy(NAN))
    assert report.ok, str(report)
    assert len(report.not_judged) == 2
