"""A function with a backward pass of its own, and a module: their tensors are drawn in many shapes and layouts."""

import pytest

torch = pytest.importorskip("torch")


class SiLU(torch.autograd.Function):
    """The sigmoid of x times x."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * torch.sigmoid(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        s = torch.sigmoid(x)
        return grad * s * (1 + x * (1 - s))


def test_silu(gradcheck):
    gradcheck(SiLU, "x=N,D", examples=20)


def test_module(gradcheck):
    layer = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.Tanh()).double()
    gradcheck(layer, "input=N,3", examples=20)
