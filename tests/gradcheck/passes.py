"""Right forward and backward passes as students write them; tables change them, or call them at difficult inputs."""

from typing import Any

import numpy as np
from numpy import exp, log


def sigmoid(z: Any) -> Any:
    return 1 / (1 + exp(-z))


def sigmoid_b(g: Any, z: Any) -> Any:
    a = sigmoid(z)
    return g * a * (1 - a)


def stable_sigmoid(z: Any) -> Any:
    e = exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


def stable_sigmoid_b(g: Any, z: Any) -> Any:
    e = exp(-np.abs(z))
    return g * e / (1 + e) ** 2


def tanh_b(g: Any, z: Any) -> Any:
    return g * (1 - np.tanh(z) ** 2)


def relu(z: Any) -> Any:
    return np.maximum(z, 0)


def relu_b(g: Any, z: Any) -> Any:
    return g * (z > 0)


def leaky(z: Any) -> Any:
    return np.where(z > 0, z, 0.01 * z)


def leaky_b(g: Any, z: Any) -> Any:
    return g * np.where(z > 0, 1, 0.01)


def elu(z: Any) -> Any:
    return np.where(z > 0, z, exp(np.minimum(z, 0)) - 1)


def elu_b(g: Any, z: Any) -> Any:
    return g * np.where(z > 0, 1, exp(np.minimum(z, 0)))


def softplus(z: Any) -> Any:
    return np.logaddexp(0, z)


def softplus_b(g: Any, z: Any) -> Any:
    return g / (1 + exp(-z))


def gelu(z: Any) -> Any:
    return 0.5 * z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)))


def gelu_b(g: Any, z: Any) -> Any:
    c = np.sqrt(2 / np.pi)
    t = np.tanh(c * (z + 0.044715 * z**3))
    return g * (0.5 * (1 + t) + 0.5 * z * (1 - t**2) * c * (1 + 3 * 0.044715 * z**2))


def dense(x: Any, W: Any, b: Any) -> Any:
    return x @ W + b


def dense_b(g: Any, x: Any, W: Any, b: Any) -> Any:
    return g @ W.T, x.T @ g, g.sum(axis=0)


def dense_relu(x: Any, W: Any, b: Any) -> Any:
    return relu(x @ W + b)


def dense_relu_b(g: Any, x: Any, W: Any, b: Any) -> Any:
    return dense_b(g * (x @ W + b > 0), x, W, b)


def softmax(z: Any) -> Any:
    e = exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_b(g: Any, z: Any) -> Any:
    p = softmax(z)
    return p * (g - (g * p).sum(axis=-1, keepdims=True))


def cross_entropy(z: Any, y: Any) -> Any:
    """The loss from the probabilities, as most courses write it."""
    return -np.mean(log(softmax(z)[np.arange(len(y)), y]))


def cross_entropy_lse(z: Any, y: Any) -> Any:
    m = z.max(axis=1, keepdims=True)
    lse = m[:, 0] + log(exp(z - m).sum(axis=1))
    return np.mean(lse - z[np.arange(len(y)), y])


def cross_entropy_b(g: Any, z: Any, y: Any) -> Any:
    p = softmax(z)
    p[np.arange(len(y)), y] -= 1
    return g * p / len(y)


def bce(z: Any, t: Any) -> Any:
    """Binary cross-entropy through the probabilities."""
    p = sigmoid(z)
    return -np.mean(t * log(p) + (1 - t) * log(1 - p))


def bce_clipped(z: Any, t: Any) -> Any:
    p = np.clip(sigmoid(z), 1e-12, 1 - 1e-12)
    return -np.mean(t * log(p) + (1 - t) * log(1 - p))


def bce_logaddexp(z: Any, t: Any) -> Any:
    return np.mean(np.logaddexp(0, z) - t * z)


def bce_b(g: Any, z: Any, t: Any) -> Any:
    return g * (sigmoid(z) - t) / z.size


def mse(p: Any, t: Any) -> Any:
    return np.mean((p - t) ** 2)


def mse_b(g: Any, p: Any, t: Any) -> Any:
    return g * 2 * (p - t) / p.size


def huber(p: Any, t: Any) -> Any:
    r = p - t
    return np.where(np.abs(r) <= 1, r**2 / 2, np.abs(r) - 0.5).sum()


def huber_b(g: Any, p: Any, t: Any) -> Any:
    return g * np.clip(p - t, -1, 1)


def hinge(s: Any, y: Any) -> Any:
    return np.maximum(0, 1 - y * s).mean()


def hinge_b(g: Any, s: Any, y: Any) -> Any:
    return g * np.where(1 - y * s > 0, -y, 0) / len(s)
