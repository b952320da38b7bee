"""Mistakes of kernels that have a name because of where they lie: a term, an axis, the place of an entry."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from nnmath.gradcheck import check_gradients


@dataclass(frozen=True)
class Bug:
    """A forward pass, a wrong backward pass, the shapes of the inputs, which gradient is wrong, and what it is called.

    Attributes
    ----------
    name : str
    forward, wrong : callable
        ``wrong(upstream, *inputs)``.
    shapes : tuple of tuple of int
    input : int
    cause, message : str
        The message holds this.
    """

    name: str
    forward: Callable[..., Any]
    wrong: Callable[..., Any]
    shapes: tuple[tuple[int, ...], ...]
    input: int
    cause: str
    message: str


def mean(x: Any) -> Any:
    return x.mean(axis=-1, keepdims=True)


def layer_norm(x: Any, w: Any, b: Any) -> Any:
    centred = x - mean(x)
    return centred / np.sqrt(mean(centred**2) + 1e-5) * w + b


def bias_left_in(g: Any, x: Any, w: Any, b: Any) -> Any:
    """What is normalised is taken from the output, and the bias is not subtracted."""
    centred = x - mean(x)
    rstd, normed, wdy = 1 / np.sqrt(mean(centred**2) + 1e-5), layer_norm(x, w, b) / w, g * w
    return rstd * (wdy - mean(wdy) - normed * mean(wdy * normed)), (g * normed).sum(axis=0), g.sum(axis=0)


def rms_norm(x: Any, w: Any) -> Any:
    return x / np.sqrt(mean(x * x) + 1e-6) * (1 + w)


def without_offset(g: Any, x: Any, w: Any) -> Any:
    rrms = 1 / np.sqrt(mean(x * x) + 1e-6)
    wdy, normed = g * w, x * rrms
    return rrms * (wdy - normed * mean(wdy * normed)), (g * normed).sum(axis=0)


def group_norm(x: Any) -> Any:
    centred = x - mean(x)
    return centred / np.sqrt(mean(centred**2) + 1e-5)


def fewer_in_the_mean(g: Any, x: Any) -> Any:
    """The sums over a group are divided by the channels, and not by the positions."""
    centred = x - mean(x)
    rstd = 1 / np.sqrt(mean(centred**2) + 1e-5)
    normed, count = centred * rstd, 2
    return rstd * (g - (g.sum(axis=-1, keepdims=True) + normed * (g * normed).sum(axis=-1, keepdims=True)) / count)


def weight_norm(x: Any, v: Any) -> Any:
    return x @ (v / np.sqrt((v * v).sum(axis=0)))


def unprojected(g: Any, x: Any, v: Any) -> Any:
    length = np.sqrt((v * v).sum(axis=0))
    return g @ (v / length).T, x.T @ g / length


def cosine(x: Any, y: Any) -> Any:
    return (x * y).sum(axis=-1) / np.sqrt((x * x).sum(axis=-1) * (y * y).sum(axis=-1))


def length_constant(g: Any, x: Any, y: Any) -> Any:
    root = np.sqrt((x * x).sum(axis=-1) * (y * y).sum(axis=-1))
    projected = y * ((x * y).sum(axis=-1) / (y * y).sum(axis=-1))[:, None]
    return (g / root)[:, None] * y, (g / root)[:, None] * (x - projected)


def rotary(x: Any) -> Any:
    """Neighbours are turned together."""
    angle = np.arange(1.0, 4.0)
    one, other = x[..., ::2], x[..., 1::2]
    turned = [one * np.cos(angle) - other * np.sin(angle), one * np.sin(angle) + other * np.cos(angle)]
    return np.stack(turned, axis=-1).reshape(x.shape)


def halves(g: Any, x: Any) -> Any:
    """As if the halves were turned together."""
    angle = np.arange(1.0, 4.0)
    one, other = g[..., :3], g[..., 3:]
    turned = [one * np.cos(angle) + other * np.sin(angle), other * np.cos(angle) - one * np.sin(angle)]
    return np.concatenate(turned, axis=-1)


def largest(x: Any) -> Any:
    return x.reshape(len(x), -1, 2).max(axis=-1)


def to_both(g: Any, x: Any) -> Any:
    return np.repeat(g, 2, axis=-1) / 2


def correlation(x: Any, w: Any) -> Any:
    return sum(w[k] * x[k : len(x) - 2 + k] for k in range(3))


def off_by_one(g: Any, x: Any, w: Any) -> Any:
    dx = np.zeros_like(x)
    for k in range(3):
        dx[k : len(x) - 2 + k] += w[k] * g
    return dx, np.array([(g * x[k : len(x) - 2 + k]).sum(axis=0) for k in (1, 2, 0)])


def logsumexp(x: Any) -> Any:
    return np.log(np.exp(x).sum(axis=-1))


def rescaled(g: Any, x: Any) -> Any:
    return g[:, None] * np.exp(x - logsumexp(x)[:, None] + 0.01 * x.max(axis=-1, keepdims=True))


BUGS = [
    Bug("a bias left in", layer_norm, bias_left_in, ((4, 6), (6,), (6,)), 1, "missing", "It is right where b is 0"),
    Bug("an offset forgotten", rms_norm, without_offset, ((4, 5), (5,)), 0, "missing", "1 + w in place of w"),
    Bug("sums divided by too little", group_norm, fewer_in_the_mean, ((3, 8),), 0, "missing", "Terms are missing"),
    Bug("no projection", weight_norm, unprojected, ((4, 3), (3, 5)), 1, "missing", "One term is missing"),
    Bug("a norm for a constant", cosine, length_constant, ((5, 4), (5, 4)), 0, "missing", "points along x itself"),
    Bug("halves for neighbours", rotary, halves, ((2, 6),), 0, "transpose", "depends on x[0, 0] and x[0, 1]"),
    Bug("both of a pair", largest, to_both, ((3, 8),), 0, "mask", "share it"),
    Bug("off by one", correlation, off_by_one, ((8, 2), (3, 2)), 1, "transpose", "shifted by one along axis 0"),
    Bug("another factor a row", logsumexp, rescaled, ((4, 6),), 0, "scale", "The gradient of each output is"),
]


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_it_is_found_and_named(bug: Bug) -> None:
    rng = np.random.default_rng(3)
    report = check_gradients(bug.forward, *(rng.standard_normal(shape) for shape in bug.shapes), backward=bug.wrong)
    finding = next(finding for finding in report.findings if finding.input == bug.input)
    assert finding.cause == bug.cause, str(report)
    assert bug.message in finding.message
