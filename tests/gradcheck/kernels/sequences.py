"""Attention and other kernels along a sequence, and those that pick entries."""

from typing import Any

import numpy as np

from tests.gradcheck.kernels.kernel import Kernel, normal, torch


def _scores(q: Any, k: Any, causal: bool) -> Any:
    s = q @ k.mT / q.shape[-1] ** 0.5
    rows, columns = s.shape[-2:]
    later = torch.ones(rows, columns, dtype=torch.bool).triu(1)
    return s.masked_fill(later, -torch.inf) if causal else s


def attention(q: Any, k: Any, v: Any) -> Any:
    """Causal; what is kept is the output and the logarithm of the sum of exponentials."""
    s = _scores(q, k, causal=True)
    lse = torch.logsumexp(s, -1, keepdim=True)
    out = torch.exp(s - lse) @ v
    return out, (q, k, v, out, lse)


def attention_b(g: Any, q: Any, k: Any, v: Any, out: Any, lse: Any) -> Any:
    p = torch.exp(_scores(q, k, causal=True) - lse)
    ds = p * (g @ v.mT - (g * out).sum(-1, keepdim=True)) / q.shape[-1] ** 0.5
    return ds @ k, ds.mT @ q, p.mT @ g


def dropped_attention(q: Any, k: Any, v: Any, mask: Any) -> Any:
    """Dropout of probabilities; 0.8 of them are kept."""
    p = torch.softmax(_scores(q, k, causal=False), -1)
    return (p * mask / 0.8) @ v, (q, k, v, p, mask)


def dropped_attention_b(g: Any, q: Any, k: Any, v: Any, p: Any, mask: Any) -> Any:
    dp = g @ v.mT * mask / 0.8
    ds = p * (dp - (dp * p).sum(-1, keepdim=True)) / q.shape[-1] ** 0.5
    return ds @ k, ds.mT @ q, (p * mask / 0.8).mT @ g, None


def grouped_attention(q: Any, k: Any, v: Any) -> Any:
    """Two heads of queries for each head of keys: q (2, 2, T, D), k and v (2, T, D)."""
    p = torch.softmax(_scores(q, k[:, None], causal=False), -1)
    return p @ v[:, None], (q, k, v, p)


def grouped_attention_b(g: Any, q: Any, k: Any, v: Any, p: Any) -> Any:
    dp = g @ v[:, None].mT
    ds = p * (dp - (dp * p).sum(-1, keepdim=True)) / q.shape[-1] ** 0.5
    return ds @ k[:, None], (ds.mT @ q).sum(1), (p.mT @ g).sum(1)


def _turned(x: Any, cos: Any, sin: Any) -> Any:
    first, second = x.chunk(2, -1)
    return torch.cat([first * cos - second * sin, second * cos + first * sin], -1)


def rotary(x: Any) -> Any:
    """Rotary embedding, (..., T, D): each half with the angles of the positions."""
    T, D = x.shape[-2:]
    angle = torch.arange(T, dtype=x.dtype)[:, None] * 10.0 ** -torch.arange(D // 2, dtype=x.dtype)
    return _turned(x, angle.cos(), angle.sin()), (angle.cos(), angle.sin())


def rotary_b(g: Any, cos: Any, sin: Any) -> Any:
    return (_turned(g, cos, -sin),)


def scan(x: Any, a: Any) -> Any:
    """h[t] = a[t] h[t - 1] + x[t], with h[-1] = 0."""
    h = [x[0]]
    for t in range(1, len(x)):
        h.append(a[t] * h[-1] + x[t])
    h = torch.stack(h)
    return h, (a, h)


def scan_b(g: Any, a: Any, h: Any) -> Any:
    dx, da = [g[-1]], []
    for t in range(len(g) - 1, 0, -1):
        da.append(dx[-1] * h[t - 1])
        dx.append(g[t - 1] + a[t] * dx[-1])
    return torch.stack(dx[::-1]), torch.stack([*da, torch.zeros_like(a[0])][::-1])


def causal_convolution(x: Any, w: Any) -> Any:
    """Depthwise, x (T, C), w (C, K): y[t] is the sum over k of w[k] x[t - k]."""
    T, K = len(x), w.shape[1]
    y = sum(torch.nn.functional.pad(x, (0, 0, k, 0))[:T] * w[:, k] for k in range(K))
    return y, (x, w)


def causal_convolution_b(g: Any, x: Any, w: Any) -> Any:
    T, K = len(x), w.shape[1]
    dx = sum(torch.nn.functional.pad(g, (0, 0, 0, k))[k : k + T] * w[:, k] for k in range(K))
    dw = torch.stack([(torch.nn.functional.pad(x, (0, 0, k, 0))[:T] * g).sum(0) for k in range(K)], 1)
    return dx, dw


def cumulative_sum(x: Any) -> Any:
    return x.cumsum(0), ()


def cumulative_sum_b(g: Any) -> Any:
    return (g.flip(0).cumsum(0).flip(0),)


def embedding(W: Any, places: Any) -> Any:
    return W[places], (W, places)


def embedding_b(g: Any, W: Any, places: Any) -> Any:
    return torch.zeros_like(W).index_add(0, places, g), None


def largest_of_2(x: Any) -> Any:
    """The larger of each pair of neighbours, (N, 2 T)."""
    pairs = x.reshape(len(x), -1, 2)
    value, place = pairs.max(-1)
    return value, (place,)


def largest_of_2_b(g: Any, place: Any) -> Any:
    return (torch.nn.functional.one_hot(place, 2).to(g).mul(g[..., None]).flatten(1),)


def heads(rng: Any) -> Any:
    return tuple(rng.standard_normal((2, 4, 3)) for _ in range(3))


def with_mask(rng: Any) -> Any:
    return (*(rng.standard_normal((4, 3)) for _ in range(3)), rng.uniform(size=(4, 4)) < 0.8)


def repeated(rng: Any) -> Any:
    return rng.standard_normal((5, 3)), np.array([4, 1, 1, 0, 4, 4])


RIGHT = [
    Kernel("causal attention", attention, attention_b, heads),
    Kernel("attention with dropout", dropped_attention, dropped_attention_b, with_mask),
    Kernel("grouped attention", grouped_attention, grouped_attention_b, normal((2, 2, 4, 3), (2, 4, 3), (2, 4, 3))),
    Kernel("rotary embedding", rotary, rotary_b, normal((2, 4, 6))),
    Kernel("linear scan", scan, scan_b, normal((5, 3), (5, 3))),
    Kernel("causal convolution", causal_convolution, causal_convolution_b, normal((6, 3), (3, 3))),
    Kernel("cumulative sum", cumulative_sum, cumulative_sum_b, normal((5, 3))),
    Kernel("embedding", embedding, embedding_b, repeated),
    Kernel("largest of two", largest_of_2, largest_of_2_b, normal((3, 6))),
]
