"""Sums, products and extremes over indices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from typing import Any

import numpy as np
from flint import arb

from nnmath.latex.errors import DerivationError, Undefined
from nnmath.latex.numbers import balls, blocks, jets, tensor
from nnmath.latex.numbers.jets import Array
from nnmath.latex.numbers.tensor import Tensor
from nnmath.latex.semantics.check import ShapeCheck
from nnmath.latex.semantics.conditions import check_condition
from nnmath.latex.semantics.evaluation import Evaluator
from nnmath.latex.semantics.rules import RULES, Rule
from nnmath.latex.symbols.dimensions import COUNTED, Dim
from nnmath.latex.symbols.scope import SCALAR, Shape
from nnmath.latex.syntax import tree


def _reduce_shape(check: ShapeCheck, node: tree.Reduce) -> Shape:
    for one in node.ranges:
        for end in (one.low, one.high):
            if end is not None and check.shape(end) != SCALAR:
                raise DerivationError("the bounds of a sum are numbers", one.at)
    with check.binding(node) as axes:
        for one in node.ranges:
            if isinstance(one.high, tree.Name) and one.high.name in check.scope.dimensions:
                check.runs_over(axes[one.letter], one.high.name, one.at)
            for end in (one.low, one.high):
                if end is not None:
                    check.tie_loosely(tree.Name(one.letter, at=one.at), end, one.at)
        shape = check.shape(node.body)
        for condition in node.conditions:
            check_condition(check, condition)
        for one in node.ranges:
            dim = axes[one.letter].root().dim
            if isinstance(one.high, tree.Number) and one.high.text.isdigit() and dim is not None:
                check.literals[dim] = max(int(one.high.text), check.literals.get(dim, 0))
    if node.ranges:
        return shape
    if shape == SCALAR:
        raise DerivationError("the sum has no index below it, and what follows is no array", node.at)
    return SCALAR


def _reduce(at: Evaluator, node: tree.Reduce) -> Array:
    if not node.ranges:
        return jets.linear(tensor.total, at.value(node.body))
    bound = at.ranges.bound[node.at]
    indices: dict[str, Dim | range] = {one.letter: bound[one.letter] for one in node.ranges}
    for one in node.ranges:
        if indices[one.letter] == COUNTED:
            indices[one.letter] = _counted(at, one)
    inside = replace(at, indices={**at.indices, **indices})
    body = inside.value(node.body)
    counted = [jets.primal(inside.value(tree.Name(letter, at=node.at))) for letter in indices]
    kept = _kept(inside, node, counted)
    if node.kind.startswith("arg"):
        return _first_extreme(node.kind, jets.primal(body), counted[0], kept)
    everywhere = jets.linear(lambda part: tensor.spread([part, *counted])[0], body)
    if kept is not None:
        nothing = tensor.number(_NOTHING[node.kind]) if node.kind in _NOTHING else None
        if nothing is None:
            return _extreme_of_kept(node.kind, everywhere, kept, list(indices))
        everywhere = jets.chosen(kept, everywhere, nothing)
    for letter in indices:
        everywhere = _REDUCTIONS[node.kind](everywhere, letter)
    return everywhere


def _counted(at: Evaluator, one: tree.Range) -> range:
    """Return what an index counts that stands on no array, for the lowest of its lower bounds to the highest upper."""
    assert one.low is not None
    assert one.high is not None
    lows, highs = ([balls.whole(x) for x in jets.primal(at.value(end)).data.flat] for end in (one.low, one.high))
    if None in (*lows, *highs):
        raise Undefined(f"the bounds of {one.letter} are no whole numbers")
    low, high = min(x for x in lows if x is not None), max(x for x in highs if x is not None)
    if high - low >= MOST_TERMS:
        raise Undefined(f"a sum over {one.letter} without an array has at most {MOST_TERMS} terms")
    return range(low, max(high, low) + 1)


def _kept(at: Evaluator, node: tree.Reduce, counted: list[Tensor]) -> Tensor | None:
    """Return where the terms of a sum count: between its bounds, where its conditions hold."""
    tests = [jets.primal(at.value(condition)) for condition in node.conditions]
    for one, index in zip(node.ranges, counted, strict=True):
        if one.low is not None and one.high is not None:
            low, high = jets.primal(at.value(one.low)), jets.primal(at.value(one.high))
            if not isinstance(at.indices[one.letter], range):
                _refuse_bounds(one.letter, low, high, len(index.data))
            tests += [jets.compared("≥", index, low), jets.compared("≤", index, high)]
    return reduce(lambda left, right: tensor.pointwise(np.multiply, left, right), tests) if tests else None


def _refuse_bounds(letter: str, low: Tensor, high: Tensor, length: int) -> None:
    if any(value < 1 for value in low.data.flat):
        raise Undefined(f"the index {letter} begins before 1, where indices start")
    if any(value > length for value in high.data.flat):
        raise Undefined(f"the index {letter} runs beyond the {length} entries of its dimension")


def _summed(array: Array, letter: str) -> Array:
    return jets.linear(lambda part: tensor.reduced(np.add, part, letter), array)


def _folded(combine: Callable[[Array, Array], Array]) -> Callable[[Array, str], Array]:
    def fold(array: Array, letter: str) -> Array:
        length = jets.primal(array).data.shape[jets.primal(array).axes.index(letter)]
        return reduce(combine, (_slice(array, letter, i) for i in range(length)))

    return fold


def _slice(array: Array, letter: str, i: int) -> Array:
    return jets.linear(lambda part: blocks.sliced(part, letter, i), array)


def _extreme_of_kept(kind: str, array: Array, kept: Tensor, letters: list[str]) -> Array:
    """Return the largest or smallest of the entries that count; not a number where none does."""
    better = jets.larger if kind == "max" else jets.smaller
    values, counts = [array], [tensor.spread([kept, jets.primal(array)])[0]]
    for letter in letters:
        length = counts[0].data.shape[counts[0].axes.index(letter)]
        values = [_slice(value, letter, i) for value in values for i in range(length)]
        counts = [blocks.sliced(count, letter, i) for count in counts for i in range(length)]
    best, known = values[0], counts[0]
    for value, counted in zip(values[1:], counts[1:], strict=True):
        best = jets.chosen(known, jets.chosen(counted, better(best, value), best), value)
        known = tensor.pointwise(_either, known, counted)
    return jets.chosen(known, best, tensor.number(balls.UNKNOWN))


def _first_extreme(kind: str, body: Tensor, index: Tensor, kept: Tensor | None) -> Tensor:
    """Return the index, counted from 1, of the first largest or smallest entry; none where that is not decided."""
    (letter,) = index.axes
    body, keep, _ = tensor.spread([body, kept or tensor.number(1), index])
    i = body.axes.index(letter)
    length = body.data.shape[i]
    rows = np.moveaxis(body.data, i, -1).reshape(-1, length)
    counts = np.moveaxis(keep.data, i, -1).reshape(-1, length)
    best = np.array([_first(kind, row, count) for row, count in zip(rows, counts, strict=True)], dtype=object)
    axes = body.axes[:i] + body.axes[i + 1 :]
    return Tensor(axes, best.reshape(body.data.shape[:i] + body.data.shape[i + 1 :]))


def _first(kind: str, row: Any, count: Any) -> Any:
    places = [i for i, counts in enumerate(count) if counts == 1]
    values = {i: row[i] if kind == "argmax" else -row[i] for i in places}
    if not places or not all(value.is_finite() for value in values.values()):
        return balls.UNKNOWN
    first = places[0]
    for i in places[1:]:
        if values[i] > values[first]:
            first = i
        elif not values[i] <= values[first] and not _same_ball(values[i], values[first]):
            return balls.UNKNOWN
    return balls.ball(first + 1)


def _same_ball(x: Any, y: Any) -> bool:
    """Whether two numbers were computed in the same way, so that they are equal."""
    return bool(arb.mid(x) == arb.mid(y) and arb.rad(x) == arb.rad(y))


_REDUCTIONS: dict[str, Callable[[Array, str], Array]] = {
    "sum": _summed,
    "prod": _folded(jets.multiply),
    "max": _folded(jets.larger),
    "min": _folded(jets.smaller),
}
_NOTHING = {"sum": 0, "prod": 1}
#: So many terms has a sum at most whose index stands on no array.
MOST_TERMS = 100
_either: Any = np.frompyfunc(lambda one, other: balls.ONE if one == 1 or other == 1 else balls.ZERO, 2, 1)

RULES[tree.Reduce] = Rule(_reduce_shape, _reduce)
