"""Layers and networks as students write them: norms, attention, convolution, pooling, and whole networks."""

# ruff: noqa: F403, F405 (names from passes)

from typing import Any

import numpy as np
from numpy import log, newaxis

from tests.gradcheck.passes import *


def layer_norm(x: Any, gamma: Any, beta: Any) -> Any:
    m, v = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    return gamma * (x - m) / np.sqrt(v + 1e-5) + beta


def layer_norm_b(g: Any, x: Any, gamma: Any, beta: Any) -> Any:
    s = np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
    h = (x - x.mean(axis=1, keepdims=True)) / s
    gh = g * gamma
    dx = (gh - gh.mean(axis=1, keepdims=True) - h * (gh * h).mean(axis=1, keepdims=True)) / s
    return dx, (g * h).sum(axis=0), g.sum(axis=0)


def batch_norm(x: Any, gamma: Any, beta: Any) -> Any:
    return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5) + beta


def batch_norm_b(g: Any, x: Any, gamma: Any, beta: Any) -> Any:
    N = len(x)
    s = np.sqrt(x.var(axis=0) + 1e-5)
    h = (x - x.mean(axis=0)) / s
    dx = gamma / (N * s) * (N * g - g.sum(axis=0) - h * (g * h).sum(axis=0))
    return dx, (g * h).sum(axis=0), g.sum(axis=0)


def rms_norm(x: Any) -> Any:
    return x / np.sqrt((x**2).mean(axis=1, keepdims=True))


def rms_norm_b(g: Any, x: Any) -> Any:
    r = np.sqrt((x**2).mean(axis=1, keepdims=True))
    return g / r - x * (g * x).mean(axis=1, keepdims=True) / r**3


def unit(x: Any) -> Any:
    return x / np.linalg.norm(x)


def unit_b(g: Any, x: Any) -> Any:
    n = np.linalg.norm(x)
    return g / n - x * (x @ g) / n**3


def attention(Q: Any, K: Any, V: Any) -> Any:
    return softmax(Q @ K.T / np.sqrt(Q.shape[1])) @ V


def attention_b(g: Any, Q: Any, K: Any, V: Any) -> Any:
    c = np.sqrt(Q.shape[1])
    A = softmax(Q @ K.T / c)
    dA = g @ V.T
    dS = A * (dA - (dA * A).sum(axis=1, keepdims=True)) / c
    return dS @ K, dS.T @ Q, A.T @ g


def conv(x: Any, w: Any) -> Any:
    """Valid cross-correlation of an image with a kernel, by loops."""
    H, W = x.shape[0] - w.shape[0] + 1, x.shape[1] - w.shape[1] + 1
    out = np.zeros((H, W))
    for i in range(H):
        for j in range(W):
            out[i, j] = (x[i : i + w.shape[0], j : j + w.shape[1]] * w).sum()
    return out


def conv_b(g: Any, x: Any, w: Any) -> Any:
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for i in range(g.shape[0]):
        for j in range(g.shape[1]):
            dx[i : i + w.shape[0], j : j + w.shape[1]] += g[i, j] * w
            dw += g[i, j] * x[i : i + w.shape[0], j : j + w.shape[1]]
    return dx, dw


def max_pool(x: Any) -> Any:
    """Over pairs in a row."""
    return x.reshape(len(x), -1, 2).max(axis=2)


def max_pool_b(g: Any, x: Any) -> Any:
    pairs = x.reshape(len(x), -1, 2)
    first = pairs.argmax(axis=2)
    dx = np.zeros_like(pairs)
    np.put_along_axis(dx, first[:, :, newaxis], g[:, :, newaxis], axis=2)
    return dx.reshape(x.shape)


def embed(table: Any, ids: Any) -> Any:
    return table[ids]


def embed_b(g: Any, table: Any, ids: Any) -> Any:
    d = np.zeros_like(table)
    np.add.at(d, ids, g)
    return d


def rnn_cell(x: Any, h: Any, Wx: Any, Wh: Any, b: Any) -> Any:
    return np.tanh(x @ Wx + h @ Wh + b)


def rnn_cell_b(g: Any, x: Any, h: Any, Wx: Any, Wh: Any, b: Any) -> Any:
    d = g * (1 - rnn_cell(x, h, Wx, Wh, b) ** 2)
    return d @ Wx.T, d @ Wh.T, x.T @ d, h.T @ d, d.sum(axis=0)


def mlp(x: Any, W1: Any, b1: Any, W2: Any, b2: Any, y: Any) -> Any:
    """Two layers and softmax cross-entropy."""
    return cross_entropy_lse(relu(x @ W1 + b1) @ W2 + b2, y)


def mlp_b(g: Any, x: Any, W1: Any, b1: Any, W2: Any, b2: Any, y: Any) -> Any:
    h = relu(x @ W1 + b1)
    dz = cross_entropy_b(g, h @ W2 + b2, y)
    dh = (dz @ W2.T) * (h > 0)
    return dh @ W1.T, x.T @ dh, dh.sum(axis=0), h.T @ dz, dz.sum(axis=0)


def draw_mlp(rng: np.random.Generator) -> Any:
    N, D, H, K = 5, 4, 6, 3
    return (
        rng.standard_normal((N, D)), rng.standard_normal((D, H)), rng.standard_normal(H),
        rng.standard_normal((H, K)), rng.standard_normal(K), rng.integers(K, size=N),
    )  # fmt: skip


def course_cost(W1: Any, b1: Any, W2: Any, b2: Any, W3: Any, b3: Any, X: Any, Y: Any) -> Any:
    """Three layers, one example a column: the network of a well-known exercise on gradient checking."""
    A1 = relu(W1 @ X + b1)
    A2 = relu(W2 @ A1 + b2)
    A3 = sigmoid(W3 @ A2 + b3)
    return np.sum(-log(A3) * Y - log(1 - A3) * (1 - Y)) / X.shape[1]


def course_b(
    g: Any,
    W1: Any,
    b1: Any,
    W2: Any,
    b2: Any,
    W3: Any,
    b3: Any,
    X: Any,
    Y: Any,
    double_dW2: Any = 1.0,
    four_db1: Any = 1.0,
) -> Any:
    m = X.shape[1]
    Z1 = W1 @ X + b1
    A1 = relu(Z1)
    Z2 = W2 @ A1 + b2
    A2 = relu(Z2)
    dZ3 = g * (sigmoid(W3 @ A2 + b3) - Y)
    dW3, db3 = dZ3 @ A2.T / m, dZ3.sum(axis=1, keepdims=True) / m
    dZ2 = (W3.T @ dZ3) * (A2 > 0)
    dW2, db2 = dZ2 @ A1.T / m * double_dW2, dZ2.sum(axis=1, keepdims=True) / m
    dZ1 = (W2.T @ dZ2) * (A1 > 0)
    db1 = four_db1 / m * dZ1.sum(axis=1, keepdims=True)
    return dZ1 @ X.T / m, db1, dW2, db2, dW3, db3


def draw_course(rng: np.random.Generator) -> Any:
    shapes = (5, 4), (5, 1), (3, 5), (3, 1), (1, 3), (1, 1), (4, 3)
    return *(rng.standard_normal(shape) for shape in shapes), rng.integers(2, size=(1, 3))
