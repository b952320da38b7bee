"""Inputs and outputs for which PyTorch knows no gradient."""

from typing import Any

import numpy as np
import pytest

from nnmath.gradcheck import check_gradients

torch: Any = pytest.importorskip("torch")

X, W = (torch.from_numpy(np.random.default_rng(0).standard_normal(shape)) for shape in ((4, 3), 3))


class OfOneFactor(torch.autograd.Function):  # type: ignore[name-defined,misc]  # torch may be missing
    """A product whose backward pass forgets the second factor."""

    @staticmethod
    def forward(ctx: Any, x: Any, w: Any) -> Any:
        ctx.save_for_backward(w)
        return x * w

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return grad * ctx.saved_tensors[0], None


class Scale(torch.nn.Module):  # type: ignore[name-defined,misc]
    def __init__(self) -> None:
        super().__init__()
        self.w = torch.nn.Parameter(W.clone())

    def forward(self, x: Any) -> Any:
        return OfOneFactor.apply(x, self.w)


class SquareAndSum(torch.autograd.Function):  # type: ignore[name-defined,misc]
    """It tells PyTorch that its second output is not differentiable."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        total = x.sum()
        ctx.mark_non_differentiable(total)
        return x * x, total

    @staticmethod
    def backward(ctx: Any, grad: Any, _: Any) -> Any:
        return 2 * grad * ctx.saved_tensors[0]


def test_a_parameter_always_asks_for_a_gradient() -> None:
    (finding,) = check_gradients(Scale(), X).findings
    assert (finding.input, finding.cause) == (1, "missing")


def test_none_for_what_changes_the_value_is_undecided_where_nobody_asks() -> None:
    report = check_gradients(OfOneFactor, X, W)
    assert [item.input for item in report.undecided] == [1]
    assert not report.ok
    assert not report.findings
    assert check_gradients(OfOneFactor, X, W, wrt="x").ok
    assert check_gradients(OfOneFactor, X.clone().requires_grad_(), W).ok
    assert not check_gradients(OfOneFactor, torch.ones(20, 10).double(), torch.ones(10).double()).ok


def test_none_is_fine_for_what_does_not_change_the_value() -> None:
    class OfSigns(OfOneFactor):
        @staticmethod
        def forward(ctx: Any, x: Any, w: Any) -> Any:
            ctx.save_for_backward(w.sign())
            return x * w.sign()

    report = check_gradients(OfSigns, X, W)
    assert report.ok, str(report)


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("function", [SquareAndSum, lambda x: ((x * x).sum(), x.sin().detach())])
def test_outputs_that_are_not_differentiable_are_left_out(function: Any, order: int) -> None:
    report = check_gradients(function, X, order=order)
    assert report.ok, str(report)
    assert report.notes == ("outputs left out, as PyTorch knows no gradient for them: 1",)
    assert not check_gradients(lambda x: (OfOneFactor.apply(x, x), x.detach()), X).ok


@pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")
def test_a_scripted_module_without_parameters_is_checked() -> None:
    assert check_gradients(torch.jit.script(torch.nn.Tanh()), X).ok


@pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")
def test_a_scripted_module_with_parameters_is_refused() -> None:
    linear = torch.nn.Linear(3, 2).double()
    x = torch.ones(4, 3, dtype=torch.float64)
    for module in (torch.jit.script(linear), torch.jit.trace(linear, x)):
        with pytest.raises(TypeError, match=r"scripted module .* own \(weight, bias\)"):
            check_gradients(module, x)
        assert check_gradients(lambda x, module=module: module(x), x).ok


class Product(torch.autograd.Function):  # type: ignore[name-defined,misc]
    @staticmethod
    def forward(ctx: Any, *x: Any) -> Any:
        ctx.save_for_backward(*x)
        return x[0] * x[1]

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        x, y = ctx.saved_tensors
        return g * y, g * x


def test_inputs_without_a_name_are_counted_from_0() -> None:
    assert check_gradients(Product, X, X).names == ("input 0", "input 1")
