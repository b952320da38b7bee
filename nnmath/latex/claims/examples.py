"""Examples: sizes for the dimensions and values for the inputs, some of them awkward, drawn by Hypothesis."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from nnmath.latex.errors import Place
from nnmath.latex.numbers import balls
from nnmath.latex.numbers.tensor import Tensor
from nnmath.latex.symbols.scope import Scope
from nnmath.latex.symbols.table import Domain, Symbol

LARGEST_SIZE = 4

#: So many examples come first in which nothing is awkward and all dimensions differ.
PLAIN_EXAMPLES = 2

_TINY = Fraction(1, 10**6)
_AWKWARD = [Fraction(0), Fraction(1), Fraction(-1), _TINY, -_TINY]
_SATURATED = [Fraction(30), Fraction(-30), Fraction(700), Fraction(-700)]

#: Nothing is stored between runs and nothing is random: the same file gives the same verdict.
SETTINGS = settings(
    database=None,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
    print_blob=False,
    verbosity=Verbosity.quiet,
)


@dataclass(frozen=True)
class Example:
    """One example: exact values, so that they can be used at any precision.

    Attributes
    ----------
    sizes : dict
        The dimensions.
    values : dict
        For each input a flat tuple of fractions and its shape.
    """

    sizes: dict[str, int]
    values: dict[str, tuple[tuple[Fraction, ...], tuple[int, ...]]]

    def tensors(self) -> dict[str, Tensor]:
        """Return the inputs at the precision that mpmath is set to."""
        return {name: Tensor((), _array(flat, shape)) for name, (flat, shape) in self.values.items()}


def _array(flat: Sequence[Fraction], shape: tuple[int, ...]) -> Any:
    data = np.empty(len(flat), dtype=object)
    data[:] = [balls.ball(value) for value in flat]
    return data.reshape(shape)


def inputs_of(scope: Scope) -> list[Symbol]:
    """Return everything that needs a value: the inputs, and the letters that functions were defined with."""
    variables = [_variable(name) for name in sorted(scope.parameters)]
    return [*scope.inputs.values(), *variables]


def _variable(name: str) -> Symbol:
    return Symbol(name, None, name, "", (), Domain("real"), "any number", Place(1, 1))


def examples(scope: Scope, count: int, seed_: int) -> list[Example]:
    """Return `count` examples: two plain ones whose dimensions all differ, then what Hypothesis draws.

    The first that it draws is the simplest there is, in which every real number is 0. Each of the others is the outcome
    of a search of its own, because within one search Hypothesis likes to stay near what it had.
    """
    found = [distinct(scope, seed_ + i) for i in range(PLAIN_EXAMPLES)]
    found += _draw(drawn(scope), seed_)[:1]
    found += [_draw(drawn(scope, awkwardness=i % 3), 1000 * seed_ + i)[-1] for i in range(count - len(found))]
    return found[:count]


def _draw(strategy: SearchStrategy[Example], seed_: int) -> list[Example]:
    """Draw two examples, of which the first is the simplest there is."""
    tried: list[Example] = []

    @seed(seed_)
    @settings(SETTINGS, max_examples=2, phases=[Phase.generate])
    @given(strategy)
    def collect(example: Example) -> None:
        tried.append(example)

    collect()
    return tried


def distinct(scope: Scope, seed_: int) -> Example:
    """Return an example without anything awkward in it, in which all dimensions differ and none is 1."""
    generator = random.Random(seed_)
    dimensions = sorted(scope.dimensions)
    sizes = list(range(2, 2 + len(dimensions)))
    generator.shuffle(sizes)
    size = dict(zip(dimensions, sizes, strict=True))
    values = {}
    for symbol in inputs_of(scope):
        shape = tuple(size[dimension] for dimension in symbol.shape)
        count = int(np.prod(shape, dtype=int))
        values[symbol.name] = tuple(_plain(symbol.domain, shape, size, count, generator)), shape
    return Example(size, values)


def _plain(
    domain: Domain, shape: tuple[int, ...], size: dict[str, int], count: int, generator: random.Random
) -> list[Fraction]:
    if domain.kind == "distribution":
        weights = [Fraction(generator.randint(1, 60)) for _ in range(count)]
        return _normalised(weights, shape)
    choices = _entries(domain, _classes(domain, size))
    return [generator.choice(choices) for _ in range(count)]


@cache
def _entries(domain: Domain, classes: int) -> tuple[Fraction, ...]:
    """Return plain values for one entry, the simplest first."""
    if domain.kind == "constant":
        assert domain.low is not None
        return (domain.low,)
    if domain.kind == "label":
        return tuple(Fraction(i) for i in range(1, classes + 1))
    if domain.kind == "integer":
        return tuple(Fraction(i) for i in (0, 1, -1, 2, -2, 3, -3, 5))
    if domain.low is None:
        simple = [Fraction(i) for i in (0, 1, -1, 2, -2, 3, -3)]
        return (*simple, *(Fraction(i * sign, 100) for i in range(1, 300) for sign in (1, -1)))
    if domain.high is None:
        return tuple(domain.low + Fraction(i, 100) for i in (100, 200, *range(1, 300)))
    return tuple(domain.low + (domain.high - domain.low) * Fraction(i, 100) for i in (50, 25, *range(1, 100)))


def _classes(domain: Domain, size: dict[str, int]) -> int:
    return size.get(domain.classes) or int(domain.classes or 0)


def _normalised(weights: Sequence[Fraction], shape: tuple[int, ...]) -> list[Fraction]:
    """Scale weights to sum to 1 along the last axis."""
    last = shape[-1] if shape else 1
    rows = [weights[i : i + last] for i in range(0, len(weights), last)]
    return [weight / sum(row) for row in rows for weight in row]


@st.composite
def drawn(draw: st.DrawFn, scope: Scope, awkwardness: int = 2) -> Example:
    """Draw an example: small dimensions, and values that are plain (0), awkward (1) or large as well (2)."""
    sizes = {dimension: draw(st.integers(1, LARGEST_SIZE)) for dimension in sorted(scope.dimensions)}
    values = {}
    for symbol in inputs_of(scope):
        shape = tuple(sizes[dimension] for dimension in symbol.shape)
        values[symbol.name] = (
            tuple(draw(_flat(symbol.domain, shape, _classes(symbol.domain, sizes), awkwardness))),
            shape,
        )
    return Example(sizes, values)


@cache
def _flat(domain: Domain, shape: tuple[int, ...], classes: int, awkwardness: int) -> SearchStrategy[list[Fraction]]:
    """Draw the entries of one array. Cached, because Hypothesis validates every strategy that is new to it."""
    count = int(np.prod(shape, dtype=int))
    if domain.kind == "distribution":
        last = shape[-1] if shape else 1
        weights = st.lists(st.integers(0 if awkwardness else 1, 9), min_size=last, max_size=last).filter(any)
        rows = st.lists(weights, min_size=count // last, max_size=count // last)
        return rows.map(lambda drawn: _normalised([Fraction(w) for w in itertools.chain(*drawn)], shape))
    plain = _entries(domain, classes)
    special = [value for value in _awkward(domain, awkwardness) if domain.holds(value)]
    entry = st.sampled_from([*plain[:20], *special] if special else plain)
    each = st.lists(entry, min_size=count, max_size=count)
    alike = entry.map(lambda value: [value] * count)
    return st.one_of(each, each.map(list), alike) if awkwardness else each


def _awkward(domain: Domain, awkwardness: int) -> list[Fraction]:
    if domain.kind not in ("real", "interval") or not awkwardness:
        return []
    ends = [end + sign * _TINY for end, sign in ((domain.low, 1), (domain.high, -1)) if end is not None]
    values = [end for end in (domain.low, domain.high) if end is not None] + ends + _AWKWARD
    return values + _SATURATED if awkwardness > 1 else values
