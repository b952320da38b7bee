"""Examples: sizes for the dimensions and values for the inputs, some of them awkward, drawn by Hypothesis.

What is drawn, and in what order of simplicity, is decided in `nnmath.sampling`; here it becomes exact numbers for the
equations, whose labels count from 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from nnmath.latex.claims.quantities import Quantity
from nnmath.latex.errors import DerivationError, Place, Undefined
from nnmath.latex.numbers import balls
from nnmath.latex.numbers.tensor import Tensor
from nnmath.latex.numbers.work import not_counted
from nnmath.latex.semantics.evaluation import Environment
from nnmath.latex.symbols.dimensions import Dim
from nnmath.latex.symbols.scope import Scope
from nnmath.latex.symbols.table import Symbol
from nnmath.latex.syntax import tree
from nnmath.sampling import Domain, distinct_entries, exact_entries, in_equations
from nnmath.sampling.shapes import distinct_sizes, shape_of

#: The largest size of a dimension; the smaller one where there are many, whose product would be large.
LARGEST_SIZE, SIZE_OF_MANY, MANY = 4, 3, 6

#: In plain examples so many dimensions differ; more of them would make arrays that are too large to be computed with.
MOST_DISTINCT = 5
FEW_SIZES = (2, 3, 4)

#: How large a dimension may become that others define, and how often sizes are drawn for them.
LARGEST_LENGTH = 12
MOST_TRIES = 60

#: So many entries all inputs have at most that are drawn as long as an index asks for.
MOST_ENTRIES = 20_000
TRIES_OF_ONE_SIZE = 8

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
    quantities : tuple of Quantity
        What else is compared with numbers: inputs are changed so that it comes to lie between any two of them.
    at_kinks : bool
        Whether what is declared at kinks makes a difference, so that there are examples at kinks.
    extremes : bool
        Whether the largest or the smallest of many entries is taken, so that it stands in other places than the first.
    """

    numbers: tuple[Fraction, ...] = ()
    literals: Mapping[Dim, int] = field(default_factory=dict)
    thresholds: tuple[Fraction, ...] = ()
    compared: frozenset[str] = frozenset()
    quantities: tuple[Quantity, ...] = ()
    at_kinks: bool = False
    extremes: bool = False


NO_HINTS = Hints()


def distinct(scope: Scope, seed: int, shift: float = 0, hints: Hints = NO_HINTS) -> Example:
    """Return an example without anything awkward in it, in which all dimensions differ and none is 1.

    Examples of one seed and different shifts, from 0 to 1, have numbers from different parts of each domain. Dimensions
    that others define may take these to be larger, each time a little more.
    """
    rng = np.random.default_rng(seed)
    literals = _possible(hints.literals, scope)
    found: Example | None = None
    for tried in range(MOST_TRIES):
        example = _general(scope, rng, shift, literals, tried // TRIES_OF_ONE_SIZE if scope.lengths else 0)
        found = found or example
        if example and _in_general_position(example, scope, literals):
            return _with_extremes_behind(example, scope, smallest=shift > 0) if hints.extremes else example
    if found is None and literals:  # with dimensions as long as that others would be too long
        return distinct(scope, seed, shift, replace(hints, literals={}))
    if found is None:
        names, first = " and ".join(scope.lengths), next(iter(scope.lengths.values()))
        problem = f"no sizes were found for which {names} lies between 1 and {LARGEST_LENGTH}; write smaller numbers"
        raise DerivationError(problem, first.at)
    return found


def _with_extremes_behind(example: Example, scope: Scope, smallest: bool) -> Example:
    """Return an example in which the largest entry of each row stands last and the smallest second, or the other way.

    An example is not enough: a wrong claim may name the first entries alone.
    """
    values = dict(example.values)
    for symbol in inputs_of(scope):
        flat, shape = values[symbol.name]
        if shape and symbol.domain.is_continuous and symbol.domain.kind != "probabilities":
            rows = [sorted(flat[i : i + shape[-1]], reverse=smallest) for i in range(0, len(flat), shape[-1])]
            placed = [(*row[1:2], *row[:1], *row[2:]) if len(row) > 2 else tuple(row) for row in rows]
            values[symbol.name] = tuple(entry for row in placed for entry in row), shape
    return Example(example.sizes, values)


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
        classes = symbol.domain.classes
        if not sizes.keys() >= {*symbol.shape, *([classes] if isinstance(classes, str) else [])}:
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


def _possible(literals: Mapping[Dim, int], scope: Scope) -> Mapping[Dim, int]:
    """Return how long dimensions should be; nothing where arrays would be too large, as for the index in A_{1212}."""
    sizes = {dim: literals.get(dim, LARGEST_SIZE) + 1 for symbol in scope.inputs.values() for dim in symbol.shape}
    entries = sum(math.prod(sizes[dim] for dim in symbol.shape) for symbol in scope.inputs.values())
    return literals if entries <= MOST_ENTRIES else {}


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
        with not_counted():  # Hypothesis draws again, and has to draw the same
            lengths = {dimension: environment.size(dimension) for dimension in scope.lengths}
    except Undefined:
        return None
    return lengths if max(lengths.values()) <= LARGEST_LENGTH else None


@st.composite
def drawn(draw: st.DrawFn, scope: Scope, awkwardness: int = 2, hints: Hints = NO_HINTS) -> Example:
    """Draw an example: small dimensions, and values that are plain (0), awkward (1) or of all sizes as well (2).

    On `hints`, such as the constants and thresholds of a file, beside them and beyond them values are drawn too.
    """
    dimensions = sorted(scope.dimensions - scope.lengths.keys())
    largest = LARGEST_SIZE if len(dimensions) < MANY else SIZE_OF_MANY
    literals = _possible(hints.literals, scope)
    sizes = {dim: draw(st.integers(1, max(largest, literals.get(dim, 0) + 1))) for dim in dimensions}
    values: dict[str, tuple[tuple[Fraction, ...], tuple[int, ...]]] = {}
    for symbol in inputs_of(scope):
        classes = symbol.domain.classes
        if not sizes.keys() >= {*symbol.shape, *([classes] if isinstance(classes, str) else [])}:
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
