"""Backward passes that write where they must not, or remember what they must not: (value, backward) in one function."""

import numpy as np

from tests.gradcheck.broken_passes import x34
from tests.gradcheck.gradient_case import Case, normal
from tests.gradcheck.right_passes import sigmoid, softmax

CACHE = {}
TOTAL = np.zeros((3, 4))
RANDOM = np.random.default_rng(0)


def writes_in_forward(x):
    x *= 2
    return x.copy(), lambda g: 2 * g


def writes_in_relu(x):
    x[x < 0] = 0
    return x.copy(), lambda g: g * (x > 0)


def writes_in_backward(x):
    a = np.tanh(x)

    def backward(g):
        x[:] = 1 - a**2
        return g * x

    return a, backward


def writes_to_weights(x, W):
    def backward(g):
        d = g @ W.T
        W[...] = 0
        return d, x.T @ g

    return x @ W, backward


def writes_to_upstream(x):
    a = np.tanh(x)

    def backward(g):
        g *= 1 - a**2
        return g

    return a, backward


def sorts_its_input(x):
    x.sort()
    return x.sum(), lambda g: g * np.ones_like(x)


def normalises_in_place(x, t):
    x -= x.mean()
    return (x * t).sum(), lambda g: (g * (t - t.mean()),)


def accumulates(x):
    total = np.zeros_like(x)

    def backward(g):
        nonlocal total
        total = total + g * np.cos(x)
        return total

    return np.sin(x), backward


def accumulates_globally(x):
    def backward(g):
        TOTAL[...] += g * 2
        return TOTAL.copy()

    return 2 * x, backward


def caches_globally(z):
    CACHE["a"] = sigmoid(z)
    return CACHE["a"].copy(), lambda g: g * CACHE["a"] * (1 - CACHE["a"])


def dropout(x):
    keep = RANDOM.random(x.shape) > 0.5
    return x * keep, lambda g: g * keep


def noisy_backward(x):
    return 2 * x, lambda g: 2 * g + 1e-3 * RANDOM.standard_normal(x.shape)


def pops_its_cache(z):
    cache = [softmax(z)]

    def backward(g):
        p = cache[0]
        cache[0] = np.ones_like(p)
        return p * (g - (g * p).sum(1, keepdims=True))

    return softmax(z), backward


def subtracts_in_place(z, y):
    p = softmax(z)

    def backward(g):
        p[np.arange(len(y)), y] -= 1
        return g * p / len(y)

    return -np.log(softmax(z)[np.arange(len(y)), y]).mean(), backward


ALL = [
    Case("forward doubles x", writes_in_forward, None, x34, ("mutates",), None, 0),
    Case("relu in place", writes_in_relu, None, x34, ("mutates",), None, 0),
    Case("backward writes x", writes_in_backward, None, x34, ("mutates",), None, 0),
    Case("backward writes W", writes_to_weights, None, normal((3, 4), (4, 2)), ("mutates",), None, 1),
    Case("backward writes g", writes_to_upstream, None, x34, ("mutates",), None, 0),
    Case("forward sorts", sorts_its_input, None, normal((6,)), ("mutates",), None, 0),
    Case("forward centres", normalises_in_place, None, normal((6,), (6,)), ("mutates",), None, 0),
    Case("accumulates", accumulates, None, x34, ("stateful",), None, 0),
    Case("accumulates globally", accumulates_globally, None, x34, ("stateful",), None, 0),
    Case("caches globally", caches_globally, None, x34, ("stateful",), None, 0),
    Case("dropout", dropout, None, x34, ("stateful",), None, 0),
    Case("noisy backward", noisy_backward, None, x34, ("stateful",), None, 0),
    Case("pops its cache", pops_its_cache, None, x34, ("stateful",), None, 0),
    Case("subtracts in place", subtracts_in_place, None,
         lambda rng: (rng.standard_normal((5, 3)), rng.integers(3, size=5)), ("stateful", "mutates"), None, 0),
]  # fmt: skip
