"""Vectors that are rows: the product of one and the matrix behind it, in a language whose vectors are columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from nnmath.latex import DerivationError
from nnmath.latex.semantics.check import ShapeCheck
from nnmath.latex.symbols.scope import SCALAR, Shape
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees


def as_row_times(factors: list[Expr], matrix: Expr) -> Expr:
    """Return the product of a vector and a matrix behind it, as a column again."""
    before = tree.Group(tree.Product(tuple(factors), at=matrix.at), at=matrix.at) if len(factors) > 1 else factors[0]
    row = tree.Call(tree.TRANSPOSE, (before,), at=matrix.at)
    whole = tree.Group(tree.Product((row, matrix), at=matrix.at), at=matrix.at)
    return tree.Call(tree.TRANSPOSE, (whole,), at=matrix.at)


def with_rows(chain: tree.Chain, check: ShapeCheck) -> tree.Chain:
    """Return an equation whose vectors are rows: in its products a vector is turned, and the product turned back."""

    def turned(node: Expr) -> Expr:
        if isinstance(node, tree.Call) and node.function == tree.TRANSPOSE:
            return node.arguments[0]
        return tree.Call(tree.TRANSPOSE, (tree.Group(node, at=node.at),), at=node.at)

    def shape(node: Expr) -> Shape:
        with suppress(DerivationError):
            return ShapeCheck(check.scope, check.parameters, found=dict(check.found)).shape(node)
        return SCALAR

    def change(node: Expr) -> Expr:
        if not isinstance(node, tree.Product):
            return node
        factors = tuple(turned(one) if len(shape(one).dims) == 1 else one for one in node.factors)
        if factors == node.factors:
            return node
        whole = tree.Group(replace(node, factors=factors, dotted=()), at=node.at)
        return turned(whole) if shape(whole).row else whole

    return trees.changed(chain, change)


def is_row_times_matrix(node: Expr) -> bool:
    """Whether an expression is the product of a vector and a matrix behind it, as this module spells it."""
    match node:
        case tree.Call(function=tree.TRANSPOSE, arguments=(tree.Group(inner=tree.Product(factors=(left, _))),)):
            return isinstance(left, tree.Call) and left.function == tree.TRANSPOSE
    return False


def repeats_row(node: Expr) -> bool:
    """Whether an expression is the product of the ones of its author and a vector that is turned, its rows."""
    match node:
        case tree.Product(
            factors=(*_, tree.Call(function=tree.ONES, arguments=()), tree.Call(function=tree.TRANSPOSE))
        ):
            return True
    return False


def with_rows_turned(chain: tree.Chain, check: ShapeCheck) -> tree.Chain:
    r"""Return an equation of which sides that are rows, ``\mathbf{1}^\top Z``, are columns as its other sides are."""
    try:
        shapes = list(map(check.shape, chain.sides))
    except DerivationError:
        return chain
    if not any(len(one.dims) == 1 and not one.row for one in shapes):
        return chain
    sides = (tree.Call(tree.TRANSPOSE, (tree.Group(side, at=side.at),), at=side.at) if shape.row else side
             for side, shape in zip(chain.sides, shapes, strict=True))  # fmt: skip
    return replace(chain, sides=tuple(sides))


def with_forms(factors: Sequence[Expr], shape: Callable[[Expr], Shape | None]) -> list[Expr]:
    """Put what begins with a row that does not fit to what stands before it into brackets, if it is a number.

    I v^T A v is I (v^T A v), and v^T v^T A v is v^T (v^T A v).
    """

    def product(begin: int, end: int) -> Expr:
        some = tuple(factors[begin:end])
        return tree.Product(some, at=some[0].at) if len(some) > 1 else some[0]

    for i in range(1, len(factors) - 1):
        row = shape(factors[i])
        if row is not None and row.row and shape(product(0, i + 1)) is None and shape(product(0, i)) is not None:
            end = next((end for end in range(i + 2, len(factors) + 1) if shape(product(i, end)) == SCALAR), 0)
            if end:
                form = tree.Group(product(i, end), at=factors[i].at)
                return with_forms([*factors[:i], form, *factors[end:]], shape)
    return [*factors]


def has_row(node: Expr) -> bool:
    """Whether a product has a transpose in it: what stands behind the matrix that it turns is a column."""
    inner = node.inner if isinstance(node, tree.Group) else node
    return isinstance(inner, tree.Product) and any(map(is_turned, inner.factors))


def is_turned(node: Expr) -> bool:
    """Whether an expression is a transpose."""
    return isinstance(node, tree.Call) and node.function == tree.TRANSPOSE
