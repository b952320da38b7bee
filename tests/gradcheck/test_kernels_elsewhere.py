"""Published mistakes in backward passes of NumPy and JAX, made again."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from nnmath.gradcheck import check_gradients


@dataclass(frozen=True)
class Bug:
    """A forward pass, a right and a wrong backward pass, inputs, and what the mistake may be called.

    Attributes
    ----------
    source : str
        Where it was reported, or who warns of it.
    forward : callable
    right, wrong : callable
        ``backward(upstream, *inputs)``, with the array module first.
    shapes : tuple of tuple of int
    causes : tuple of str
    """

    source: str
    forward: Any
    right: Any
    wrong: Any
    shapes: tuple[tuple[int, ...], ...]
    causes: tuple[str, ...]

    def inputs(self) -> list[Any]:
        rng = np.random.default_rng(0)
        return [rng.standard_normal(shape) for shape in self.shapes]


def softmax(m: Any, z: Any) -> Any:
    e = m.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_b(m: Any, g: Any, z: Any) -> Any:
    p = softmax(m, z)
    return (p * (g - (p * g).sum(axis=-1, keepdims=True)),)


def batch_norm(m: Any, x: Any) -> Any:
    return (x - x.mean(axis=0)) / m.sqrt(x.var(axis=0) + 1e-5)


def batch_norm_b(m: Any, g: Any, x: Any) -> Any:
    n, scale = batch_norm(m, x), 1 / m.sqrt(x.var(axis=0) + 1e-5)
    return (scale * (g - g.mean(axis=0) - n * (g * n).mean(axis=0)),)


def norm(m: Any, x: Any) -> Any:
    return m.sqrt((x * x).sum(axis=-1))


def product(m: Any, x: Any, w: Any) -> Any:
    return x @ w


BUGS = [
    Bug("CS231n, notes on backpropagation: the Jacobian of softmax is not diagonal", softmax, softmax_b,
        lambda m, g, z: (g * softmax(m, z) * (1 - softmax(m, z)),), ((3, 4),), ("missing",)),
    Bug("CS231n, assignment 2: the mean and the variance depend on x, too", batch_norm, batch_norm_b,
        lambda m, g, x: (g / m.sqrt(x.var(axis=0) + 1e-5),), ((5, 3),), ("missing",)),
    Bug("the gradient of a norm without its division", norm, lambda m, g, x: (g[:, None] * x / norm(m, x)[:, None],),
        lambda m, g, x: (g[:, None] * x,), ((3, 4),), ("scale", "unknown")),
    Bug("a product that takes a square matrix for its transpose", product, lambda m, g, x, w: (g @ w.T, x.T @ g),
        lambda m, g, x, w: (g @ w, x.T @ g), ((2, 4), (4, 4)), ("transpose",)),
    Bug("logsumexp that ignores its upstream gradient", lambda m, z: m.log(m.exp(z).sum(axis=-1)),
        lambda m, g, z: (g[:, None] * softmax(m, z),), lambda m, g, z: (softmax(m, z) + 0 * g[:, None],), ((3, 4),),
        ("upstream",)),
]  # fmt: skip
each = pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.source)


def of_numpy(bug: Bug, backward: Any) -> Any:
    return check_gradients(lambda *x: bug.forward(np, *x), *bug.inputs(), backward=lambda g, *x: backward(np, g, *x))


def of_jax(bug: Bug, backward: Any) -> Any:
    jax = pytest.importorskip("jax")
    rule: Any = jax.custom_vjp(lambda *x: bug.forward(jax.numpy, *x))
    rule.defvjp(lambda *x: (bug.forward(jax.numpy, *x), x), lambda x, g: backward(jax.numpy, g, *x))
    return check_gradients(rule, *bug.inputs())


@each
@pytest.mark.parametrize("check", [of_numpy, of_jax])
def test_a_mistake_is_caught_and_named(bug: Bug, check: Any) -> None:
    (finding,) = check(bug, bug.wrong).findings
    assert finding.cause in bug.causes, finding


@each
@pytest.mark.parametrize("check", [of_numpy, of_jax])
def test_the_right_one_is_not_blamed(bug: Bug, check: Any) -> None:
    report = check(bug, bug.right)
    assert report.ok, str(report)
