"""Textbook NumPy: the formulas as they are first written down, in the precision of the inputs, a new array for each."""

from typing import Any

import numpy as np

from tests.benchmarks.primitives.textbook_activations import (
    gelu,
    gelu_tanh,
    logistic,
    mish,
    of_one_number,
    selu,
    silu,
    with_sigmoid,
    with_tanh,
)
from tests.benchmarks.primitives.works import Contender


def softmax(z: Any) -> Any:
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    p = e / e.sum(axis=-1, keepdims=True)
    return p, lambda dp: p * (dp - (dp * p).sum(axis=-1, keepdims=True))


def log_softmax(z: Any) -> Any:
    d = z - z.max(axis=-1, keepdims=True)
    y = d - np.log(np.exp(d).sum(axis=-1, keepdims=True))
    return y, lambda dy: dy - np.exp(y) * dy.sum(axis=-1, keepdims=True)


def swiglu(z: Any, x: Any) -> Any:
    s = logistic(z)
    return z * s * x, lambda dy: (dy * x * (s + z * s * (1 - s)), dy * (z * s))


def linear(x: Any, W: Any) -> Any:
    return x @ W, lambda dz: (dz @ W.T, x.T @ dz)


def dense(x: Any, W: Any, b: Any) -> Any:
    return x @ W + b, lambda dz: (dz @ W.T, x.T @ dz, dz.sum(axis=0))


def embedding(tokens: Any, W: Any) -> Any:
    def backward(dx: Any) -> Any:
        dW = np.zeros_like(W)
        np.add.at(dW, tokens, dx)
        return dW

    return W[tokens], backward


def normalized(axis: int, x: Any, gamma: Any, beta: Any) -> Any:
    d = x - x.mean(axis=axis, keepdims=True)
    s = np.sqrt((d**2).mean(axis=axis, keepdims=True) + np.float32(1e-5))
    h = d / s

    def backward(dy: Any) -> Any:
        g = dy * gamma
        dx = (g - g.mean(axis=axis, keepdims=True) - h * (g * h).mean(axis=axis, keepdims=True)) / s
        return dx, (dy * h).sum(axis=0), dy.sum(axis=0)

    return gamma * h + beta, backward


def rms_norm(x: Any, gamma: Any) -> Any:
    s = np.sqrt((x**2).mean(axis=1, keepdims=True) + np.float32(1e-5))
    h = x / s

    def backward(dy: Any) -> Any:
        g = dy * gamma
        return (g - h * (g * h).mean(axis=1, keepdims=True)) / s, (dy * h).sum(axis=0)

    return gamma * h, backward


def causal_attention(q: Any, k: Any, v: Any) -> Any:
    T, scale = q.shape[-2], np.float32(1 / np.sqrt(q.shape[-1]))
    s = np.where(np.tri(T, dtype=bool), q @ k.swapaxes(-1, -2) * scale, np.float32(-np.inf))
    p, back_p = softmax(s)

    def backward(da: Any) -> Any:
        ds = back_p(da @ v.swapaxes(-1, -2)) * scale
        return ds @ k, ds.swapaxes(-1, -2) @ q, p.swapaxes(-1, -2) @ da

    return p @ v, backward


def multi_head_attention(x: Any, W: Any, V: Any) -> Any:
    q, k, v = np.einsum("ntc,crhd->rnhtd", x, W, optimize=True)
    a, back_a = causal_attention(q, k, v)

    def backward(dy: Any) -> Any:
        dz = np.stack(back_a(np.einsum("ntm,hdm->nhtd", dy, V, optimize=True)))
        dx = np.einsum("rnhtd,crhd->ntc", dz, W, optimize=True)
        dW = np.einsum("ntc,rnhtd->crhd", x, dz, optimize=True)
        return dx, dW, np.einsum("nhtd,ntm->hdm", a, dy, optimize=True)

    return np.einsum("nhtd,hdm->ntm", a, V, optimize=True), backward


