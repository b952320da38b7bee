"""Activation functions and gates, fused."""

from math import pi, sqrt
from typing import Any

from tests.gradcheck.kernels.kernel import Kernel, normal, torch

ROOT, CUBE = sqrt(2 / pi), 0.044715


def gelu_tanh_slope(x: Any) -> Any:
    t = torch.tanh(ROOT * (x + CUBE * x**3))
    return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * ROOT * (1 + 3 * CUBE * x * x)


def gelu_tanh(x: Any) -> Any:
    return 0.5 * x * (1 + torch.tanh(ROOT * (x + CUBE * x**3)))


def gelu_slope(x: Any) -> Any:
    return 0.5 * (1 + torch.erf(x / sqrt(2))) + x * torch.exp(-x * x / 2) / sqrt(2 * pi)


def gelu(x: Any) -> Any:
    return 0.5 * x * (1 + torch.erf(x / sqrt(2)))


def bias_gelu(x: Any, b: Any) -> Any:
    return gelu_tanh(x + b), (x, b)


def bias_gelu_b(g: Any, x: Any, b: Any) -> Any:
    dx = g * gelu_tanh_slope(x + b)
    return dx, dx.sum(tuple(range(x.dim() - 1)))


def swiglu(e: Any, g: Any) -> Any:
    return e * torch.sigmoid(e) * g, (e, g)


def swiglu_b(u: Any, e: Any, g: Any) -> Any:
    s = torch.sigmoid(e)
    return u * g * s * (1 + e * (1 - s)), u * e * s


def geglu(a: Any, b: Any) -> Any:
    return gelu(a) * b, (a, b)


def geglu_b(g: Any, a: Any, b: Any) -> Any:
    return g * b * gelu_slope(a), g * gelu(a)


def softcap(x: Any) -> Any:
    y = 5 * torch.tanh(x / 5)
    return y, (y,)


def softcap_b(g: Any, y: Any) -> Any:
    return (g * (1 - (y / 5) ** 2),)


def squared_relu(x: Any) -> Any:
    return torch.relu(x) ** 2, (x,)


def squared_relu_b(g: Any, x: Any) -> Any:
    return (2 * g * torch.relu(x),)


def mish(x: Any) -> Any:
    return x * torch.tanh(torch.log1p(torch.exp(x))), (x,)


def mish_b(g: Any, x: Any) -> Any:
    t = torch.tanh(torch.log1p(torch.exp(x)))
    return (g * (t + x * (1 - t * t) * torch.sigmoid(x)),)


def low_rank(x: Any, W: Any, A: Any, B: Any) -> Any:
    """A dense layer with an adapter of rank 2 and a scale of 4."""
    return x @ W + 4 * (x @ A) @ B, (x, W, A, B)


def low_rank_b(g: Any, x: Any, W: Any, A: Any, B: Any) -> Any:
    return g @ W.T + 4 * g @ B.T @ A.T, x.T @ g, 4 * x.T @ (g @ B.T), 4 * (x @ A).T @ g


RIGHT = [
    Kernel("bias and GELU", bias_gelu, bias_gelu_b, normal((3, 5), (5,))),
    Kernel("bias and GELU, rank 3", bias_gelu, bias_gelu_b, normal((2, 3, 5), (5,))),
    Kernel("SwiGLU", swiglu, swiglu_b, normal((3, 5), (3, 5))),
    Kernel("GEGLU", geglu, geglu_b, normal((3, 5), (3, 5))),
    Kernel("softcap", softcap, softcap_b, normal((4, 5))),
    Kernel("squared ReLU", squared_relu, squared_relu_b, normal((4, 5))),
    Kernel("mish", mish, mish_b, normal((4, 5))),
    Kernel("dense with a low-rank adapter", low_rank, low_rank_b, normal((5, 4), (4, 3), (4, 2), (2, 3))),
]
