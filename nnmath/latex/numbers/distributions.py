"""Distributions of random numbers: their moments exactly, and nodes with weights for what is no polynomial."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

from flint import arb, ctx

from nnmath.latex.errors import Undefined
from nnmath.latex.numbers import balls, functions, jets
from nnmath.latex.numbers.jets import Array
from nnmath.latex.numbers.work import spend

#: The step of the rule of Takahasi and Mori (1974), as a power of 2: for a function that may bend, and finer ones.
FINE, FINEST = 6, 8

#: How many operations a node takes: three exponentials.
_WORK_FOR_NODE = 60


class Nodes(NamedTuple):
    """Numbers, their weights, and their weights in a coarser rule, whose difference is the error.

    Where the normal distribution is cut off the coarser rule has a weight of its own: what grows so much that something
    lies beyond has a large error.
    """

    numbers: list[Any]
    weights: list[Any]
    coarse: list[Any]


class Distribution(NamedTuple):
    """What a random number is drawn from.

    Attributes
    ----------
    parameters : int
        How many parameters it has.
    moment : callable
        From the parameters and k to the expectation of the kth power.
    nodes : callable
        From the parameters and the step of the rule to nodes and weights: for one number, with as many as it takes for
        functions that bend at 0; for one of several, where the step is None, with fewer, for smooth functions. Every
        other node makes the coarser rule.
    standard : callable or None
        From the parameters to two numbers, with which a random number is the first plus the second times one whose
        distribution does not depend on the parameters.
    """

    parameters: int
    moment: Callable[[tuple[Any, ...], int], Any]
    nodes: Callable[[tuple[Any, ...], int | None], Nodes]
    standard: Callable[..., tuple[Array, Array]] | None = None


def _normal_moment(parameters: tuple[Any, ...], k: int) -> Any:
    mean, variance = parameters
    before, now = balls.ZERO, balls.ONE
    for i in range(k):
        before, now = now, mean * now + i * variance * before
    return now


def _uniform_moment(parameters: tuple[Any, ...], k: int) -> Any:
    low, high = parameters
    return sum((low**i * high ** (k - i) for i in range(k + 1)), balls.ZERO) / (k + 1)


def _bernoulli_moment(parameters: tuple[Any, ...], k: int) -> Any:
    return parameters[0] if k else balls.ONE


def _normal_nodes(parameters: tuple[Any, ...], step: int | None) -> Nodes:
    mean, variance = parameters
    if not variance > 0:
        raise Undefined("the variance of a normal distribution is not positive")
    deviation = variance.sqrt()
    far = arb(ctx.prec * 2).sqrt() + 2  # beyond lies less than the last digit
    density = 1 / (deviation * (2 * arb.pi()).sqrt())
    if step is None:
        return _whole_line(mean, deviation, far)
    ends = _with_zero(mean - far * deviation, mean + far * deviation)
    rule = _rule(step, ends, lambda x: density * (-((x - mean) ** 2) / (2 * variance)).exp())
    beyond = far * (-(far**2) / 2).exp()
    return Nodes([*rule.numbers, ends[0], ends[-1]], [*rule.weights, balls.ZERO, balls.ZERO],
                 [*rule.coarse, beyond, beyond])  # fmt: skip


def _uniform_nodes(parameters: tuple[Any, ...], step: int | None) -> Nodes:
    low, high = parameters
    if not low < high:
        raise Undefined("a uniform distribution begins before it ends")
    ends = [low, high] if step is None else _with_zero(low, high)
    return _rule(step or FINE - 1, ends, lambda _: 1 / (high - low))


def _bernoulli_nodes(parameters: tuple[Any, ...], _: int | None) -> Nodes:
    weights = [1 - parameters[0], parameters[0]]
    return Nodes([balls.ZERO, balls.ONE], weights, weights)


def _with_zero(low: Any, high: Any) -> list[Any]:
    """Return the ends of the pieces of an interval: functions bend at 0 more often than elsewhere."""
    return [low, balls.ZERO, high] if low < 0 < high else [low, high]


def _whole_line(mean: Any, deviation: Any, far: Any) -> Nodes:
    """Return equally spaced nodes: nothing is better for a smooth function under a normal density."""
    step = arb.pi() / arb(2 * ctx.prec).sqrt()  # twice that is exact to the last bit but a few
    last = int(float(far / step)) + 1
    places = [k * step for k in range(-last, last + 1)]
    weights = [step * (-(place**2) / 2).exp() / (2 * arb.pi()).sqrt() for place in places]
    coarse = [2 * weight if k % 2 == 0 else balls.ZERO for k, weight in enumerate(weights, -last)]
    return Nodes([mean + deviation * place for place in places], weights, coarse)


def _rule(step: int, ends: list[Any], density: Callable[[Any], Any]) -> Nodes:
    numbers, weights, coarse = [], [], []
    for low, high in pairwise(ends):
        for place, weight, is_coarse in _unit_rule(ctx.prec, step):
            spend(_WORK_FOR_NODE)
            x = low + (high - low) * place
            numbers.append(x)
            weights.append((high - low) * weight * density(x))
            coarse.append(2 * weights[-1] if is_coarse else balls.ZERO)
    return Nodes(numbers, weights, coarse)


@cache
def _unit_rule(bits: int, fineness: int) -> list[tuple[Any, Any, bool]]:
    """Return the places between 0 and 1, their weights, and whether they belong to the rule with twice the step."""
    step = arb(2) ** -fineness
    found: list[tuple[Any, Any, bool]] = []
    k = 0
    while True:
        grown = arb.pi() / 2 * (k * step).sinh()
        weight = step * arb.pi() / 4 * (k * step).cosh() / grown.cosh() ** 2
        if weight < arb(2) ** (-bits - 8):
            return found
        place = 1 / (1 + (2 * grown).exp())
        found.append((place, weight, k % 2 == 0))
        if k:
            found.append((1 - place, weight, k % 2 == 0))
        k += 1


DISTRIBUTIONS = {
    "normal": Distribution(2, _normal_moment, _normal_nodes, lambda mean, variance: (mean, functions.sqrt(variance))),
    "uniform": Distribution(2, _uniform_moment, _uniform_nodes, lambda low, high: (low, jets.subtract(high, low))),
    "Bernoulli": Distribution(1, _bernoulli_moment, _bernoulli_nodes),
}
