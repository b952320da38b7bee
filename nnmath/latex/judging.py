"""Judging one link of an equation for one example: whether the two sides agree."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from mpmath import mp

from nnmath.latex import printed, tensor, tree
from nnmath.latex.environment import ENTRY, Environment
from nnmath.latex.evaluation import Evaluator
from nnmath.latex.meaning import Ranges
from nnmath.latex.shapes import has_derivative
from nnmath.latex.tensor import Tensor
from nnmath.latex.tree import Expr

#: Two sides agree when this many digits do.
AGREEING_DIGITS = 30


class Verdict(enum.Enum):
    """What is known of one entry of a link."""

    HOLDS = "holds"
    FAILS = "fails"
    CLOSE = "close"  # equal as far as the noise of the differences lets see
    NOT_JUDGED = "not judged"


@dataclass(frozen=True)
class Side:
    """The value of a side; at a kink it may lie anywhere from `low` to `high`."""

    low: Tensor
    high: Tensor


@dataclass(frozen=True)
class Entry:
    """The verdict on one entry of a link, with both values and where it stands."""

    verdict: Verdict
    left: Any
    right: Any
    where: str


def side(environment: Environment, ranges: Ranges, node: Expr) -> Side:
    """Evaluate a side. A derivative that stands alone is, at a kink, the interval between its one-sided slopes."""
    evaluator = Evaluator.of(environment, ranges)
    if isinstance(node, tree.Partial):
        return Side(
            evaluator.slopes(node, lambda slopes: slopes.low), evaluator.slopes(node, lambda slopes: slopes.high)
        )
    value = evaluator.value(node)
    return Side(value, value)


def entries(
    environment: Environment, ranges: Ranges, relation: str, nodes: tuple[Expr, Expr], sides: tuple[Side, Side]
) -> Iterator[Entry]:
    """Yield the verdict on each entry of a link.

    Parameters
    ----------
    environment : Environment
        The example.
    ranges : Ranges
        How far the indices run.
    relation : str
        The relation as the parser writes it.
    nodes, sides : tuple
        The two sides and their values.
    """
    if relation == "≠" and _differ_in_shape(*sides):
        yield Entry(Verdict.HOLDS, None, None, "shapes")
        return
    noise = _noise(environment, nodes)
    allowed = tensor.number(0)
    if relation == "≈":
        allowed = printed.allowed_error(Evaluator.of(environment, ranges), *nodes)
    values = [sides[0].low, sides[0].high, sides[1].low, sides[1].high, allowed]
    axes, shape, rows = _together(values)
    for place, row in rows:
        left_low, left_high, right_low, right_high, _ = row
        verdict = _verdict(relation, row, noise)
        left = left_low if left_low == left_high else (left_low, left_high)
        right = right_low if right_low == right_high else (right_low, right_high)
        yield Entry(verdict, left, right, _where(axes, place, len(shape)))


def _differ_in_shape(left: Side, right: Side) -> bool:
    one, other = left.low.shape, right.low.shape
    return bool(one and other) and one != other and len(one) == len(other)


def _noise(environment: Environment, nodes: tuple[Expr, Expr]) -> Any:
    """Return the absolute error of the sides: differences are right to half of the digits, all else to almost all."""
    digits = mp.dps / 2 - 6 if any(map(has_derivative, nodes)) else mp.dps - 20
    return mp.mpf(10) ** (environment.magnitude - digits)


def _together(
    values: list[Tensor],
) -> tuple[tuple[str, ...], tuple[int, ...], Iterator[tuple[tuple[int, ...], tuple[Any, ...]]]]:
    """Lay out all values alike; return the names of the axes, the shape behind them, and the values by place."""
    values = tensor.conformed(values)
    axes = tensor.all_axes(values)
    rank = max(value.rank for value in values)
    laid = np.broadcast_arrays(*(tensor.laid_out(value, axes, rank) for value in values))
    rows = ((place, tuple(data[place] for data in laid)) for place in np.ndindex(laid[0].shape))
    return axes, laid[0].shape[len(axes) :], rows


def _where(axes: tuple[str, ...], place: tuple[int, ...], rank: int) -> str:
    """Say which entry it is: ``n = 1, k = 2``, or ``entry (1, 2)``."""
    parts = [f"{axis} = {i + 1}" for axis, i in zip(axes, place, strict=False) if not axis.startswith(ENTRY)]
    if rank:
        parts.append(f"entry ({', '.join(str(i + 1) for i in place[len(axes) :])})")
    return ", ".join(parts)


def _verdict(relation: str, row: tuple[Any, ...], noise: Any) -> Verdict:
    if not all(map(mp.isfinite, row)):
        return Verdict.NOT_JUDGED
    left_low, left_high, right_low, right_high, tolerance = row
    gap = max(mp.zero, left_low - right_high, right_low - left_high)
    if relation == "≈":
        return Verdict.HOLDS if gap <= tolerance * (1 + mp.mpf(10) ** -AGREEING_DIGITS) else Verdict.FAILS
    size = max(map(abs, row))
    equal = _equality(gap, size, noise)
    if relation == "=":
        return equal
    if relation == "≠":
        return {Verdict.HOLDS: Verdict.FAILS, Verdict.FAILS: Verdict.HOLDS}.get(equal, Verdict.CLOSE)
    return _order(relation, (left_low + left_high) / 2 - (right_low + right_high) / 2, size, noise)


def _equality(gap: Any, size: Any, noise: Any) -> Verdict:
    if gap <= size * mp.mpf(10) ** -AGREEING_DIGITS:
        return Verdict.HOLDS
    return Verdict.CLOSE if gap <= noise else Verdict.FAILS


def _order(relation: str, difference: Any, size: Any, noise: Any) -> Verdict:
    """Judge <, >, ≤ and ≥: by all digits there are, as a number just below 1 is below 1."""
    if relation in (">", "≥"):
        difference = -difference
    if abs(difference) <= max(min(noise, size), size * mp.mpf(10) ** (20 - mp.dps)):
        return Verdict.HOLDS if relation in ("≤", "≥") else Verdict.CLOSE if difference else Verdict.FAILS
    return Verdict.HOLDS if difference < 0 else Verdict.FAILS
