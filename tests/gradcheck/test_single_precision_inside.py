"""Functions of double precision that compute in single precision on the way, as published normalisations do."""

from collections.abc import Callable
from typing import Any

import pytest

from nnmath.gradcheck import check_gradients

torch: Any = pytest.importorskip("torch")


def product(x: Any) -> Any:
    return torch.exp(x.float()).to(x.dtype) * x


def rms_norm(x: Any, w: Any) -> Any:
    h = x.float()
    h = h * torch.rsqrt(h.pow(2).mean(-1, keepdim=True) + 1e-6)
    return w * h.to(x.dtype)


def times(function: Callable[..., Any], factor: float) -> Any:
    """The function with the gradient of its first input off by a factor; it counts its backward passes."""

    class Wrong(torch.autograd.Function):
        calls = 0

        @staticmethod
        def forward(ctx: Any, *inputs: Any) -> Any:
            ctx.save_for_backward(*inputs)
            return function(*inputs)

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            Wrong.calls += 1
            inputs = [x.detach().requires_grad_() for x in ctx.saved_tensors]
            with torch.enable_grad():
                first, *rest = torch.autograd.grad(function(*inputs), inputs, g)
            return factor * first, *rest

    return Wrong


def drawn(*shapes: tuple[int, ...]) -> list[Any]:
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(shape, generator=generator, dtype=torch.double) for shape in shapes]


CASES = [(product, drawn((5,))), (product, drawn((300,))), (rms_norm, drawn((2, 8), (8,))),
         (rms_norm, drawn((16, 64), (64,)))]  # fmt: skip


@pytest.mark.parametrize(("function", "inputs"), CASES)
def test_they_are_right(function: Any, inputs: list[Any]) -> None:
    report = check_gradients(function, *inputs)
    assert report.ok, str(report)
    assert report.notes[0].endswith("the gradients may be off by as much")


@pytest.mark.parametrize(("function", "inputs"), CASES[:2])
def test_a_factor_of_a_hundredth_is_found(function: Any, inputs: list[Any]) -> None:
    (finding,) = check_gradients(times(function, 1.01), *inputs).findings
    assert (finding.input, finding.cause) == (0, "scale")


def test_what_is_clearly_wrong_is_looked_at_first() -> None:
    """Most of what deviates is rounding here, which noise around each step explains at great cost."""
    function, inputs = CASES[-1]
    wrong = times(function, 1.01)
    (finding,) = check_gradients(wrong, *inputs).findings
    assert (finding.input, finding.cause) == (0, "scale")
    assert wrong.calls < 2500


def test_what_is_drawn_in_the_order_of_memory_is_no_matter_of_layout() -> None:
    (x,) = drawn((3, 4))
    for function in (torch.nn.Dropout(0.5), lambda x: x * torch.randn_like(x)):
        assert check_gradients(function, x).ok