def rotary(x: Any) -> Any:
    T, D = x.shape[-2:]
    angles = np.arange(T)[:, np.newaxis] * 10000.0 ** (-2 * np.arange(D // 2) / D)
    cos, sin = np.cos(angles).astype(x.dtype), np.sin(angles).astype(x.dtype)

    def turned(x: Any, sin: Any) -> Any:
        one, two = x[..., ::2], x[..., 1::2]
        return np.stack([one * cos - two * sin, one * sin + two * cos], axis=-1).reshape(x.shape)

    return turned(x, sin), lambda dy: turned(dy, -sin)


def conv2d(x: Any, w: Any, b: Any, stride: int, padding: int) -> Any:
    """By windows that are copied side by side (im2col)."""
    N, C, H, W = x.shape
    M, _, U, V = w.shape
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    P, Q = H + 2 * padding - U + 1, W + 2 * padding - V + 1
    windows = np.lib.stride_tricks.sliding_window_view(padded, (U, V), (2, 3))  # type: ignore[call-overload]
    rows = windows.transpose(0, 2, 3, 1, 4, 5).reshape(N * P * Q, C * U * V)
    y = (rows @ w.reshape(M, -1).T + b).reshape(N, P, Q, M).transpose(0, 3, 1, 2)

    def backward(dy: Any) -> Any:
        dz = dy.transpose(0, 2, 3, 1).reshape(-1, M)
        dw = (dz.T @ rows).reshape(w.shape)
        drows = (dz @ w.reshape(M, -1)).reshape(N, P, Q, C, U, V).transpose(0, 3, 4, 5, 1, 2)
        dpadded = np.zeros_like(padded)
        for u in range(U):
            for v in range(V):
                dpadded[:, :, u : u + P, v : v + Q] += drows[:, :, u, v]
        return dpadded[:, :, padding : padding + H, padding : padding + W], dw, dz.sum(axis=0)

    return y, backward


def max_pool(x: Any) -> Any:
    N, C, H, W = x.shape
    blocks = x.reshape(N, C, H // 2, 2, W // 2, 2)
    y = blocks.max(axis=(3, 5))
    largest = blocks == y[:, :, :, np.newaxis, :, np.newaxis]
    return y, lambda dy: (largest * dy[:, :, :, np.newaxis, :, np.newaxis]).reshape(x.shape)


def average_pool(x: Any) -> Any:
    N, C, H, W = x.shape
    y = x.reshape(N, C, H // 2, 2, W // 2, 2).mean(axis=(3, 5))
    return y, lambda dy: (dy / 4).repeat(2, axis=2).repeat(2, axis=3)


def rnn(x: Any, h0: Any, W: Any, U: Any, b: Any) -> Any:
    hs = [h0]
    for t in range(x.shape[1]):
        hs.append(np.tanh(x[:, t] @ W + hs[-1] @ U + b))

    def backward(dh: Any) -> Any:
        dx, dW, dU, db, later = np.empty_like(x), np.zeros_like(W), np.zeros_like(U), np.zeros_like(b), 0
        for t in reversed(range(x.shape[1])):
            dz = (dh[:, t] + later) * (1 - hs[t + 1] ** 2)
            dx[:, t], later = dz @ W.T, dz @ U.T
            dW, dU, db = dW + x[:, t].T @ dz, dU + hs[t].T @ dz, db + dz.sum(axis=0)
        return dx, later, dW, dU, db

    return np.stack(hs[1:], axis=1), backward


def lstm(x: Any, s0: Any, W: Any, U: Any, b: Any) -> Any:
    M = len(U)
    hs, cs, kept = [s0[:, :M]], [s0[:, M:]], []
    for t in range(x.shape[1]):
        z = x[:, t] @ W + hs[-1] @ U + b
        i, f, o = (logistic(z[:, k * M : (k + 1) * M]) for k in (0, 1, 3))
        g = np.tanh(z[:, 2 * M : 3 * M])
        cs.append(f * cs[-1] + i * g)
        hs.append(o * np.tanh(cs[-1]))
        kept.append((i, f, g, o))

    def backward(ds: Any) -> Any:
        dx, dW, dU, db = np.empty_like(x), np.zeros_like(W), np.zeros_like(U), np.zeros_like(b)
        dh, dc = np.zeros_like(s0[:, :M]), np.zeros_like(s0[:, :M])
        for t in reversed(range(x.shape[1])):
            i, f, g, o = kept[t]
            dh, shown = dh + ds[:, t, :M], np.tanh(cs[t + 1])
            dc = dc + ds[:, t, M:] + dh * o * (1 - shown**2)
            gates = dc * g * i * (1 - i), dc * cs[t] * f * (1 - f), dc * i * (1 - g**2), dh * shown * o * (1 - o)
            dz = np.concatenate(gates, axis=1)
            dx[:, t], dh, dc = dz @ W.T, dz @ U.T, dc * f
            dW, dU, db = dW + x[:, t].T @ dz, dU + hs[t].T @ dz, db + dz.sum(axis=0)
        return dx, np.concatenate([dh, dc], axis=1), dW, dU, db

    return np.stack([np.concatenate(s, axis=1) for s in zip(hs[1:], cs[1:])], axis=1), backward


def gru(x: Any, h0: Any, W: Any, U: Any, b: Any, c: Any) -> Any:
    M = len(U)
    hs, kept = [h0], []
    for t in range(x.shape[1]):
        z, v = x[:, t] @ W + b, hs[-1] @ U
        r, u = logistic(z[:, :M] + v[:, :M]), logistic(z[:, M : 2 * M] + v[:, M : 2 * M])
        last = v[:, 2 * M :] + c
        n = np.tanh(z[:, 2 * M :] + r * last)
        hs.append((1 - u) * n + u * hs[-1])
        kept.append((r, u, n, last))

    def backward(dh: Any) -> Any:
        dx, later = np.empty_like(x), np.zeros_like(h0)
        dW, dU, db, dc = np.zeros_like(W), np.zeros_like(U), np.zeros_like(b), np.zeros_like(c)
        for t in reversed(range(x.shape[1])):
            r, u, n, last = kept[t]
            g = dh[:, t] + later
            dn = g * (1 - u) * (1 - n**2)
            gates = dn * last * r * (1 - r), g * (hs[t] - n) * u * (1 - u)
            dz, dv = np.concatenate([*gates, dn], axis=1), np.concatenate([*gates, dn * r], axis=1)
            dx[:, t], later = dz @ W.T, dv @ U.T + g * u
            dW, dU = dW + x[:, t].T @ dz, dU + hs[t].T @ dv
            db, dc = db + dz.sum(axis=0), dc + (dn * r).sum(axis=0)
        return dx, later, dW, dU, db, dc

    return np.stack(hs[1:], axis=1), backward


def softmax_cross_entropy(z: Any, y: Any) -> Any:
    rows = np.arange(len(y))
    p, _ = softmax(z)

    def backward(upstream: Any) -> Any:
        dz = p.copy()
        dz[rows, y] -= 1
        return dz * (upstream / np.float32(len(y)))

    return -np.log(p[rows, y]).mean(), backward


def binary_cross_entropy(z: Any, t: Any) -> Any:
    p = logistic(z)
    loss = -(t * np.log(p) + (1 - t) * np.log(1 - p)).sum() / np.float32(len(z))
    return loss, lambda upstream: (p - t) * (upstream / np.float32(len(z)))


def mean_squared_error(p: Any, t: Any) -> Any:
    d = p - t
    return (d**2).sum() / np.float32(len(p)), lambda upstream: 2 * d * (upstream / np.float32(len(p)))


def huber(p: Any, t: Any, delta: float) -> Any:
    d = p - t
    size = np.abs(d)
    cost = np.where(size <= delta, d**2 / 2, delta * (size - delta / 2))
    return cost.sum() / np.float32(len(p)), lambda up: np.clip(d, -delta, delta) * (up / np.float32(len(p)))


CONTENDERS: dict[str, Contender] = {
    "sigmoid": of_one_number(with_sigmoid),
    "tanh": of_one_number(with_tanh),
    "relu": of_one_number(lambda z: (np.maximum(z, 0), lambda: z > 0)),
    "leaky_relu": of_one_number(
        lambda z: (np.where(z > 0, z, np.float32(0.01) * z), lambda: np.where(z > 0, np.float32(1), np.float32(0.01)))
    ),
    "selu": of_one_number(selu),
    "softplus": of_one_number(lambda z: (np.log1p(np.exp(z)), lambda: logistic(z))),
    "log_sigmoid": of_one_number(lambda z: (-np.log1p(np.exp(-z)), lambda: logistic(-z))),
    "silu": of_one_number(silu),
    "mish": of_one_number(mish),
    "gelu": of_one_number(gelu),
    "gelu_tanh": of_one_number(gelu_tanh),
    "residual": lambda x, f: (x + f, lambda dy: (dy, dy)),
    "dropout": lambda x, mask: (x * mask, lambda dy: dy * mask),
    "layer_norm": lambda *given: normalized(1, *given),
    "batch_norm": lambda *given: normalized(0, *given),
} | {
    function.__name__: function
    for function in (
        *(softmax, log_softmax, swiglu, linear, dense, embedding, rms_norm, causal_attention, multi_head_attention),
        *(rotary, conv2d, max_pool, average_pool, rnn, lstm, gru),
        *(softmax_cross_entropy, binary_cross_entropy, mean_squared_error, huber),
    )
}
