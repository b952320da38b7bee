r"""Printed decimals: ``\sigma(1) = 0.73`` says that the value is 0.73 once it is rounded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from nnmath.latex.claims.derivation import Equation
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees

_NUMBERS = (tree.Number, tree.Matrix, tree.Group, tree.Sum)


def with_rounded(equation: Equation) -> Equation:
    """Return an equation that says of its printed decimals that they are near."""
    return _with_near(equation, lambda side: side)


def with_rounded_twice(equation: Equation) -> Equation:
    """Return an equation whose printed decimals lack their last digit: they were computed from rounded ones."""
    return _with_near(equation, lambda side: trees.changed(side, _without_last_digit))


def is_of_numbers(side: Expr) -> bool:
    """Whether a side is a printed number, or an array of them."""
    return all(isinstance(node, _NUMBERS) for node in tree.walk(side))


def _with_near(equation: Equation, change: Callable[[Expr], Expr]) -> Equation:
    printed = [is_of_numbers(side) and any(map(_is_decimal, tree.walk(side))) for side in equation.sides]
    sides = tuple(change(side) if one else side for side, one in zip(equation.sides, printed, strict=True))
    relations = tuple("≈" if relation == "=" and any(printed[i : i + 2]) else relation
                      for i, relation in enumerate(equation.relations))  # fmt: skip
    return replace(equation, sides=sides, relations=relations)


def _is_decimal(node: Expr) -> bool:
    return isinstance(node, tree.Number) and "." in node.text


def _without_last_digit(node: Expr) -> Expr:
    """Return a decimal of several digits rounded to one less."""
    if not isinstance(node, tree.Number) or len(digits := node.text.partition(".")[2]) < 2:
        return node
    return replace(node, text=f"{float(node.text):.{len(digits) - 1}f}")
