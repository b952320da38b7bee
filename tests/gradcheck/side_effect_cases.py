"""Backward passes that write to their inputs, or that depend on earlier calls: (value, backward) in one function."""

from typing import Any

import numpy as np

from tests.gradcheck.gradient_case import Case, normal
from tests.gradcheck.passes import sigmoid, softmax
from tests.gradcheck.wrong_cases import x34

CACHE: dict[str, Any] = {}
TOTAL = np.zeros((3, 4))
RANDOM = np.random.default_rng(0)


def writes_in_forward(x: Any) -> Any:
    x *= 2
    return x.copy(), lambda g: 2 * g


def writes_in_relu(x: Any) -> Any:
    x[x < 0] = 0
    return x.copy(), lambda g: g * (x > 0)


def writes_in_backward(x: Any) -> Any:
    a = np.tanh(x)

    def backward(g: Any) -> Any:
        x[:] = 1 - a**2
        return g * x

    return a, backward


def writes_to_weights(x: Any, W: Any) -> Any:
    def backward(g: Any) -> Any:
        d = g @ W.T
        W[...] = 0
        return d, x.T @ g

    return x @ W, backward


def writes_to_upstream(x: Any) -> Any:
    a = np.tanh(x)

    def backward(g: Any) -> Any:
        g *= 1 - a**2
        return g

    return a, backward


def writes_to_one_of_two_upstreams(x: Any) -> Any:
    def backward(g: Any, of_double: Any) -> Any:
        g *= np.cos(x)
        g += 2 * of_double
        return g

    return (np.sin(x), 2 * x), backward


def sorts_its_input(x: Any) -> Any:
    x.sort()
    return x.sum(), lambda g: g * np.ones_like(x)


def normalises_in_place(x: Any, t: Any) -> Any:
    x -= x.mean()
    return (x * t).sum(), lambda g: (g * (t - t.mean()),)


def accumulates(x: Any) -> Any:
    total = np.zeros_like(x)

    def backward(g: Any) -> Any:
        nonlocal total
        total = total + g * np.cos(x)
        return total

    return np.sin(x), backward


def accumulates_globally(x: Any) -> Any:
    def backward(g: Any) -> Any:
        TOTAL[...] += g * 2
        return TOTAL.copy()

    return 2 * x, backward


def caches_globally(z: Any) -> Any:
    CACHE["a"] = sigmoid(z)
    return CACHE["a"].copy(), lambda g: g * CACHE["a"] * (1 - CACHE["a"])


def dropout(x: Any) -> Any:
    keep = RANDOM.random(x.shape) > 0.5
    return x * keep, lambda g: g * keep


def noisy_backward(x: Any) -> Any:
    return 2 * x, lambda g: 2 * g + 1e-3 * RANDOM.standard_normal(x.shape)


def pops_its_cache(z: Any) -> Any:
    cache = [softmax(z)]

    def backward(g: Any) -> Any:
        p = cache[0]
        cache[0] = np.ones_like(p)
        return p * (g - (g * p).sum(1, keepdims=True))

    return softmax(z), backward


def subtracts_in_place(z: Any, y: Any) -> Any:
    p = softmax(z)

    def backward(g: Any) -> Any:
        p[np.arange(len(y)), y] -= 1
        return g * p / len(y)

    return -np.log(softmax(z)[np.arange(len(y)), y]).mean(), backward


ALL = [
    Case("writes to one of two upstreams", writes_to_one_of_two_upstreams, None, x34, ("mutates",), None, 0),
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
