"""Which tensors of a function of PyTorch's are judged: those that ask for a gradient, by position or by name."""

from typing import Any

import pytest

from nnmath.gradcheck import check_gradients

torch: Any = pytest.importorskip("torch")

X = torch.randn((3, 4), generator=torch.Generator().manual_seed(0), dtype=torch.double)
ASKING = (X + 1).requires_grad_()


class Product(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Any, w: Any) -> Any:
        ctx.save_for_backward(x, w)
        return x * w

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        x, w = ctx.saved_tensors
        return g * w, 1.01 * g * x


class Scaled(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.scale = torch.nn.Parameter(torch.ones(4, dtype=torch.double))

    def forward(self, x: Any, *, w: Any, power: int = 1) -> Any:
        return Product.apply(x, w) * self.scale**power


def product(x: Any, *, w: Any) -> Any:
    return Product.apply(x, w)


def of_tree(x: Any, *, given: Any) -> Any:
    return Product.apply(x, given["w"])


@pytest.mark.parametrize("x", [X, X.clone().requires_grad_()], ids=["x does not ask", "x asks"])
def test_a_tensor_that_asks_for_a_gradient_is_judged_where_it_is_given_by_name(x: Any) -> None:
    report = check_gradients(product, x, kwargs={"w": ASKING})
    assert [(report.names[finding.input], finding.factor) for finding in report.findings] == [("w", 1.01)]
    assert len(report.compared_inputs) == 1 + x.requires_grad


def test_one_in_a_tree_too() -> None:
    report = check_gradients(of_tree, X, kwargs={"given": {"w": ASKING}})
    assert [report.names[finding.input] for finding in report.findings] == ["given['w']"]


def test_one_of_a_module_too_and_of_its_reference() -> None:
    w = ASKING.detach().float().requires_grad_()
    for reference in (Scaled(), lambda x, scale, *, w, power: x * w * scale**power):
        report = check_gradients(Scaled().float(), X.float(), kwargs={"w": w, "power": 2}, reference=reference)
        assert report.names == ("x", "w", "scale")
        assert [finding.input for finding in report.findings] == [1]


def test_what_asks_for_no_gradient_is_passed_on_by_name() -> None:
    assert check_gradients(product, X, kwargs={"w": ASKING.detach()}).compared_inputs == (0,)


def test_what_wrt_names_asks_for_a_gradient() -> None:
    assert check_gradients(lambda x, w: x * w, X, ASKING, wrt=["x", "w"]).compared_inputs == (0, 1)
