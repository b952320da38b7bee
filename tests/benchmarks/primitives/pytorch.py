"""The functions of PyTorch that compute what the primitives do, eager and on the CPU."""

from collections.abc import Callable
from typing import Any

import torch
from torch.nn import functional

from tests.benchmarks.primitives.works import Contender

Function = Callable[..., Any]


def attention(q: Any, k: Any, v: Any) -> Any:
    return functional.scaled_dot_product_attention(q, k, v, is_causal=True)


def multi_head_attention(x: Any, W: Any, V: Any) -> Any:
    (N, T, C), (_, _, H, D) = x.shape, W.shape
    q, k, v = (x.reshape(N * T, C) @ W.reshape(C, -1)).reshape(N, T, 3, H, D).permute(2, 0, 3, 1, 4)
    return (attention(q, k, v).transpose(1, 2).reshape(N * T, H * D) @ V.reshape(H * D, -1)).reshape(N, T, -1)


def rotary(x: Any) -> Any:
    T, D = x.shape[-2:]
    angles = torch.arange(T)[:, None] * 10000.0 ** (-2 * torch.arange(D // 2) / D)
    cos, sin, one, two = torch.cos(angles), torch.sin(angles), x[..., ::2], x[..., 1::2]
    return torch.stack([one * cos - two * sin, one * sin + two * cos], -1).reshape(x.shape)


def recurrent(kind: Any) -> Function:
    """A layer of torch.nn, whose weights are the transposes of ours; all states of an LSTM are not to be had."""

    def function(x: Any, s0: Any, W: Any, U: Any, b: Any, c: Any = None) -> Any:
        M = len(U)
        biases = torch.zeros_like(b)
        if c is not None:
            biases = torch.cat([biases[: 2 * M], c])
        first = (s0[None, :, :M].contiguous(), s0[None, :, M:].contiguous()) if kind == "lstm" else s0[None]
        weights = [W.T.contiguous(), U.T.contiguous(), b, biases]
        options = True, 1, 0.0, True, False, True  # biases, layers, dropout, training, both ways, batch first
        if kind == "lstm":
            return torch.lstm(x, first, weights, *options)[0]
        return (torch.gru if kind == "gru" else torch.rnn_tanh)(x, first, weights, *options)[0]

    return function


FUNCTIONS: dict[str, Function] = {
    **{name: getattr(torch, name) for name in ("sigmoid", "tanh", "relu")},
    **{name: getattr(functional, name) for name in ("leaky_relu", "selu", "softplus", "silu", "mish", "gelu")},
    "log_sigmoid": functional.logsigmoid,
    "gelu_tanh": lambda z: functional.gelu(z, approximate="tanh"),
    "softmax": lambda z: torch.softmax(z, -1),
    "log_softmax": lambda z: torch.log_softmax(z, -1),
    "swiglu": lambda z, x: functional.silu(z) * x,
    "linear": torch.matmul,
    "dense": lambda x, W, b: torch.addmm(b, x, W),
    "embedding": functional.embedding,
    "residual": torch.add,
    "dropout": torch.mul,
    "layer_norm": lambda x, gamma, beta: functional.layer_norm(x, gamma.shape, gamma, beta),
    "batch_norm": lambda x, gamma, beta: functional.batch_norm(x, None, None, gamma, beta, training=True),
    "rms_norm": lambda x, gamma: functional.rms_norm(x, gamma.shape, gamma, 1e-5),
    "causal_attention": attention,
    "multi_head_attention": multi_head_attention,
    "rotary": rotary,
    "conv2d": functional.conv2d,
    "max_pool": lambda x: functional.max_pool2d(x, 2),
    "average_pool": lambda x: functional.avg_pool2d(x, 2),
    **{kind: recurrent(kind) for kind in ("rnn", "lstm", "gru")},
    "softmax_cross_entropy": functional.cross_entropy,
    "binary_cross_entropy": lambda z, t: functional.binary_cross_entropy_with_logits(z, t, reduction="sum") / len(z),
    "mean_squared_error": lambda p, t: functional.mse_loss(p, t, reduction="sum") / len(p),
    "huber": lambda p, t, delta: functional.huber_loss(p, t, reduction="sum", delta=delta) / len(p),
}


def contender(name: str, wrt: tuple[int, ...]) -> Contender:
    """Return the function of PyTorch that takes NumPy arrays; what is converted shares its memory."""

    def function(*inputs: Any) -> Any:
        given = [torch.from_numpy(x) if hasattr(x, "dtype") else x for x in inputs]
        for number in wrt:
            given[number].requires_grad_()
        value = FUNCTIONS[name](*given)
        leaves = [given[number] for number in wrt]

        def backward(upstream: Any) -> Any:
            if value.ndim:
                upstream = upstream[..., : value.shape[-1]]  # of an LSTM, the part of the output
            return torch.autograd.grad(value, leaves, torch.as_tensor(upstream))

        return value.detach().numpy(), backward

    return function
