"""Tensors that lie in memory as parts of others do: each is drawn, and a kernel that ignores a stride is found."""

from collections.abc import Callable
from typing import Any

import pytest

from nnmath.gradcheck import check_gradients

torch = pytest.importorskip("torch")

X, W = (
    torch.randn((4, 3), generator=torch.Generator().manual_seed(0), dtype=torch.float64),
    torch.arange(1.0, 4.0).double(),
)


def dense_rows(x: Any) -> Any:
    """What a kernel reads that asks for the last stride alone."""
    x = x if x.stride(-1) == 1 else x.contiguous()
    return torch.as_strided(x, x.shape, (x.shape[-1], 1), x.storage_offset()) if x.stride(0) else x


def broadcast_rows(g: Any) -> Any:
    """What a kernel reads that takes rows in the same place for zeros."""
    return g if g.stride(0) or not g.stride(-1) else 0 * g


def broadcast_columns(g: Any) -> Any:
    """The same for columns."""
    return g if g.stride(-1) or not g.stride(0) else 0 * g


def product(read_forward: Callable[[Any], Any], read_backward: Callable[[Any], Any]) -> Any:
    class Product(torch.autograd.Function):  # type: ignore[name-defined,misc]  # torch may be missing
        @staticmethod
        def forward(ctx: Any, x: Any, w: Any) -> Any:
            ctx.save_for_backward(read_forward(x), w)
            return read_forward(x) * w

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            (x, w), g = ctx.saved_tensors, read_backward(g)
            return g * w, (g * x).sum(0)

    return Product


def as_it_is(x: Any) -> Any:
    return x


@pytest.mark.parametrize(
    ("forward", "backward", "where"),
    [
        (dense_rows, as_it_is, "x is a part of longer rows"),
        (as_it_is, dense_rows, "the upstream gradient is a part of longer rows"),
        (as_it_is, broadcast_rows, "expanded along its first axis"),
        (as_it_is, broadcast_columns, "expanded along its last axis"),
    ],
)
def test_a_kernel_that_ignores_a_stride(forward: Any, backward: Any, where: str) -> None:
    (finding,) = check_gradients(product(forward, backward), X, W).findings
    assert finding.cause == "layout"
    assert where in finding.message


def test_a_kernel_that_uses_strides_is_right() -> None:
    assert check_gradients(product(as_it_is, as_it_is), X, W).ok


def product_of_rows(reads: Callable[[Any], Any]) -> Any:
    """Dropout as a kernel whose backward pass reads its mask as if it were contiguous, or by its strides."""

    class Dropped(torch.autograd.Function):  # type: ignore[name-defined,misc]  # torch may be missing
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            mask = torch.empty_like(x).bernoulli_(0.5)
            ctx.save_for_backward(mask)
            return x * mask

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            (mask,) = ctx.saved_tensors
            return g * reads(mask)

    return Dropped


DRAWN = [
    torch.nn.Dropout(0.5),
    torch.nn.AlphaDropout(0.3),
    torch.nn.RReLU(),
    torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.Dropout(0.5), torch.nn.ReLU()).double(),
    lambda x: x * torch.randn_like(x),
    lambda x: torch.nn.functional.dropout(x.sin(), 0.3).sum(),
    lambda x: torch.nn.functional.dropout(x, 0.5).amax(-1),
]


@pytest.mark.parametrize("function", DRAWN)
def test_numbers_that_are_drawn_in_the_order_of_memory_are_no_fault(function: Any) -> None:
    for x in (X, X.sign()):  # of other masks the values may be the same
        report = check_gradients(function, x)
        assert report.ok, str(report)


def test_a_mask_that_is_read_in_another_order_than_it_was_drawn() -> None:
    assert check_gradients(product_of_rows(as_it_is), X).ok
    in_memory: Any = lambda m: torch.as_strided(m, m.shape, (m.shape[1], 1))  # noqa: E731
    (finding,) = check_gradients(product_of_rows(in_memory), X).findings
    assert finding.cause == "layout"
    assert "transposed in memory" in finding.message
