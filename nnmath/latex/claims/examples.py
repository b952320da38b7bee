"""Examples: sizes for the dimensions and values for the inputs, some of them awkward, drawn by Hypothesis.

What is drawn, and in what order of simplicity, is decided in `nnmath.sampling`; here it becomes exact numbers for the
equations, whose labels count from 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import strategies as st

from nnmath.latex.errors import Place
from nnmath.latex.numbers import balls
from nnmath.latex.numbers.tensor import Tensor
from nnmath.latex.symbols.scope import Scope
from nnmath.latex.symbols.table import Symbol
from nnmath.sampling import Domain, distinct_entries, draw_examples, exact_entries, in_equations
from nnmath.sampling.shapes import distinct_sizes, shape_of

LARGEST_SIZE = 4

#: So many examples come first in which nothing is awkward and all dimensions differ.
PLAIN_EXAMPLES = 2

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
    return [*scope.inputs.values(), *variables]


def _variable(name: str) -> Symbol:
    return Symbol(name, None, name, "", (), Domain("real"), "any number", Place(1, 1))


def examples(scope: Scope, count: int, seed: int, hints: Sequence[Fraction] = ()) -> list[Example]:
    """Return `count` examples: two plain ones whose dimensions all differ, then what Hypothesis draws.

    The first that it draws is the simplest there is, in which every real number is 0. Then examples that are plain,
    that have awkward values, and that have values of all sizes take turns.
    """
    found = [distinct(scope, seed, i / PLAIN_EXAMPLES) for i in range(PLAIN_EXAMPLES)]
    found += draw_examples(drawn(scope), 1, seed)
    each = max(count - len(found), 0) // 3 + 2
    tries = [draw_examples(drawn(scope, i, hints), each, seed)[1:] for i in range(3)]
    found += [example for alike in zip(*tries) for example in alike]
    return found[:count]


def distinct(scope: Scope, seed: int, shift: float = 0) -> Example:
    """Return an example without anything awkward in it, in which all dimensions differ and none is 1.

    Examples of one seed and different shifts, from 0 to 1, have numbers from different parts of each domain.
    """
    rng = np.random.default_rng(seed)
    dimensions = tuple(sorted(scope.dimensions))
    sizes = dict(zip(dimensions, (int(size) for size in rng.permutation(distinct_sizes([dimensions])))))
    values = {}
    for symbol in inputs_of(scope):
        shape = shape_of(symbol.shape, sizes)
        entries = distinct_entries(symbol.domain, shape, sizes, rng, shift=shift)
        values[symbol.name] = _counted(symbol.domain, entries), shape
    return Example(sizes, values)


@st.composite
def drawn(draw: st.DrawFn, scope: Scope, awkwardness: int = 2, hints: Sequence[Fraction] = ()) -> Example:
    """Draw an example: small dimensions, and values that are plain (0), awkward (1) or of all sizes as well (2).

    On `hints`, such as the constants and thresholds of a file, beside them and beyond them values are drawn too.
    """
    sizes = {dimension: draw(st.integers(1, LARGEST_SIZE)) for dimension in sorted(scope.dimensions)}
    values = {}
    for symbol in inputs_of(scope):
        shape = shape_of(symbol.shape, sizes)
        strategy = exact_entries(
            symbol.domain, shape, sizes, awkwardness=awkwardness, largest=LARGEST, hints=tuple(hints)
        )
        values[symbol.name] = _counted(symbol.domain, draw(strategy)), shape
    return Example(sizes, values)


def _counted(domain: Domain, entries: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """Count labels as equations do."""
    return tuple(in_equations(domain, entry) for entry in entries)
