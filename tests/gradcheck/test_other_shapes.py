"""Shapes that tests forget: other numbers of axes, and axes without entries."""

from typing import Any

import numpy as np
import pytest

from nnmath.gradcheck import check_function


def layer_norm(mistake: str = "") -> Any:
    def function(x: Any, g: Any, b: Any) -> Any:
        mean, scale = x.mean(-1, keepdims=True), 1 / np.sqrt(x.var(-1, keepdims=True) + 1e-5)
        n = (x - mean) * scale
        others = 0 if mistake == "sum over the first axis" and x.ndim > 1 else tuple(range(x.ndim - 1))

        def backward(dy: Any) -> Any:
            dn = dy * g
            dx = scale * (dn - dn.mean(-1, keepdims=True) - n * (dn * n).mean(-1, keepdims=True))
            db = dy.sum(others)
            return dx, (dy * n).sum(others), db / len(x) if mistake == "mean from rank 3" and x.ndim > 2 else db

        return n * g + b, backward

    return function


LAYER_NORM = "x=...,D g=D b=D"


def test_a_right_function_of_any_number_of_axes() -> None:
    seen = set()

    def function(x: Any, g: Any, b: Any) -> Any:
        seen.add(x.ndim)
        return layer_norm()(x, g, b)

    check = check_function(function, LAYER_NORM, examples=20)
    assert check.outcome.ok, str(check)
    assert seen == {1, 2, 3, 4, 5}


@pytest.mark.parametrize("mistake", ["sum over the first axis", "mean from rank 3"])
def test_a_mistake_that_only_more_axes_show(mistake: str) -> None:
    check = check_function(layer_norm(mistake), LAYER_NORM, examples=20)
    assert {failure.cause for failure in check.outcome.failures} == {"shape"}
    assert "only where x has 3 axes, and right with 1, 2" in " ".join(str(check).split())
    declared = check_function(layer_norm(mistake), "x=N,D g=D b=D", examples=20)
    assert declared.outcome.ok
    assert "note: where x has 3 axes, it has a value" in str(declared)


def test_a_number_of_axes_that_the_function_refuses_is_no_mistake() -> None:
    def matrices(x: Any) -> Any:
        if x.ndim < 2:
            raise ValueError("expected a matrix")
        return x**2, lambda g: 2 * g * x

    check = check_function(matrices, "x=...", examples=20)
    assert check.outcome.ok
    assert check.outcome.refused == 0


@pytest.mark.parametrize(("wrong", "text"), [("raises", "raises IndexError"), ("shape", "has shape (1,)"), ("", "")])
@pytest.mark.parametrize("shape", ["x=N", "x=N,D"])
def test_no_entries(wrong: str, text: str, shape: str) -> None:
    def relu(x: Any) -> Any:
        def backward(g: Any) -> Any:
            if x.size == 0 and wrong:
                return np.zeros(1) if wrong == "shape" else g * x.reshape(-1)[0]
            return g * (x > 0)

        return np.maximum(x, 0), backward

    check = check_function(relu, shape, examples=5)
    assert [failure.cause for failure in check.outcome.failures] == ["shape"] * bool(wrong)
    assert text in " ".join(str(check).split())
    assert bool(wrong) == ("only where N is 0" in str(check))


def test_the_mean_of_nothing_is_no_mistake() -> None:
    check = check_function(
        lambda x: (x.mean(axis=0), lambda g: np.broadcast_to(g / len(x), x.shape)), "x=N,D", examples=20
    )
    assert check.outcome.ok, str(check)


@pytest.mark.parametrize("wrong", [False, True])
def test_tensors(wrong: bool) -> None:
    torch = pytest.importorskip("torch")

    class Scaled(torch.autograd.Function):  # type: ignore[name-defined,misc]
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return 2 * x

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return 3 * g if wrong and g.dim() == 4 else 2 * g

    check = check_function(Scaled, "x=...", examples=5)
    assert [failure.cause for failure in check.outcome.failures] == ["shape"] * wrong
