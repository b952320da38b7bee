"""Where on the axis of one number the quantities cross their thresholds that depend on that number alone.

``x^2`` is compared with 400 and ``|x|`` with 19: a claim that takes one for the other is wrong for 19 < |x| < 20, which
neither of the two quantities says by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from nnmath.latex.claims.between_thresholds import entries_of
from nnmath.latex.claims.drawn_examples import LARGEST, Example, inputs_of
from nnmath.latex.claims.quantities import Quantity
from nnmath.latex.numbers import balls
from nnmath.latex.symbols.scope import Scope
from nnmath.latex.symbols.table import Symbol

#: With so many bits quantities are computed here, and a place is looked for in so many halvings.
BITS, HALVINGS = 64, 24

#: Where quantities are looked at: at these distances from the end of a domain, or from 0.
_SIZES = tuple(Fraction(4) ** power for power in range(-90, 5)[::6]) + tuple(Fraction(i) for i in (2, 8, 30, LARGEST))

#: More examples than this are not added.
MOST_EXAMPLES = 16


def on_axes(example: Example, scope: Scope, quantities: Sequence[Quantity], own: Sequence[Fraction]) -> list[Example]:
    """Return examples in which such a number lies between any two places where something is equal, and beside them.

    Parameters
    ----------
    example : Example
        Has the values of all other inputs.
    scope : Scope
        What names mean.
    quantities : sequence of Quantity
        What is compared with numbers.
    own : sequence of Fraction
        The numbers that inputs are compared with themselves.
    """
    found = []
    with balls.precision(BITS):
        for symbol in inputs_of(scope):
            alone = [one for one in quantities if _depends_on(one, scope) == [symbol]]
            if not alone or symbol.shape or not symbol.domain.is_continuous:
                continue
            places = {place for one in alone for place in _places(example, scope, symbol, one)}
            if places:
                places |= {one for number in own for one in (number, -number) if symbol.domain.holds(one)}
                found += [_with(example, symbol, number) for number in _between(sorted(places), symbol)]
    return found[:MOST_EXAMPLES]


def _depends_on(quantity: Quantity, scope: Scope) -> list[Symbol]:
    return [one for one in inputs_of(scope) if one.name in scope.uses(quantity.node) and not one.is_constant]


def _with(example: Example, symbol: Symbol, number: Fraction) -> Example:
    return Example(example.sizes, {**example.values, symbol.name: ((number,), ())})


def _grid(symbol: Symbol) -> list[Fraction]:
    """Return numbers of every size in a domain."""
    low, high = symbol.domain.low, symbol.domain.high
    found = {(low or 0) + size for size in _SIZES} | ({-size for size in _SIZES} if low is None else set())
    if high is not None:
        found |= {high - size for size in _SIZES}
    return sorted(number for number in found if symbol.domain.holds(number))


def _places(example: Example, scope: Scope, symbol: Symbol, quantity: Quantity) -> Iterator[Fraction]:
    """Yield where a quantity is one of the numbers that it is compared with."""

    def value(number: Fraction) -> float | None:
        return entries_of(_with(example, symbol, number), scope, quantity)[0]

    known = {number: found for number in _grid(symbol) if (found := value(number)) is not None}
    for one, other in pairwise(known):
        for threshold in map(float, quantity.thresholds):
            if (known[one] < threshold) != (known[other] < threshold):
                low, high = one, other
                for _ in range(HALVINGS):
                    middle = _middle(low, high)
                    found = value(middle)
                    if found is None:
                        break
                    low, high = (middle, high) if (found < threshold) == (known[one] < threshold) else (low, middle)
                yield high


def _middle(low: Fraction, high: Fraction) -> Fraction:
    """Return a number between two others; of very different sizes that of a size between theirs."""
    sizes = sorted(map(abs, (low, high)))
    if low * high > 0 and sizes[1] > 4 * sizes[0]:
        size = Fraction(float(sizes[0]) ** 0.5 * float(sizes[1]) ** 0.5).limit_denominator(10**60)
        return size if low > 0 else -size
    return (low + high) / 2


def _between(places: Sequence[Fraction], symbol: Symbol) -> Iterator[Fraction]:
    """Yield a number between any two places that follow each other, and beyond the first and the last."""
    low, high = symbol.domain.low, symbol.domain.high
    first = [low] if low is not None and low < places[0] else [places[0] - abs(places[0]) / 2 - 1]
    last = [high] if high is not None and high > places[-1] else [places[-1] + abs(places[-1]) / 2 + 1]
    for one, other in pairwise([*first, *places, *last]):
        if one < other and symbol.domain.holds((one + other) / 2):
            yield (one + other) / 2
