"""Judging one link of an equation for one example: whether the two sides agree.

Both sides are balls around the exact values. Two balls without a common point are a proof that the sides differ. What
one precision does not decide is computed with a higher one.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from flint import arb

from nnmath.latex.claims import printed
from nnmath.latex.claims.derivation import Equation, Stage
from nnmath.latex.claims.drawn_examples import Example
from nnmath.latex.claims.environments import environment
from nnmath.latex.errors import Undefined
from nnmath.latex.numbers import balls, jets, tensor
from nnmath.latex.numbers.tensor import Tensor
from nnmath.latex.semantics.evaluation import ENTRY, Environment, Evaluator
from nnmath.latex.syntax.tree import Expr, has_derivative

#: The precisions in bits, one after the other.
PRECISIONS = (128, 512, 2048, 8192, 32768, 131072)

#: What is known to be that near to 0 with so many bits is taken to be 0: half of them are right. What is no number with
#: so many bits has no value; more are tried only where everything has to have one.
ENOUGH = 2048

#: Two sides agree when this many bits do, 30 digits.
AGREEING_BITS = 100


class Judgement(enum.Enum):
    """What is known of one entry of a link."""

    HOLDS = "holds"
    FAILS = "fails"
    WITHIN = "within the one-sided derivatives at a kink, which do not say more"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class JudgedEntry:
    """One entry of a link: what is known of it, the values of both sides, and where it stands."""

    judgement: Judgement
    left: Any
    right: Any
    where: str


@dataclass
class PreparedExample:
    """An example, with its environments at several precisions. In a plain one everything has to have a value."""

    stage: Stage
    example: Example | None
    plain: bool = False
    environments: dict[int, Environment] = field(default_factory=dict)

    def at(self, bits: int) -> Environment:
        """Return the environment for a precision, to which the arithmetic is set by the caller."""
        if bits not in self.environments:
            self.environments[bits] = environment(self.stage, self.example)
        return self.environments[bits]

    def has_no_value(self, bits: int, *values: Any) -> bool:
        """Whether some of these are no numbers with so many bits, and more bits are not worth their while."""
        return bits >= ENOUGH and not self.plain and not all(map(balls.is_finite, values))

    def refuse_without_value(self, node: Expr, value: Tensor) -> None:
        """Refuse what is not a number in a plain example; only a derivative may have no value there, for its kinks."""
        if self.plain and not has_derivative(node) and not all(map(balls.is_finite, value.data.flat)):
            raise Undefined("a side has no value")


def judged_link(equation: Equation, link: int, case: PreparedExample) -> list[JudgedEntry]:
    """Judge one link, with as much precision as it takes and is allowed."""
    before: list[Any] = []
    found: list[JudgedEntry] = []
    for bits in PRECISIONS:
        with balls.precision(bits):
            sides = _sides(equation, link, case.at(bits))
            found = list(_entries(equation, link, case.at(bits), sides))
            undecided = [
                max(one.left.rad(), one.right.rad())
                for one in found
                if _is_undecided(one) and not case.has_no_value(bits, one.left, one.right)
            ]
            if bits >= ENOUGH:
                undecided = [radius for radius in undecided if not radius < arb(2) ** (-bits // 2)]
        if not undecided or _are_intervals(undecided, before):
            break
        before = undecided
    for node, value in zip(equation.sides[link : link + 2], sides, strict=True):
        case.refuse_without_value(node, value)
    return [_settled(equation.relations[link], one) for one in found]


def _is_undecided(entry: JudgedEntry) -> bool:
    return entry.judgement is Judgement.UNDECIDED and entry.left is not None


def _are_intervals(now: list[Any], before: list[Any]) -> bool:
    """Whether more precision does not narrow any of the balls: they are intervals between one-sided derivatives."""
    return len(now) == len(before) and all(
        radius.is_finite() and 2 * radius > earlier > 0 for radius, earlier in zip(now, before, strict=True)
    )


def _settled(relation: str, entry: JudgedEntry) -> JudgedEntry:
    """Say what no precision has decided."""
    if entry.judgement is not Judgement.UNDECIDED or entry.left is None:
        return entry
    left, right = entry.left, entry.right
    judgement = Judgement.UNDECIDED
    if not (left.is_finite() and right.is_finite()):
        judgement = Judgement.UNDECIDED
    elif balls.is_wide(left) or balls.is_wide(right):
        judgement = Judgement.WITHIN
    elif relation in ("≤", "≥") or (relation in "=≈" and left.contains(0) and right.contains(0)):
        judgement = Judgement.HOLDS
    elif relation == "≠" and left.contains(0) and right.contains(0):
        judgement = Judgement.FAILS
    return JudgedEntry(judgement, left, right, entry.where)


def _sides(equation: Equation, link: int, here: Environment) -> tuple[Tensor, Tensor]:
    evaluator = Evaluator.of(here, equation.ranges)
    left, right = (jets.primal(evaluator.value(side)) for side in equation.sides[link : link + 2])
    return left, right


def _entries(equation: Equation, link: int, here: Environment, sides: tuple[Tensor, Tensor]) -> Iterator[JudgedEntry]:
    relation = equation.relations[link]
    if relation == "≠" and _differ_in_shape(*sides):
        yield JudgedEntry(Judgement.HOLDS, None, None, "shapes")
        return
    allowed = tensor.number(0)
    if relation == "≈":
        allowed = printed.allowed_error(Evaluator.of(here, equation.ranges), *equation.sides[link : link + 2])
    axes, shape, rows = _together([*sides, allowed])
    for place, (left, right, error) in rows:
        yield JudgedEntry(_judgement(relation, left, right, error), left, right, _where(axes, place, len(shape)))


def _differ_in_shape(left: Tensor, right: Tensor) -> bool:
    one, other = left.shape, right.shape
    return bool(one and other) and one != other and len(one) == len(other)


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


def _judgement(relation: str, left: Any, right: Any, error: Any) -> Judgement:
    if not (left.is_finite() and right.is_finite() and error.is_finite()):
        return Judgement.UNDECIDED
    if relation == "≈":
        around = right + error.abs_upper() * (1 + arb(2) ** -AGREEING_BITS) * arb(0, 1)
        return _decided(around.contains(left), not around.overlaps(left))
    if relation == "=":
        return _decided(_agree(left, right), not left.overlaps(right))
    if relation == "≠":
        return _decided(not left.overlaps(right), _agree(left, right))
    return _order(relation, left - right)


def _agree(left: Any, right: Any) -> bool:
    return bool(left.overlaps(right)) and all(balls.is_tight(one, AGREEING_BITS) for one in (left, right))


def _order(relation: str, gap: Any) -> Judgement:
    truth = balls.truth(relation, gap)
    return _decided(truth == 1, truth == 0)


def _decided(holds: bool, fails: bool) -> Judgement:
    return Judgement.HOLDS if holds else Judgement.FAILS if fails else Judgement.UNDECIDED
