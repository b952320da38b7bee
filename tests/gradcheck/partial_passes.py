"""Parts of backward passes, and passes that are special at kinks or refuse some inputs."""

# ruff: noqa: F403, F405 (names from layers)

from typing import Any

import numpy as np
from numpy import exp, log, newaxis

from tests.gradcheck.layers import *

MATRIX = np.random.default_rng(5).standard_normal((4, 4))


def onehot(z: Any, y: Any) -> Any:
    return np.eye(z.shape[1])[y]


def scores_b(g: Any, Q: Any, K: Any, V: Any) -> Any:
    """The gradient of the scores in attention, divided by the root."""
    c = np.sqrt(Q.shape[1])
    A = softmax(Q @ K.T / c)
    dA = g @ V.T
    return A * (dA - (dA * A).sum(axis=1, keepdims=True)) / c


def square_net(x: Any, W1: Any, W2: Any) -> Any:
    return np.tanh(x @ W1) @ W2


def square_net_b(g: Any, x: Any, W1: Any, W2: Any) -> Any:
    """The transpose of W2 is forgotten, which makes dx and dW1 wrong."""
    h = np.tanh(x @ W1)
    d = (g @ W2) * (1 - h**2)
    return d @ W1.T, x.T @ d, h.T @ g


def norm_means_over_0(_: Any, g: Any, x: Any, gamma: Any, beta: Any) -> Any:
    s = np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
    h = (x - x.mean(axis=1, keepdims=True)) / s
    gh = g * gamma
    return (gh - gh.mean(axis=0) - h * (gh * h).mean(axis=0)) / s


def norm_parts(g: Any, x: Any, gamma: Any) -> Any:
    s = np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
    h = (x - x.mean(axis=1, keepdims=True)) / s
    return s, h, g * gamma


def no_mean_path(_: Any, g: Any, x: Any, gamma: Any, beta: Any) -> Any:
    s, h, gh = norm_parts(g, x, gamma)
    return (gh - h * (gh * h).mean(axis=1, keepdims=True)) / s


def no_variance_path(_: Any, g: Any, x: Any, gamma: Any, beta: Any) -> Any:
    s, _, gh = norm_parts(g, x, gamma)
    return (gh - gh.mean(axis=1, keepdims=True)) / s


def shared_b(g: Any, W: Any, x: Any) -> Any:
    """The use of W in the second product is forgotten."""
    h = np.tanh(x @ W)
    d = (g @ W.T) * (1 - h**2)
    return x.T @ d, d @ W.T


def assign(g: Any, table: Any, ids: Any) -> Any:
    """Rows that are looked up twice get the gradient of the last use only."""
    d = np.zeros_like(table)
    d[ids] = g
    return d


def conv_overwritten(_: Any, g: Any, x: Any, w: Any) -> Any:
    dx = np.zeros_like(x)
    for i in range(g.shape[0]):
        for j in range(g.shape[1]):
            dx[i : i + w.shape[0], j : j + w.shape[1]] = g[i, j] * w
    return dx


def antiparallel(x: Any) -> Any:
    """relu(x v) - relu(-x v), which is x v, summed up."""
    z = x @ np.array([1.0, 2])
    return (relu(z) - relu(-z)).sum()


def antiparallel_b(g: Any, x: Any) -> Any:
    z = x @ np.array([1.0, 2])
    return g * ((z > 0) + 0.0 + (z < 0))[:, newaxis] * np.array([1.0, 2])


def antiparallel_W(x: Any, W: Any, v: Any) -> Any:
    return relu(x @ W) @ v


def antiparallel_W_b(g: Any, x: Any, W: Any, v: Any) -> Any:
    h = relu(x @ W)
    d = np.outer(g, v) * (h > 0)
    return d @ W.T, x.T @ d, h.T @ g


def net0(x: Any, W: Any, V: Any) -> Any:
    return (relu(x @ W) @ V) ** 2 + relu(x @ W) @ V


def net0_b(g: Any, x: Any, W: Any, V: Any) -> Any:
    h = relu(x @ W)
    dz = g * (2 * (h @ V) + 1)
    d = (dz @ V.T) * (h > 0)
    return d @ W.T, x.T @ d, h.T @ dz


def multi_hinge(s: Any, y: Any) -> Any:
    margins = np.maximum(0, s - s[np.arange(len(y)), y][:, newaxis] + 1)
    margins[np.arange(len(y)), y] = 0
    return margins.sum() / len(y)


def multi_hinge_b(g: Any, s: Any, y: Any) -> Any:
    rows = np.arange(len(y))
    d = (s - s[rows, y][:, newaxis] + 1 > 0).astype(float)
    d[rows, y] = 0
    d[rows, y] = -d.sum(axis=1)
    return g * d / len(y)


def stable_cross_entropy(z: Any, y: Any) -> Any:
    """Exact to the last digit where the true class is all but certain."""
    rows = np.arange(len(y))
    d = z - z[rows, y][:, newaxis]
    d[rows, y] = -np.inf
    m = np.maximum(d.max(axis=1), 0)
    small = exp(d - m[:, newaxis]).sum(axis=1)
    return np.mean(np.where(m > 0, m + log(small + exp(-m)), np.log1p(small)))


def saturated_net(x: Any, W: Any, b: Any, y: Any) -> Any:
    return stable_cross_entropy(np.tanh(x) @ W + b, y)


def saturated_net_b(g: Any, x: Any, W: Any, b: Any, y: Any) -> Any:
    h = np.tanh(x)
    dz = cross_entropy_b(g, h @ W + b, y)
    return (dz @ W.T) * (1 - h**2), h.T @ dz, dz.sum(axis=0)


def log_or_raise(x: Any) -> Any:
    if (x <= 0).any():
        raise ValueError("positive numbers, please")
    return log(x), lambda g: g / x


def at_most_one(x: Any) -> Any:
    if (x > 1).any():
        raise ValueError("1 at most, please")
    return x**2, lambda g: 2 * g * x


def read_only(rng: np.random.Generator) -> Any:
    x = rng.standard_normal((3, 4))
    x.flags.writeable = False
    return (x,)


class Layer:
    """Keeps its input from the forward to the backward pass, as many courses have it."""

    def forward(self, x: Any) -> Any:
        self.x = x
        return np.sin(x)

    def backward(self, g: Any, x: Any) -> Any:
        return g * np.cos(self.x)


LAYER = Layer()


def mse_closure(p: Any, t: Any) -> Any:
    def backward(upstream: Any = 1.0) -> Any:
        return upstream * 2 * (p - t) / p.size

    return np.mean((p - t) ** 2), backward


def mse_no_upstream(p: Any, t: Any) -> Any:
    return np.mean((p - t) ** 2), lambda: 2 * (p - t) / p.size
