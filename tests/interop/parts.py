"""Primitives beside PyTorch's functions of the same inputs, and how these are drawn.

With strides, dilation, groups and padding; ties and kinks, masks, labels and rows, axes of one entry, several axes.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch

import nnmath
from nnmath.primitives.regularization.dropout import dropout_mask

functional = torch.nn.functional

Options = tuple[Any, ...]


def _none(rng: np.random.Generator, *_: Any) -> Options:
    return ()


class Part(NamedTuple):
    """A primitive, how its inputs are drawn, and PyTorch's function of the same inputs.

    Attributes
    ----------
    draw : callable
        From a generator to the arrays that have a gradient, in their order.
    theirs : callable
        Takes them and the options.
    options : callable
        From a generator and the arrays to what else the function takes.
    ours : callable, optional
        By default the primitive of this name.
    cancelling : callable, optional
        From the arrays to how large the terms are, in comparison with 1, that a gradient may cancel to 0 from.
    """

    draw: Callable[[np.random.Generator], tuple[Any, ...]]
    theirs: Callable[..., Any]
    options: Callable[..., Options] = _none
    ours: Callable[..., Any] | None = None
    cancelling: Callable[..., float] | None = None


def _images(rng: np.random.Generator) -> Any:
    """Images of any shape from 1 on; in every other one the entries are whole numbers, of which many are equal."""
    x = rng.normal(0, 3, rng.integers(1, 7, 4))
    return np.round(x) if rng.random() < 0.5 else x


def _conv2d(rng: np.random.Generator) -> tuple[Any, ...]:
    groups = int(rng.integers(1, 4))
    N, C, M, U, V = rng.integers(1, 4, 5)
    H, W = U + rng.integers(0, 6), V + rng.integers(0, 6)
    x, w = rng.normal(size=(N, groups * C, H, W)), rng.normal(size=(groups * M, C, U, V))
    return x, w, rng.normal(size=groups * M)


def _conv2d_options(rng: np.random.Generator, x: Any, w: Any, b: Any) -> tuple[Any, ...]:
    """Options with which the window is within the padded image."""
    padding, room = int(rng.integers(0, 3)), 3
    for image, window in zip(x.shape[2:], w.shape[2:]):
        room = min(room, (image + 2 * padding - 1) // max(window - 1, 1))
    return int(rng.integers(1, 4)), padding, int(rng.integers(1, room + 1)) if room else 1, x.shape[1] // w.shape[1]


def _window(rng: np.random.Generator, x: Any) -> tuple[int, int]:
    return int(rng.integers(1, min(x.shape[2:]) + 1)), int(rng.integers(1, 4))


def _rows(rng: np.random.Generator) -> tuple[Any, ...]:
    N, D = rng.integers(1, 9, 2)
    x = rng.normal(rng.normal(0, 10), 3, (N, D))
    return np.round(x) if rng.random() < 0.3 else x, rng.normal(size=D), rng.normal(size=D)


def _of_norm(x: Any, axis: int) -> float:
    """The scale of what is normalized, where that is large: of two entries, gradients cancel; of one, all is 0."""
    r = 1 / np.sqrt(x.astype(float).var(axis, keepdims=True) + 1e-5)
    return float((r * (1 + np.abs(x))).max())


def _columns(rng: np.random.Generator) -> tuple[Any, ...]:
    N, D = rng.integers(2, 9), rng.integers(1, 9)
    return rng.normal(rng.normal(0, 10), 3, (N, D)), rng.normal(size=D), rng.normal(size=D)


def _their_batch_norm(x: Any, gamma: Any, beta: Any) -> Any:
    return functional.batch_norm(x, None, None, gamma, beta, training=True)


def _sequence(rng: np.random.Generator, gates: int, states: int) -> tuple[Any, ...]:
    N, T, D, M = rng.integers(1, 6, 4)
    shapes = (N, T, D), (N, states * M), (D, gates * M), (M, gates * M), (gates * M,)
    return tuple(rng.normal(size=shape) for shape in shapes)


def _their_rnn(x: Any, h0: Any, W: Any, U: Any, b: Any) -> Any:
    found, h = [], h0
    for t in range(x.shape[1]):
        h = functional_rnn_cell(x[:, t], h, W.T, U.T, b, torch.zeros_like(b))
        found.append(h)
    return torch.stack(found, 1)


functional_rnn_cell = torch._VF.rnn_tanh_cell


def _their_lstm(x: Any, s0: Any, W: Any, U: Any, b: Any) -> Any:
    found, (h, c) = [], s0.chunk(2, 1)
    for t in range(x.shape[1]):
        h, c = torch._VF.lstm_cell(x[:, t], (h, c), W.T, U.T, b, torch.zeros_like(b))
        found.append(torch.cat([h, c], 1))
    return torch.stack(found, 1)


def _gru(rng: np.random.Generator) -> tuple[Any, ...]:
    inputs = _sequence(rng, 3, 1)
    return *inputs, rng.normal(size=len(inputs[3]))


def _their_gru(x: Any, h0: Any, W: Any, U: Any, b: Any, c: Any) -> Any:
    found, h = [], h0
    inner = torch.cat([torch.zeros_like(b)[: 2 * len(c)], c])
    for t in range(x.shape[1]):
        h = torch._VF.gru_cell(x[:, t], h, W.T, U.T, b, inner)
        found.append(h)
    return torch.stack(found, 1)


def _positions(rng: np.random.Generator) -> tuple[Any, ...]:
    return (rng.normal(size=(*rng.integers(1, 4, 2), rng.integers(1, 9), 2 * rng.integers(1, 5))),)


def _their_rotary(x: Any) -> Any:
    """As a product of complex numbers."""
    T, D = x.shape[-2:]
    angles = torch.outer(torch.arange(T).double(), 10000.0 ** (-torch.arange(0, D, 2).double() / D))
    turns = torch.polar(torch.ones_like(angles), angles).to(torch.complex64 if x.dtype == torch.float32 else None)
    pairs = torch.view_as_complex(x.reshape(*x.shape[:-1], D // 2, 2))
    return torch.view_as_real(pairs * turns).reshape(x.shape)


def _any_rank(rng: np.random.Generator, inputs: int = 1) -> tuple[Any, ...]:
    """Arrays of up to four axes; in some of them whole numbers, of which some lie on a kink."""
    shape = rng.integers(1, 5, rng.integers(0, 5))
    drawn = [rng.normal(0, rng.choice((1, 10, 40)), shape) for _ in range(inputs)]
    return tuple(np.round(drawn) if rng.random() < 0.3 else drawn)


def _mask(rng: np.random.Generator, x: Any) -> Options:
    return (dropout_mask(x.shape, rng.choice((0.0, 0.1, 0.5)), rng, x.dtype),)


def _masked_logits(rng: np.random.Generator) -> tuple[Any, ...]:
    """Logits of which some are minus infinity, one at least in each row is not."""
    z = rng.normal(0, 5, rng.integers(1, 9, 2))
    z[:, 1:][rng.random((z.shape[0], z.shape[1] - 1)) < rng.choice((0.0, 0.3))] = -np.inf
    return (z,)


def _classes(rng: np.random.Generator, z: Any) -> Options:
    """Labels, one-hot rows or soft ones."""
    N, K = z.shape
    labels = rng.integers(K, size=N)
    rows = np.eye(K)[labels] if rng.random() < 0.5 else rng.dirichlet(np.ones(K), N)
    return (labels if rng.random() < 0.5 else rows.astype(z.dtype),)


def _between_0_and_1(rng: np.random.Generator, z: Any) -> Options:
    return (rng.choice((0.0, 1.0, rng.random()), z.shape).astype(z.dtype),)


def _quantities(rng: np.random.Generator, predictions: Any) -> Options:
    """Targets, of which some are hit exactly."""
    away = rng.normal(0, 3, predictions.shape) * rng.choice((0, 1), predictions.shape, p=(0.2, 0.8))
    return (np.asarray(predictions + away, predictions.dtype),)


def _mean(loss: Any, *options: Any) -> Any:
    """The mean over the first axis of the sum over the rest."""
    return loss(*options, reduction="sum") / (len(options[0]) if options[0].ndim else 1)


def _dense(rng: np.random.Generator) -> tuple[Any, ...]:
    N, D, M = rng.integers(1, 9, 3)
    return rng.normal(size=(N, D)), rng.normal(size=(D, M)), rng.normal(size=M)


def _table(rng: np.random.Generator) -> tuple[Any, ...]:
    return (rng.normal(size=rng.integers(1, 9, 2)),)


def _tokens(rng: np.random.Generator, W: Any) -> Options:
    return (rng.integers(0, len(W), rng.integers(1, 12)),)


def _queries(rng: np.random.Generator) -> tuple[Any, ...]:
    """Queries, keys and values with up to two axes before those of a sequence."""
    before, (T, D, M) = tuple(rng.integers(1, 4, rng.integers(0, 3))), rng.integers(1, 7, 3)
    spread = rng.choice((1, 3))
    return tuple(rng.normal(0, spread, (*before, T, size)) for size in (D, D, M))


def _heads(rng: np.random.Generator) -> tuple[Any, ...]:
    before, (T, C, H, D, M) = tuple(rng.integers(1, 4, rng.integers(0, 3))), rng.integers(1, 5, 5)
    return rng.normal(size=(*before, T, C)), rng.normal(size=(C, 3, H, D)), rng.normal(size=(H, D, M))


def _their_attention(q: Any, k: Any, v: Any) -> Any:
    return functional.scaled_dot_product_attention(q, k, v, is_causal=True)


def _their_heads(x: Any, W: Any, V: Any) -> Any:
    q, k, v = torch.einsum("...tc,cjhd->j...htd", x, W)
    return torch.einsum("...htd,hdm->...tm", _their_attention(q, k, v), V)


#: Functions of each entry by itself.
ENTRYWISE = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": functional.leaky_relu,
    "selu": functional.selu,
    "softplus": lambda z: functional.softplus(z, threshold=80),  # beyond which it returns z
    "log_sigmoid": functional.logsigmoid,
    "silu": functional.silu,
    "mish": functional.mish,
    "gelu": functional.gelu,
    "gelu_tanh": lambda z: functional.gelu(z, approximate="tanh"),
}

#: A primitive without a row here is not compared.
PARTS = {
    **{name: Part(_any_rank, theirs) for name, theirs in ENTRYWISE.items()},
    "softmax": Part(_masked_logits, lambda z: torch.softmax(z, 1)),
    "log_softmax": Part(lambda rng: (rng.normal(0, 5, rng.integers(1, 9, 2)),), lambda z: torch.log_softmax(z, 1)),
    "swiglu": Part(lambda rng: _any_rank(rng, 2), lambda z, x: functional.silu(z) * x),
    "linear": Part(lambda rng: _dense(rng)[:2], torch.matmul),
    "dense": Part(_dense, lambda x, W, b: torch.addmm(b, x, W)),
    "embedding": Part(
        _table, lambda W, tokens: functional.embedding(tokens, W), _tokens, lambda W, t: nnmath.embedding(t, W)
    ),
    "residual": Part(lambda rng: _any_rank(rng, 2), torch.add),
    "dropout": Part(_any_rank, torch.mul, _mask),
    "layer_norm": Part(
        _rows,
        lambda x, *scales: functional.layer_norm(x, x.shape[1:], *scales),
        cancelling=lambda x, *_: _of_norm(x, 1),
    ),
    "rms_norm": Part(lambda rng: _rows(rng)[:2], lambda x, gamma: functional.rms_norm(x, gamma.shape, gamma, eps=1e-5)),
    "batch_norm": Part(_columns, _their_batch_norm, cancelling=lambda x, *_: _of_norm(x, 0)),
    "causal_attention": Part(_queries, _their_attention),
    "multi_head_attention": Part(_heads, _their_heads),
    "rotary": Part(_positions, _their_rotary),
    "conv2d": Part(_conv2d, functional.conv2d, _conv2d_options),
    "max_pool": Part(lambda rng: (_images(rng),), functional.max_pool2d, _window),
    "average_pool": Part(lambda rng: (_images(rng),), functional.avg_pool2d, _window),
    "rnn": Part(lambda rng: _sequence(rng, 1, 1), _their_rnn),
    "lstm": Part(lambda rng: _sequence(rng, 4, 2), _their_lstm),
    "gru": Part(_gru, _their_gru),
    "binary_cross_entropy": Part(
        _any_rank, lambda *z: _mean(functional.binary_cross_entropy_with_logits, *z), _between_0_and_1
    ),
    "softmax_cross_entropy": Part(
        lambda rng: (rng.normal(0, 10, rng.integers(1, 9, 2)),), functional.cross_entropy, _classes
    ),
    "mean_squared_error": Part(_any_rank, lambda *y: _mean(functional.mse_loss, *y), _quantities),
    "huber": Part(
        _any_rank,
        lambda y, t, delta: functional.huber_loss(y, t, reduction="sum", delta=delta) / (len(y) if y.ndim else 1),
        lambda rng, y: (*_quantities(rng, y), float(rng.choice((0.5, 1.0, 3.0)))),
    ),
}
