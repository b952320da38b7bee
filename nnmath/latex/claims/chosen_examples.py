"""Which examples a derivation is judged for: plain ones, ones around its thresholds, and what Hypothesis draws."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

import numpy as np
from hypothesis.errors import Unsatisfiable

from nnmath.latex.claims.between_thresholds import between, turns_between
from nnmath.latex.claims.drawn_examples import NO_HINTS, Example, Hints, distinct, drawn, inputs_of
from nnmath.latex.claims.on_axis import on_axes
from nnmath.latex.numbers.work import TooMuchWork, at_most
from nnmath.latex.symbols.dimensions import Dim
from nnmath.latex.symbols.scope import Scope
from nnmath.latex.symbols.table import Symbol
from nnmath.latex.syntax import tree
from nnmath.sampling import draw_examples

#: So many examples come first in which nothing is awkward and all dimensions differ.
PLAIN_EXAMPLES = 2

#: So many examples with small whole numbers are added where a derivative is declared at kinks.
MOST_AT_KINKS = 8

#: How many operations it may take to bring quantities between their thresholds.
MOST_WORK_BETWEEN = 2_000_000


def examples(scope: Scope, count: int, seed: int, hints: Hints = NO_HINTS) -> list[Example]:
    """Return `count` examples: two plain ones whose dimensions all differ, then the `further` ones."""
    return plain_examples(scope, seed, hints)[:count] + further(scope, count, seed, hints)


def plain_examples(scope: Scope, seed: int, hints: Hints = NO_HINTS) -> list[Example]:
    """Return examples in which nothing is awkward and all dimensions differ."""
    return [distinct(scope, seed, i / PLAIN_EXAMPLES, hints) for i in range(PLAIN_EXAMPLES)]


def further(scope: Scope, count: int, seed: int, hints: Hints = NO_HINTS) -> list[Example]:
    """Return what comes behind the plain examples: what Hypothesis draws, and more examples where hints ask for them.

    The first that it draws is the simplest there is, in which every real number is 0. Then examples that are plain,
    that have awkward values, and that have values of all sizes take turns.
    """
    plain = distinct(scope, seed, 0, hints)
    beside = _beside_and_between(plain, scope, hints)
    turns = len(beside)
    found = [beside.pop(turns // 2), beside.pop(0)] if beside else []
    found += _draw(scope, 1, seed)
    each = max(count - PLAIN_EXAMPLES - len(found), 0) // 3 + 2
    tries = [_draw(scope, each, seed, i, hints)[1:] for i in range(3)]
    found += [example for alike in zip(*tries) for example in alike]
    at_kinks = [small_numbers(plain, scope, hints.thresholds, seed, i) for i in range(MOST_AT_KINKS)]
    below = [_below_zero(plain, scope)] if hints.extremes else []
    return found[: max(count - PLAIN_EXAMPLES, 0)] + beside + below + (at_kinks if hints.at_kinks else [])


def _below_zero(example: Example, scope: Scope) -> Example:
    """Return an example whose arrays have no positive entry, where that may be: neither has their largest one."""
    values = dict(example.values)
    for symbol in inputs_of(scope):
        flat, shape = values[symbol.name]
        negative = tuple(-abs(entry) for entry in flat)
        if shape and symbol.domain.is_continuous and all(map(symbol.domain.holds, negative)):
            values[symbol.name] = negative, shape
    return Example(example.sizes, values)


@dataclass(frozen=True)
class _Drawing:
    """What decides which examples Hypothesis draws; with the same of it, they are the same in another scope."""

    scope: Scope = field(compare=False)
    inputs: tuple[Symbol, ...]
    dimensions: frozenset[str]
    lengths: frozenset[tuple[str, tree.Expr]]
    awkwardness: int
    numbers: tuple[Fraction, ...]
    literals: frozenset[tuple[Dim, int]]


def _draw(scope: Scope, count: int, seed: int, awkwardness: int = 2, hints: Hints = NO_HINTS) -> Sequence[Example]:
    """Return what Hypothesis draws; nothing where it finds no sizes for which every dimension is possible."""
    lengths, literals = frozenset(scope.lengths.items()), frozenset(hints.literals.items())
    inputs = tuple(inputs_of(scope))
    drawing = _Drawing(scope, inputs, scope.dimensions, lengths, awkwardness, hints.numbers, literals)
    used = frozenset[str]().union(*map(scope.uses, scope.lengths.values()))
    draw = _draw_again if used & scope.definitions.keys() else _draw_once
    return draw(drawing, count, seed)


def _draw_again(drawing: _Drawing, count: int, seed: int) -> Sequence[Example]:
    hints = Hints(numbers=drawing.numbers, literals=dict(drawing.literals))
    try:
        return draw_examples(drawn(drawing.scope, drawing.awkwardness, hints), count, seed)
    except Unsatisfiable:
        return ()


_draw_once = lru_cache(maxsize=64)(_draw_again)


def _beside_and_between(example: Example, scope: Scope, hints: Hints) -> list[Example]:
    """Return examples around thresholds, in which quantities that are compared lie between any two of theirs."""
    turns = max(turns_around(example, scope, hints), turns_between(hints.quantities))
    found = [around(example, scope, hints.thresholds, i / turns) for i in range(turns)]
    with suppress(TooMuchWork), at_most(MOST_WORK_BETWEEN):
        for i in range(turns if hints.quantities else 0):
            found[i] = between(found[i], scope, hints.quantities, i)
        found += on_axes(example, scope, hints.quantities, hints.thresholds)
    return found


#: What thresholds are multiplied by, for numbers on either side of them, on them and beyond.
BESIDE = tuple(map(Fraction, ("3/2", "-1.01", "1", "0.99", "1.01", "-3/2", "-1")))

#: There are examples at all of these for so many thresholds; between two neighbours for the others as well.
MOST_THRESHOLDS = 4


def turns_around(example: Example, scope: Scope, hints: Hints) -> int:
    """Return how many examples it takes until each number that is compared has been everywhere beside the thresholds.

    At least two, if there are thresholds.
    """
    compared = [one for one in inputs_of(scope) if _may_be_placed(one, scope) and one.name in hints.compared]
    most = max((len(_beside(hints.thresholds, one)) for one in compared), default=len(hints.thresholds))
    fewest = min((len(example.values[one.name][0]) for one in compared), default=most)
    return max(2, -(-most // max(fewest, 1))) if hints.thresholds else 0


def _may_be_placed(symbol: Symbol, scope: Scope) -> bool:
    """Whether an input may be given any number of its domain; not so a stride, which sizes depend on."""
    if symbol.domain.kind == "integer":
        nodes = (node for length in scope.lengths.values() for node in tree.walk(length))
        return all(node != tree.Name(symbol.name, at=node.at) for node in nodes)
    return symbol.domain.is_continuous


def _beside(thresholds: Sequence[Fraction], symbol: Symbol) -> list[Fraction]:
    """Return numbers of a domain on either side of thresholds, on them, and between neighbours, its ends among them."""
    domain = symbol.domain
    if domain.kind == "integer":
        whole = [int(one) + step for one in thresholds for step in (0, 1, -1)]
        numbers = [Fraction(one) for one in whole] + [one for one in (domain.low, domain.high) if one is not None]
        return [number for number in dict.fromkeys(numbers) if domain.holds(number)]
    ends = [end for end in (domain.low, domain.high) if end is not None]
    points = sorted({*thresholds, *ends})
    numbers = [factor * threshold for factor in BESIDE for threshold in thresholds[:MOST_THRESHOLDS]]
    numbers += [(one + other) / 2 for one, other in pairwise(points)]
    return [number for number in numbers if domain.holds(number)]


def around(example: Example, scope: Scope, thresholds: Sequence[Fraction], turn: float) -> Example:
    """Return an example with its real numbers on either side of thresholds, and on them; turns go from 0 to 1."""
    values = dict(example.values)
    for number, symbol in enumerate(inputs_of(scope)):
        flat, shape = values[symbol.name]
        possible = _beside(thresholds, symbol) if _may_be_placed(symbol, scope) else []
        if possible:
            first = number + round(turn * len(possible))
            values[symbol.name] = tuple(possible[(first + i) % len(possible)] for i in range(len(flat))), shape
    return Example(example.sizes, values)


def small_numbers(example: Example, scope: Scope, thresholds: Sequence[Fraction], seed: int, turn: int) -> Example:
    """Return an example with -1, 0, 1 and thresholds for its real numbers, which meet kinks where sums vanish.

    Of three inputs that are single numbers, every choice of those that are 0 has its turn.
    """
    rng = np.random.default_rng([seed, turn])
    values = dict(example.values)
    single = 0
    for symbol in inputs_of(scope):
        flat, shape = values[symbol.name]
        ends = [value for number in (Fraction(1), *thresholds) for value in (number, -number)]
        ends = [value for value in ends if symbol.domain.holds(value)]
        if not ends or not symbol.domain.is_continuous:
            continue
        zero = rng.random(len(flat)) < 1 / 3
        if not shape:
            zero = np.array([bool(turn >> single & 1) if single < 3 else rng.random() < 1 / 2])
            single += 1
        zero = zero & symbol.domain.holds(0)
        chosen = rng.integers(0, len(ends), len(flat))
        values[symbol.name] = tuple(Fraction(0) if z else ends[i] for z, i in zip(zero, chosen, strict=True)), shape
    return Example(example.sizes, values)
