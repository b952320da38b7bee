"""Passes that are odd: half of a broken one, on a kink in a particular way, or picky about their inputs."""

# ruff: noqa: F403, F405 (names from right_layers)

import numpy as np
from numpy import exp, log, newaxis

from tests.gradcheck.right_layers import *

MATRIX = np.random.default_rng(5).standard_normal((4, 4))


def onehot(z, y):
    return np.eye(z.shape[1])[y]


def scores_b(g, Q, K, V):
    """The gradient of the scores in attention, divided by the root."""
    c = np.sqrt(Q.shape[1])
    A = softmax(Q @ K.T / c)
    dA = g @ V.T
    return A * (dA - (dA * A).sum(axis=1, keepdims=True)) / c


def square_net(x, W1, W2):
    return np.tanh(x @ W1) @ W2


def square_net_b(g, x, W1, W2):
    """The transpose of W2 is forgotten, which makes dx and dW1 wrong."""
    h = np.tanh(x @ W1)
    d = (g @ W2) * (1 - h**2)
    return d @ W1.T, x.T @ d, h.T @ g


def norm_means_over_0(_, g, x, gamma, beta):
    s = np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
    h = (x - x.mean(axis=1, keepdims=True)) / s
    gh = g * gamma
    return (gh - gh.mean(axis=0) - h * (gh * h).mean(axis=0)) / s


def norm_parts(g, x, gamma):
    s = np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
    h = (x - x.mean(axis=1, keepdims=True)) / s
    return s, h, g * gamma


def no_mean_path(_, g, x, gamma, beta):
    s, h, gh = norm_parts(g, x, gamma)
    return (gh - h * (gh * h).mean(axis=1, keepdims=True)) / s


def no_variance_path(_, g, x, gamma, beta):
    s, _, gh = norm_parts(g, x, gamma)
    return (gh - gh.mean(axis=1, keepdims=True)) / s


def shared_b(g, W, x):
    """The use of W in the second product is forgotten."""
    h = np.tanh(x @ W)
    d = (g @ W.T) * (1 - h**2)
    return x.T @ d, d @ W.T


def assign(g, table, ids):
    """Rows that are looked up twice get the gradient of the last use only."""
    d = np.zeros_like(table)
    d[ids] = g
    return d


def conv_overwritten(_, g, x, w):
    dx = np.zeros_like(x)
    for i in range(g.shape[0]):
        for j in range(g.shape[1]):
            dx[i : i + w.shape[0], j : j + w.shape[1]] = g[i, j] * w
    return dx


def antiparallel(x):
    """relu(x v) - relu(-x v), which is x v, summed up."""
    z = x @ np.array([1.0, 2])
    return (relu(z) - relu(-z)).sum()


def antiparallel_b(g, x):
    z = x @ np.array([1.0, 2])
    return g * ((z > 0) + 0.0 + (z < 0))[:, newaxis] * np.array([1.0, 2])


def antiparallel_W(x, W, v):
    return relu(x @ W) @ v


def antiparallel_W_b(g, x, W, v):
    h = relu(x @ W)
    d = np.outer(g, v) * (h > 0)
    return d @ W.T, x.T @ d, h.T @ g


def net0(x, W, V):
    return (relu(x @ W) @ V) ** 2 + relu(x @ W) @ V


def net0_b(g, x, W, V):
    h = relu(x @ W)
    dz = g * (2 * (h @ V) + 1)
    d = (dz @ V.T) * (h > 0)
    return d @ W.T, x.T @ d, h.T @ dz


def multi_hinge(s, y):
    margins = np.maximum(0, s - s[np.arange(len(y)), y][:, newaxis] + 1)
    margins[np.arange(len(y)), y] = 0
    return margins.sum() / len(y)


def multi_hinge_b(g, s, y):
    rows = np.arange(len(y))
    d = (s - s[rows, y][:, newaxis] + 1 > 0).astype(float)
    d[rows, y] = 0
    d[rows, y] = -d.sum(axis=1)
    return g * d / len(y)


def stable_cross_entropy(z, y):
    """Exact to the last digit where the true class is all but certain."""
    rows = np.arange(len(y))
    d = z - z[rows, y][:, newaxis]
    d[rows, y] = -np.inf
    m = np.maximum(d.max(axis=1), 0)
    small = exp(d - m[:, newaxis]).sum(axis=1)
    return np.mean(np.where(m > 0, m + log(small + exp(-m)), np.log1p(small)))


def saturated_net(x, W, b, y):
    return stable_cross_entropy(np.tanh(x) @ W + b, y)


def saturated_net_b(g, x, W, b, y):
    h = np.tanh(x)
    dz = cross_entropy_b(g, h @ W + b, y)
    return (dz @ W.T) * (1 - h**2), h.T @ dz, dz.sum(axis=0)


def log_or_raise(x):
    if (x <= 0).any():
        raise ValueError("positive numbers, please")
    return log(x), lambda g: g / x


def at_most_one(x):
    if (x > 1).any():
        raise ValueError("1 at most, please")
    return x**2, lambda g: 2 * g * x


def only_distributions(p):
    if abs(p.sum() - 1) > 1e-15:
        raise ValueError("must sum to 1")
    return p**2, lambda g: 2 * g * p


def read_only(rng):
    x = rng.standard_normal((3, 4))
    x.flags.writeable = False
    return (x,)


class Layer:
    """Keeps its input from the forward to the backward pass, as many courses have it."""

    def forward(self, x):
        self.x = x
        return np.sin(x)

    def backward(self, g, x):
        return g * np.cos(self.x)


LAYER = Layer()


def mse_closure(p, t):
    def backward(upstream=1.0):
        return upstream * 2 * (p - t) / p.size

    return np.mean((p - t) ** 2), backward


def mse_no_upstream(p, t):
    return np.mean((p - t) ** 2), lambda: 2 * (p - t) / p.size
