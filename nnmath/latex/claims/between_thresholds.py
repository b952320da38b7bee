"""Changing inputs so that a quantity that is computed comes to lie between two of its thresholds, or beyond them.

Where ``z := w x + b`` is compared with 6 and with 9, a claim that takes one for the other is wrong for 6 < z < 9 alone,
which inputs that are drawn one by one may never meet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import Enum
from fractions import Fraction
from itertools import pairwise, product
from typing import NamedTuple

from nnmath.latex.claims.drawn_examples import Example, inputs_of
from nnmath.latex.claims.quantities import Quantity
from nnmath.latex.errors import Undefined
from nnmath.latex.numbers import balls, jets
from nnmath.latex.numbers.work import TooMuchWork
from nnmath.latex.semantics.evaluation import Environment, Evaluator
from nnmath.latex.symbols.scope import Scope
from nnmath.latex.symbols.table import Symbol

#: With so many bits quantities are computed here.
BITS = 64

#: An input is changed by multiples of this, and by these numbers where the quantity is no linear function of it.
GRAIN = 4096
PROBES = tuple(map(Fraction, ("1", "-1", "1/8", "-1/8", "8", "-8", "64", "-64")))
MOST_HALVINGS = 8

#: For more examples than this several quantities are brought to a place together.
MOST_TURNS = 24

#: Inputs are not changed by more than this, and larger values are not looked at.
LARGEST = 10**6

#: Where a place lies between two thresholds: not in the middle, which may be 0.
_WITHIN = Fraction(3, 5)


class Change(Enum):
    """How an input is changed by a number: it is added to all entries, as many times each as it is, or to one."""

    ADDED = 1
    SCALED = 2
    ONE = 3


class Gap(NamedTuple):
    """The numbers between two neighbouring thresholds, or beyond the last one, which has no end there."""

    low: float
    high: float

    def holds(self, number: float) -> bool:
        """Whether a number lies in it."""
        return self.low < number < self.high


def gaps(thresholds: Sequence[Fraction]) -> list[tuple[Gap, float]]:
    """Return the gaps between thresholds, and one number in each of them, in order."""
    beyond = max(map(abs, thresholds)) / 2 or Fraction(1)
    places = [thresholds[0] - beyond, *(one + _WITHIN * (other - one) for one, other in pairwise(thresholds))]
    ends = [-float("inf"), *map(float, thresholds), float("inf")]
    numbers = map(float, [*places, thresholds[-1] + beyond])
    return [(Gap(low, high), number) for (low, high), number in zip(pairwise(ends), numbers, strict=True)]


def turns_between(quantities: Sequence[Quantity]) -> int:
    """Return how many examples it takes until each quantity has been in each gap between its thresholds."""
    return min(MOST_TURNS, len(_places(quantities)))


def _places(quantities: Sequence[Quantity]) -> list[tuple[int, int]]:
    """Return each quantity with each of its gaps, by their numbers."""
    return [(i, gap) for i, one in enumerate(quantities) for gap in range(len(one.thresholds) + 1)]


def between(example: Example, scope: Scope, quantities: Sequence[Quantity], turn: int) -> Example:
    """Return an example in which one quantity lies in one of its gaps, another one for each turn.

    The others lie between two thresholds near 0, if they can: there a later one does not hide what comes before it, as
    the flat parts of a clipped function do. What a quantity depends on that has its place already is not changed.
    """
    places = _places(quantities)
    count = turns_between(quantities)
    chosen = dict(reversed(places[turn % count :: count])) if count else {}
    settled: set[str] = set()
    with balls.precision(BITS):
        for i, quantity in enumerate(quantities):
            every = gaps(quantity.thresholds)
            inner = every[1:-1] or every
            place = every[chosen[i]] if i in chosen else min(inner, key=lambda one: abs(one[1]))
            depends = [one for one in inputs_of(scope) if one.name in scope.uses(quantity.node)]
            changeable = [one for one in reversed(depends) if one.domain.is_continuous and one.name not in settled]
            changed = _brought(example, scope, quantity, place, changeable, turn)
            if changed is not None:
                example = changed
                settled |= {one.name for one in depends}
    return example


def _brought(
    example: Example,
    scope: Scope,
    quantity: Quantity,
    place: tuple[Gap, float],
    changeable: Sequence[Symbol],
    turn: int,
) -> Example | None:
    """Return an example in which one entry of a quantity has its place; None if none is found."""
    for how, symbol in product(Change, changeable):

        def changed(change: Fraction, how: Change = how, symbol: Symbol = symbol) -> Example | None:
            return _changed(example, symbol, change, how, turn)

        def value(change: Fraction) -> float | None:
            found = changed(change)
            entries = entries_of(found, scope, quantity) if found else [None]
            return entries[turn % len(entries)]

        change = _solved(value, *place)
        if change is not None:
            return changed(change)
    return None


def _changed(example: Example, symbol: Symbol, change: Fraction, how: Change, turn: int) -> Example | None:
    """Return an example in which an input is changed; None where that is outside of its domain."""
    flat, shape = example.values[symbol.name]
    if how is Change.ONE:
        one = turn % len(flat)
        entries = (*flat[:one], flat[one] + change, *flat[one + 1 :])
    else:
        entries = tuple(entry + change * (entry if how is Change.SCALED else 1) for entry in flat)
    if not all(map(symbol.domain.holds, entries)):
        return None
    return Example(example.sizes, {**example.values, symbol.name: (entries, shape)})


def entries_of(example: Example, scope: Scope, quantity: Quantity) -> list[float | None]:
    """Return all entries of a quantity; None where one has no value, or one that is too large to be looked at."""
    environment = Environment(scope, example.sizes, example.tensors())
    evaluator = replace(Evaluator.of(environment, quantity.ranges), indices=quantity.indices)
    try:
        flat = jets.primal(evaluator.value(quantity.node)).data.reshape(-1)
    except TooMuchWork:
        raise
    except (Undefined, ArithmeticError, ValueError, LookupError):  # an index of a sum that is not this one's
        return [None]
    return [float(one.mid()) if balls.is_finite(one) and abs(one) < LARGEST else None for one in flat]


def _solved(value: Callable[[Fraction], float | None], gap: Gap, number: float) -> Fraction | None:
    """Return a change with which a function has a value in a gap, near a number if it is linear."""
    known: dict[Fraction, float] = {}

    def lies_within(change: Fraction) -> bool:
        found = known.get(change) if change in known else value(change)
        if found is not None:
            known[change] = found
        return found is not None and gap.holds(found)

    for probe in (Fraction(0), *PROBES):
        if lies_within(probe):
            return probe
        start, *others = known or [Fraction(0)]
        slopes = [(known[one] - known[start]) / float(one - start) for one in others[-1:]]
        if slopes and abs(number - known[start]) < LARGEST * abs(slopes[0]):
            change = start + _rounded((number - known[start]) / slopes[0])
            if lies_within(change):
                return change
    return _halved(known, lies_within, number)


def _rounded(number: float) -> Fraction:
    return Fraction(round(number * GRAIN), GRAIN) if abs(number) < GRAIN else Fraction(round(number))


def _halved(known: dict[Fraction, float], lies_within: Callable[[Fraction], bool], number: float) -> Fraction | None:
    """Return a change between two others, one of which gives too little and one too much."""
    for _ in range(MOST_HALVINGS):
        below = [change for change, found in known.items() if found < number]
        above = [change for change, found in known.items() if found > number]
        if not below or not above:
            return None
        one, other = min(((a, b) for a in below for b in above), key=lambda pair: abs(pair[0] - pair[1]))
        middle = (one + other) / 2
        if lies_within(middle):
            return middle
        if middle not in known:
            return None
    return None
