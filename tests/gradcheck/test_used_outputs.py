"""A function of tensors with two outputs, of which only one is used."""

from typing import Any

import pytest

from nnmath.gradcheck import check_gradients

torch = pytest.importorskip("torch")

X = torch.linspace(-1, 2, 6, dtype=torch.float64)


class Both(torch.autograd.Function):  # type: ignore[name-defined,misc]  # torch may be missing
    """Sine and cosine; the upstream gradient of an output that is not used is None."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(x)
        return x.sin(), x.cos()

    @staticmethod
    def backward(ctx: Any, a: Any, b: Any) -> Any:
        (x,) = ctx.saved_tensors
        a, b = (torch.zeros_like(x) if g is None else g for g in (a, b))
        return a * x.cos() - b * x.sin()


class Normalized(torch.autograd.Function):  # type: ignore[name-defined,misc]
    """Numbers less their mean, divided by their deviation, and that mean."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.set_materialize_grads(False)
        centred = x - x.mean()
        ctx.r = (centred.square().mean() + 1e-5).rsqrt()
        ctx.save_for_backward(centred * ctx.r)
        return centred * ctx.r, x.mean()

    @staticmethod
    def backward(ctx: Any, a: Any, b: Any) -> Any:
        (y,) = ctx.saved_tensors
        a = torch.zeros_like(y) if a is None else a
        along = y * (a * y).mean()
        if b is None:
            return ctx.r * (a - a.mean() - along)
        return ctx.r * a - ctx.r * (a.mean() + along) + b / len(y)  # the same, rounded in another way


class Unguarded(Both):
    @staticmethod
    def backward(ctx: Any, a: Any, b: Any) -> Any:
        (x,) = ctx.saved_tensors
        return a * x.cos() - b * x.sin()


class FirstOrNothing(Both):
    @staticmethod
    def backward(ctx: Any, a: Any, b: Any) -> Any:
        return None if a is None else Both.backward(ctx, a, b)


@pytest.mark.parametrize("function", [Both, torch.frexp, lambda x: (x * x, x.exp()), torch.aminmax])
def test_what_is_right_for_each_output_alone(function: Any) -> None:
    assert check_gradients(function, X).ok


def test_what_differs_by_rounding_alone() -> None:
    """The gradient of two numbers that are normalised is all but 0: it is what is left of terms that cancel."""
    x = torch.tensor([-4.82698490240764944, -7.58243049569512895], dtype=torch.float64)
    assert check_gradients(Normalized, x).ok


@pytest.mark.parametrize(("function", "message"), [(Unguarded, "raises"), (FirstOrNothing, "is wrong")])
def test_what_needs_all_outputs(function: Any, message: str) -> None:
    (finding,) = check_gradients(function, X).findings
    assert finding.cause == "upstream"
    assert message in finding.message
    assert "only output" in finding.message
