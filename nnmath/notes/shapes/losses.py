"""Losses are single numbers: the square of a column in a loss is its squared norm, and an array is summed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from nnmath.latex import DerivationError
from nnmath.latex.semantics.check import ShapeCheck
from nnmath.latex.symbols.scope import SCALAR
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.shapes.fitting import Fitting
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.names.letters import OBJECTIVES
from nnmath.notes.syntax.statements.roles import Role

E = TypeVar("E", bound=Expr)

_WORD = re.compile(r".*(?:loss|cost|mse|sse|rss|err|error)", re.I)


def losses(roles: Mapping[int, Role]) -> frozenset[str]:
    """Return what is a number by its name: a loss that is differentiated."""
    nodes = [node for role in roles.values() for node in tree.walk(role.chain)]
    slopes = [node for node in nodes if isinstance(node, tree.Partial)]
    others = {tree.base_name(node.bottom) for node in slopes}
    others |= {tree.base_name(node) for node in nodes if isinstance(node, tree.Element)}
    return frozenset(name for node in slopes if _is_loss(name := tree.base_name(node.top)) and name not in others)


def _is_loss(name: str) -> bool:
    letter = name.partition("_{")[0]
    return letter in OBJECTIVES or bool(_WORD.fullmatch(letter))


def as_number(chain: tree.Chain, check: ShapeCheck) -> tree.Chain:
    """Return the definition of a loss as that of a number; as it is where that is not clear."""
    left, body = chain.sides
    body = with_squared_norms(body, check)
    with suppress(DerivationError):
        if isinstance(left, tree.Name) and check.shape(body) != SCALAR:
            body = tree.Reduce("sum", (), (), tree.Group(body, at=body.at), at=body.at)
    return replace(chain, sides=(left, body)) if body != chain.sides[1] else chain


def with_squared_norms(body: Expr, check: ShapeCheck) -> Expr:
    """Return an expression in which the squares of columns are their squared norms."""
    return with_norms(body, frozenset(squares_of_columns(body, check)))


def squares_of_columns(body: Expr, check: ShapeCheck) -> Iterator[tree.Power]:
    """Yield the squares of columns in an expression."""
    fitting = Fitting(check)
    for node in tree.walk(body):
        if isinstance(node, tree.Power) and isinstance(node.exponent, tree.Number) and node.exponent.text == "2":
            shape = fitting.shape(node.base)
            if shape is not None and len(shape.dims) == 1 and not fitting.has_single_entries(node.base):
                yield node


def with_norms(node: E, squares: Collection[tree.Power]) -> E:
    """Return an expression in which these squares are squared norms."""

    def change(one: Expr) -> Expr:
        if isinstance(one, tree.Power) and one in squares:
            return replace(one, base=tree.Call(tree.NORM, (one.base,), at=one.at))
        return one

    return trees.changed(node, change) if squares else node
