"""Examples: sizes for the dimensions and values for the inputs, some of them awkward, drawn by Hypothesis.

What is drawn, and in what order of simplicity, is decided in `nnmath.sampling`; here it becomes exact numbers for the
equations, whose labels count from 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from nnmath.latex.errors import Place, Undefined
from nnmath.latex.numbers import balls
from nnmath.latex.numbers.tensor import Tensor
from nnmath.latex.semantics.evaluation import Environment
from nnmath.latex.symbols.dimensions import Dim
from nnmath.latex.symbols.scope import Scope
from nnmath.latex.symbols.table import Symbol
from nnmath.latex.syntax import tree
from nnmath.sampling import Domain, distinct_entries, draw_examples, exact_entries, in_equations
from nnmath.sampling.shapes import distinct_sizes, shape_of

#: The largest size of a dimension; the smaller one where there are many, whose product would be large.
LARGEST_SIZE, SIZE_OF_MANY, MANY = 4, 3, 6

#: In plain examples so many dimensions differ; more of them would make arrays that are too large to be computed with.
MOST_DISTINCT = 5
FEW_SIZES = (2, 3, 4)

#: How large a dimension may become that others define, and how often sizes are drawn for them.
LARGEST_LENGTH = 12
MOST_TRIES = 60
TRIES_OF_ONE_SIZE = 8

#: So many examples come first in which nothing is awkward and all dimensions differ.
PLAIN_EXAMPLES = 2

#: So many examples with small whole numbers are added where a derivative is declared at kinks.
MOST_AT_KINKS = 8

#: The kinds of domains of real numbers that may lie anywhere.
_REAL = ("real", "nonzero", "interval")

#: Real numbers are drawn over all scales up to here, where exponentials leave the range of double precision.
LARGEST = 700


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
    numbers_first = sorted(scope.inputs.values(), key=lambda symbol: bool(scope.lengths and symbol.shape))
    return [*numbers_first, *variables]


def _variable(name: str) -> Symbol:
    return Symbol(name, None, name, "", (), Domain("real"), "any number", Place(1, 1))


@dataclass(frozen=True)
class Hints:
    """What stands in a file and matters for where to draw.

    Attributes
    ----------
    numbers : tuple of Fraction
        Its constants and thresholds: values are drawn on them, beside them and beyond them.
    literals : dict
        For dimensions the largest number that stands as an index: they are drawn longer than that, too.
    thresholds : tuple of Fraction
        The positive numbers that something is compared with: for each there are examples on either side of it.
    compared : frozenset of str
        What comparisons depend on: each such input is on either side of each threshold, whatever the others are.
    at_kinks : bool
        Whether what is declared at kinks makes a difference, so that there are examples at kinks.
    """

    numbers: tuple[Fraction, ...] = ()
    literals: Mapping[Dim, int] = field(default_factory=dict)
    thresholds: tuple[Fraction, ...] = ()
    compared: frozenset[str] = frozenset()
    at_kinks: bool = False


def examples(scope: Scope, count: int, seed: int, hints: Hints = Hints()) -> list[Example]:
    """Return `count` examples: two plain ones whose dimensions all differ, then what Hypothesis draws.

    The first that it draws is the simplest there is, in which every real number is 0. Then examples that are plain,
    that have awkward values, and that have values of all sizes take turns.
    """
    found = [distinct(scope, seed, i / PLAIN_EXAMPLES, hints.literals) for i in range(PLAIN_EXAMPLES)]
    turns = turns_around(found[0], scope, hints)
    beside = [around(found[0], scope, hints.thresholds, i / turns) for i in range(turns)]
    found += [beside.pop(turns // 2), beside.pop(0)] if beside else []
    found += draw_examples(drawn(scope), 1, seed)
    each = max(count - len(found), 0) // 3 + 2
    tries = [draw_examples(drawn(scope, i, hints), each, seed)[1:] for i in range(3)]
    found += [example for alike in zip(*tries) for example in alike]
    at_kinks = [small_numbers(found[0], scope, hints.thresholds, seed, i) for i in range(MOST_AT_KINKS)]
    return found[:count] + beside + (at_kinks if hints.at_kinks else [])


def distinct(scope: Scope, seed: int, shift: float = 0, literals: Mapping[Dim, int] = MappingProxyType({})) -> Example:
    """Return an example without anything awkward in it, in which all dimensions differ and none is 1.

    Examples of one seed and different shifts, from 0 to 1, have numbers from different parts of each domain. Dimensions
    that others define may take these to be larger, each time a little more.
    """
    rng = np.random.default_rng(seed)
    found: Example | None = None
    for tried in range(MOST_TRIES):
        example = _general(scope, rng, shift, literals, tried // TRIES_OF_ONE_SIZE if scope.lengths else 0)
        found = found or example
        if example and _in_general_position(example, scope, literals):
            return example
    if found is None:
        raise Undefined("no sizes were found for which the dimensions that are defined by others are at least 1")
    return found


def _general(
    scope: Scope, rng: np.random.Generator, shift: float, literals: Mapping[Dim, int], growth: int
) -> Example | None:
    """Draw sizes and values; None where a dimension that others define is not possible with them."""
    dimensions = tuple(sorted(scope.dimensions - scope.lengths.keys()))
    few = [FEW_SIZES[i % len(FEW_SIZES)] for i in range(len(dimensions))]
    free = few if len(dimensions) > MOST_DISTINCT else distinct_sizes([dimensions])
    sizes = dict(zip(dimensions, (int(size) for size in rng.permutation(free))))
    nodes = [node for length in scope.lengths.values() for node in tree.walk(length) if growth]
    growing = {node.name for node in nodes if isinstance(node, tree.Name)}
    grown = {dim: size + (int(rng.integers(growth + 1)) if dim in growing else 0) for dim, size in sizes.items()}
    sizes = {dim: _beyond(size, literals.get(dim, 0), len(sizes)) for dim, size in grown.items()}
    values: dict[str, tuple[tuple[Fraction, ...], tuple[int, ...]]] = {}
    for symbol in inputs_of(scope):
        if not sizes.keys() >= set(symbol.shape):
            lengths = _lengths(scope, sizes, values)
            if lengths is None:
                return None
            sizes |= lengths
        shape = shape_of(symbol.shape, sizes)
        entries = distinct_entries(symbol.domain, shape, sizes, rng, shift=shift)
        values[symbol.name] = _counted(symbol.domain, entries), shape
    return Example(sizes, values) if _lengths(scope, sizes, values) is not None else None


def _in_general_position(example: Example, scope: Scope, literals: Mapping[Dim, int]) -> bool:
    """Whether no dimension and no whole number, such as a stride, is one that hides mistakes."""
    whole = [symbol.name for symbol in scope.inputs.values() if symbol.domain.kind == "integer" and not symbol.shape]
    sizes = example.sizes | (_lengths(scope, example.sizes, example.values) or {})
    return all(size > max(1, literals.get(dim, 0) - 1) for dim, size in sizes.items()) and all(
        example.values[name][0][0] not in (0, 1) for name in whole
    )


#: What thresholds are multiplied by, for numbers on either side of them, on them and beyond.
BESIDE = tuple(map(Fraction, ("3/2", "-1.01", "1", "0.99", "-3/2", "-1")))


def turns_around(example: Example, scope: Scope, hints: Hints) -> int:
    """Return how many examples it takes until each number that is compared has been everywhere beside the thresholds.

    At least two, if there are thresholds.
    """
    compared = [one.name for one in inputs_of(scope) if one.domain.kind in _REAL and one.name in hints.compared]
    fewest = min((len(example.values[name][0]) for name in compared), default=1)
    return max(2, -(-len(_beside(hints.thresholds)) // max(fewest, 1))) if hints.thresholds else 0


def _beside(thresholds: Sequence[Fraction]) -> list[Fraction]:
    """Return numbers on either side of thresholds, on them, and between each two neighbours."""
    between = [(one + other) / 2 for one, other in pairwise(sorted(thresholds))]
    return [factor * threshold for factor in BESIDE for threshold in thresholds] + between


def around(example: Example, scope: Scope, thresholds: Sequence[Fraction], turn: float) -> Example:
    """Return an example with its real numbers on either side of thresholds, and on them; turns go from 0 to 1."""
    near = _beside(thresholds)
    values = dict(example.values)
    for number, symbol in enumerate(inputs_of(scope)):
        flat, shape = values[symbol.name]
        possible = [value for value in near if symbol.domain.holds(value)]
        if possible and symbol.domain.kind in _REAL:
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
        if not ends or symbol.domain.kind not in _REAL:
            continue
        zero = rng.random(len(flat)) < 1 / 3
        if not shape:
            zero = np.array([bool(turn >> single & 1) if single < 3 else rng.random() < 1 / 2])
            single += 1
        zero = zero & symbol.domain.holds(0)
        chosen = rng.integers(0, len(ends), len(flat))
        values[symbol.name] = tuple(Fraction(0) if z else ends[i] for z, i in zip(zero, chosen, strict=True)), shape
    return Example(example.sizes, values)


def _beyond(size: int, literal: int, count: int) -> int:
    """Return a size beyond a number that stands as an index, still another one for each dimension."""
    return size if size > literal else literal + size - 1 if count > 1 else literal + 1


def _lengths(
    scope: Scope, sizes: dict[str, int], values: Mapping[str, tuple[tuple[Fraction, ...], tuple[int, ...]]]
) -> dict[str, int] | None:
    """Return the sizes of the dimensions that others define; None where one of them is not possible."""
    if not scope.lengths:
        return {}
    numbers = {name: Tensor((), _array(flat, ())) for name, (flat, shape) in values.items() if not shape}
    environment = Environment(scope, sizes, numbers)
    try:
        lengths = {dimension: environment.size(dimension) for dimension in scope.lengths}
    except Undefined:
        return None
    return lengths if max(lengths.values()) <= LARGEST_LENGTH else None


@st.composite
def drawn(draw: st.DrawFn, scope: Scope, awkwardness: int = 2, hints: Hints = Hints()) -> Example:
    """Draw an example: small dimensions, and values that are plain (0), awkward (1) or of all sizes as well (2).

    On `hints`, such as the constants and thresholds of a file, beside them and beyond them values are drawn too.
    """
    dimensions = sorted(scope.dimensions - scope.lengths.keys())
    largest = LARGEST_SIZE if len(dimensions) < MANY else SIZE_OF_MANY
    sizes = {dim: draw(st.integers(1, max(largest, hints.literals.get(dim, 0) + 1))) for dim in dimensions}
    values: dict[str, tuple[tuple[Fraction, ...], tuple[int, ...]]] = {}
    for symbol in inputs_of(scope):
        if not sizes.keys() >= set(symbol.shape):
            lengths = _lengths(scope, sizes, values)
            assume(lengths is not None)
            sizes |= lengths or {}
        shape = shape_of(symbol.shape, sizes)
        strategy = exact_entries(
            symbol.domain, shape, sizes, awkwardness=awkwardness, largest=LARGEST, hints=hints.numbers
        )
        values[symbol.name] = _counted(symbol.domain, draw(strategy)), shape
    assume(_lengths(scope, sizes, values) is not None)
    return Example(sizes, values)


def _counted(domain: Domain, entries: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """Count labels as equations do."""
    return tuple(in_equations(domain, entry) for entry in entries)
