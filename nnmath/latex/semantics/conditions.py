"""Comparisons and cases."""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np

from nnmath.latex.errors import DerivationError, Undefined
from nnmath.latex.numbers import balls, jets, tensor
from nnmath.latex.numbers.jets import Array
from nnmath.latex.semantics.check import ShapeCheck
from nnmath.latex.semantics.evaluation import Evaluator
from nnmath.latex.semantics.rules import RULES, Rule
from nnmath.latex.symbols.scope import SCALAR, Shape
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr


def check_condition(check: ShapeCheck, node: Expr) -> None:
    """Check the condition of a sum or a case that is a number, not an array."""
    if check.shape(node) != SCALAR:
        raise DerivationError("a condition on an array holds for each entry only in square brackets", node.at)


def _compare_shape(check: ShapeCheck, node: tree.Compare) -> Shape:
    for i, relation in enumerate(node.relations):
        tie = check.tie if relation in ("=", "≠") else check.tie_loosely
        tie(node.sides[i], node.sides[i + 1], node.at)
    return check.alike([check.shape(side) for side in node.sides], node.at)


def _compare(at: Evaluator, node: tree.Compare) -> Array:
    sides = [at.value(side) for side in node.sides]
    links = (jets.compared(relation, sides[i], sides[i + 1]) for i, relation in enumerate(node.relations))
    return reduce(lambda left, right: tensor.pointwise(np.multiply, left, right), links)


RULES[tree.Compare] = Rule(_compare_shape, _compare)


def _cases_shape(check: ShapeCheck, node: tree.Cases) -> Shape:
    conditions = [check.shape(row.condition) for row in node.rows if row.condition]
    if any(row.condition is None for row in node.rows[:-1]):
        raise DerivationError("otherwise is the last case", node.at)
    return check.alike([*(check.shape(row.value) for row in node.rows), *conditions], node.at)


def _cases(at: Evaluator, node: tree.Cases) -> Array:
    values = [at.value(row.value) for row in node.rows]
    conditions = [jets.primal(at.value(row.condition)) for row in node.rows if row.condition]
    if node.rows[-1].condition is None:
        others = [tensor.pointwise(np.frompyfunc(lambda truth: 1 - truth, 1, 1), one) for one in conditions]
        conditions.append(reduce(lambda one, other: tensor.pointwise(np.multiply, one, other), others))
    weigh = np.frompyfunc(_case, 2 * len(values), 1)
    tensor.pointwise(np.frompyfunc(_refuse_contradiction, 2 * len(values), 1), *conditions, *map(jets.primal, values))
    return jets.linear(lambda *parts: tensor.pointwise(weigh, *conditions, *parts), *values)


def _is_false(truth: Any) -> bool:
    return bool(truth == 0)  # a truth that is not decided is neither equal to 0 nor different from it


def _candidates(flat: tuple[Any, ...]) -> list[Any]:
    """Return the values whose conditions hold; where none is sure, those whose conditions may hold."""
    half = len(flat) // 2
    sure = [value for truth, value in zip(flat[:half], flat[half:], strict=True) if truth == 1]
    return sure or [value for truth, value in zip(flat[:half], flat[half:], strict=True) if not _is_false(truth)]


def _case(*flat: Any) -> Any:
    candidates = _candidates(flat)
    return reduce(balls.union, candidates) if candidates else balls.UNKNOWN


def _refuse_contradiction(*flat: Any) -> Any:
    half = len(flat) // 2
    if not all(truth.is_finite() for truth in flat[:half]):
        return balls.UNKNOWN
    if not _candidates(flat):
        raise Undefined("no case applies")
    sure = [value for truth, value in zip(flat[:half], flat[half:], strict=True) if truth == 1 and value.is_finite()]
    if any(not balls.overlap(sure[0], other) for other in sure[1:]):
        raise Undefined("two cases apply, and they differ")
    return balls.ONE


RULES[tree.Cases] = Rule(_cases_shape, _cases)
