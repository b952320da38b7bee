"""Published mistakes in backward passes of NumPy and JAX, made again."""

from collections.abc import Callable
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
    inputs_of : callable, optional
        Draws the inputs in place of normal numbers of these shapes.
    """

    source: str
    forward: Any
    right: Any
    wrong: Any
    shapes: tuple[tuple[int, ...], ...]
    causes: tuple[str, ...]
    inputs_of: Callable[[np.random.Generator], list[Any]] | None = None

    def inputs(self) -> list[Any]:
        rng = np.random.default_rng(0)
        return self.inputs_of(rng) if self.inputs_of else [rng.standard_normal(shape) for shape in self.shapes]


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


def softplus(m: Any, x: Any) -> Any:
    return m.log(1 + m.exp(x))


def sigmoid(m: Any, x: Any) -> Any:
    return 1 / (1 + m.exp(-x))


def log_of_sum(m: Any, x: Any, b: Any) -> Any:
    return m.log((b * m.exp(x)).sum(axis=-1))


def log_of_sum_b(m: Any, g: Any, x: Any, b: Any) -> Any:
    share = g[:, None] * m.exp(x - log_of_sum(m, x, b)[:, None])
    return share * b, share


def sinc(m: Any, x: Any) -> Any:
    safe = m.where(x == 0, 1.0, x)
    return m.where(x == 0, 1.0, m.sin(safe) / safe)


def sinc_b(m: Any, g: Any, x: Any) -> Any:
    safe = m.where(x == 0, 1.0, x)
    return (g * m.where(x == 0, 0.0, (m.cos(safe) - m.sin(safe) / safe) / safe),)


def prod_b(m: Any, g: Any, x: Any) -> Any:
    return (g * m.stack([m.prod(x[:i]) * m.prod(x[i + 1 :]) for i in range(len(x))]),)


def log_density(m: Any, x: Any, cov: Any) -> Any:
    return -(x @ m.linalg.inv(cov) @ x + m.log(m.linalg.det(cov))) / 2


def log_density_b(m: Any, g: Any, x: Any, cov: Any) -> Any:
    inverse = m.linalg.inv(cov)
    return -g * (inverse + inverse.T) @ x / 2, g * (m.outer(inverse.T @ x, inverse @ x) - inverse.T) / 2


#: Rows that are looked up, one of them three times; and what is left of it where the last one counts alone.
ROWS = np.eye(5)[[1, 3, 1, 0, 1]]
LAST_ROWS = ROWS * np.array([0.0, 1, 0, 1, 1])[:, None]


def every_channel(m: Any, g: Any, x: Any, f: Any) -> Any:
    """A convolution of one pixel: channels of x times filters, (pixels, channels) and (channels, filters)."""
    return g @ f.T, x.T @ g


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
    Bug("jax #3213: the sign of a rule in the documentation", lambda m, x, y: m.sin(x) * y,
        lambda m, g, x, y: (g * m.cos(x) * y, g * m.sin(x)), lambda m, g, x, y: (g * m.cos(x) * y, -g * m.sin(x)),
        ((4,), (4,)), ("sign",)),
    Bug("jax #29485: the 2 of a square forgotten in the documentation", lambda m, x: x**2,
        lambda m, g, x: (g * 2 * x,), lambda m, g, x: (g * x,), ((4,),), ("scale",)),
    Bug("jax #2107: softplus has the slope 0 at 0", softplus, lambda m, g, x: (g * sigmoid(m, x),),
        lambda m, g, x: (g * m.where(x == 0, 0.0, sigmoid(m, x)),), (), ("entries", "missing", "mask"),
        lambda rng: [np.array([-1.5, 0.0, 0.25, 2.0, 1.0])]),
    Bug("jax #22398: logsumexp has no gradient by a weight of 0", log_of_sum, log_of_sum_b,
        lambda m, g, x, b: tuple(m.where(b == 0, 0.0, d) for d in log_of_sum_b(m, g, x, b)), (),
        ("entries", "missing", "mask"),
        lambda rng: [rng.standard_normal((2, 3)), np.array([[1.0, 0.0, 2.0], [0.5, 1.0, 3.0]])]),
    Bug("jax #1722: the gradient of sinc is NaN at 0", sinc, sinc_b,
        lambda m, g, x: (g * (m.cos(x) - m.sin(x) / x) / x,), (), ("nonfinite",),
        lambda rng: [np.array([0.5, 0.0, -1.0])]),
    Bug("autograd #39: an entry that is taken twice gets one gradient", lambda m, x: ROWS @ x,
        lambda m, g, x: (ROWS.T @ g,), lambda m, g, x: (LAST_ROWS.T @ g,), ((5, 2),), ("entries", "missing")),
    Bug("autograd #93: a product divided by an entry that is 0", lambda m, x: m.prod(x), prod_b,
        lambda m, g, x: (g * m.prod(x) / x,), (), ("nonfinite",), lambda rng: [np.array([0.0, 2.0, -1.5])]),
    Bug("autograd #412: the sign of the gradient by a covariance", log_density, log_density_b,
        lambda m, g, x, cov: (log_density_b(m, g, x, cov)[0], -log_density_b(m, g, x, cov)[1]), (), ("sign",),
        lambda rng: [rng.standard_normal(3), np.eye(3) + 0.2 * rng.standard_normal((3, 3))]),
    Bug("autograd #42: the gradient of a norm does not know its axis", norm,
        lambda m, g, x: (g[:, None] * x / norm(m, x)[:, None],),
        lambda m, g, x: (g[:, None] * x / m.sqrt((x * x).sum()),), ((3, 4),), ("axis",)),
    Bug("tidy3d #2607: the gradient for ones, times the upstream gradient", product,
        lambda m, g, x, w: (g @ w.T, x.T @ g), lambda m, g, x, w: (g * (m.ones_like(g) @ w.T), x.T @ g),
        ((2, 4), (4, 4)), ("missing",)),
    Bug("neon #111: the gradient goes to the channel of the output", product, every_channel,
        lambda m, g, x, f: ((g @ f.T)[:, [1, 1, 1]], x.T @ g), ((4, 3), (3, 2)), ("axis", "transpose", "unknown")),
    Bug("jax #13048: a rule that negates what it is given", lambda m, x: m.cos(x),
        lambda m, g, x: (-g * m.sin(x),), lambda m, g, x: (g * m.sin(x),), ((4,),), ("sign",)),
]  # fmt: skip
each = pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.source)


def of_numpy(bug: Bug, backward: Any) -> Any:
    return check_gradients(lambda *x: bug.forward(np, *x), *bug.inputs(), backward=lambda g, *x: backward(np, g, *x))


def of_jax(bug: Bug, backward: Any) -> Any:
    jax = pytest.importorskip("jax")
    rule: Any = jax.custom_vjp(lambda *x: bug.forward(jax.numpy, *x))
    rule.defvjp(lambda *x: (bug.forward(jax.numpy, *x), x), lambda x, g: backward(jax.numpy, g, *x))
    return check_gradients(rule, *bug.inputs())


@pytest.mark.long_list
@each
@pytest.mark.parametrize("check", [of_numpy, of_jax])
def test_a_mistake_is_caught_and_named(bug: Bug, check: Any) -> None:
    (finding,) = check(bug, bug.wrong).findings
    assert finding.cause in bug.causes, finding


@pytest.mark.long_list
@each
@pytest.mark.parametrize("check", [of_numpy, of_jax])
def test_the_right_one_is_not_blamed(bug: Bug, check: Any) -> None:
    report = check(bug, bug.right)
    assert report.ok, str(report)
