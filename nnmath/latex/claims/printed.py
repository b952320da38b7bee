"""Printed numbers: how far a value may lie from what is printed for it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from nnmath.latex.errors import DerivationError
from nnmath.latex.numbers import jets, tensor
from nnmath.latex.numbers.tensor import Tensor
from nnmath.latex.semantics.evaluation import Evaluator
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr


def refuse_without_digits(left: Expr, right: Expr) -> None:
    r"""Refuse an ``\approx`` without a printed number: nothing would say how near is near."""
    if not any(map(_printed, (left, right))):
        raise DerivationError(
            "\\approx needs a printed number on one side, whose digits say how near is near", right.at
        )


def allowed_error(evaluator: Evaluator, left: Expr, right: Expr) -> Tensor:
    r"""Return how far apart the two sides of an ``\approx`` may be: half a unit in the last digit printed.

    A side that is a calculation with printed numbers, ``0.09 - 1``, is as uncertain as they make it.
    """
    side = _printed_side(left, right)
    exact = jets.primal(evaluator.value(side))
    total = jets.zero_like(exact)
    for literal in _printed(side):
        half = Fraction(1, 2 * 10 ** len(literal.text.partition(".")[2]))
        changed = replace(evaluator, reprinted={id(literal): Fraction(literal.text) + half}).value(side)
        total = tensor.pointwise(lambda a, b, c: a + abs(b - c), total, jets.primal(changed), exact)
    return total


def _printed_side(left: Expr, right: Expr) -> Expr:
    """Return the side that is a printed number, or the right one if both or neither are nothing else."""
    for side in (right, left):
        if isinstance(side, tree.Matrix) or _alone(side):
            return side
    return right if _printed(right) else left


def _printed(side: Expr) -> list[tree.Number]:
    """Return the rounded numbers of a side: those with a decimal point, or the one integer that it is."""
    if isinstance(side, tree.Matrix):
        return [literal for row in side.rows for entry in row for literal in _printed(entry)]
    alone = _alone(side)
    if alone is not None:
        return [alone]
    return [node for node in tree.walk(side) if isinstance(node, tree.Number) and "." in node.text]


def _alone(side: Expr) -> tree.Number | None:
    r"""Return the mantissa if a side is one printed number: ``-3``, ``2.5 \cdot 10^{-16}``."""
    if isinstance(side, tree.Sum) and len(side.terms) == 1:
        return _alone(side.terms[0])
    if isinstance(side, tree.Group):
        return _alone(side.inner)
    if isinstance(side, tree.Product) and len(side.factors) == 2 and _is_power_of_ten(side.factors[1]):
        side = side.factors[0]
    return side if isinstance(side, tree.Number) else None


def _is_power_of_ten(node: Expr) -> bool:
    return isinstance(node, tree.Power) and isinstance(node.base, tree.Number) and node.base.text == "10"
