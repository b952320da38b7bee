"""What a slip is, and the trees and words that slips are made of."""

from __future__ import annotations

from collections.abc import Sequence

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr

#: What is changed, in words that go on after "it would hold", and what comes of it.
Slip = tuple[str, Expr]

QUANTITIES = (tree.Name, tree.Element)


def number(text: str, node: Expr) -> tree.Number:
    return tree.Number(text, at=node.at)


def minus(node: Expr) -> Expr:
    """Return a node with the other sign."""
    inner = node if isinstance(node, (*QUANTITIES, tree.Number)) else tree.Group(node, at=node.at)
    return tree.Sum((-1,), (inner,), at=node.at)


def one_minus(node: Expr) -> Expr:
    """Return what is left of 1 without a node."""
    return tree.Group(tree.Sum((1, -1), (number("1", node), node), at=node.at), at=node.at)


def inverse(node: Expr) -> Expr:
    return tree.Quotient(number("1", node), node, at=node.at)


def product(factors: Sequence[Expr]) -> Expr:
    whole = (tree.Group(one, at=one.at) if isinstance(one, (tree.Sum, tree.Reduce)) else one for one in factors)
    return tree.Product(tuple(whole), at=factors[0].at)


def transposed(node: Expr) -> Expr:
    if isinstance(node, tree.Call) and node.function == tree.TRANSPOSE:
        return node.arguments[0]
    return tree.Call(tree.TRANSPOSE, (node,), at=node.at)


def is_transposed(node: Expr) -> bool:
    """Whether a node is the transpose of something."""
    return isinstance(node, tree.Call) and node.function == tree.TRANSPOSE


def words(node: Expr, otherwise: str) -> str:
    """Say a number, a symbol or an entry of one as notes write it; anything else in the words given."""
    match node:
        case tree.Number(text=text):
            return text
        case tree.Name(name=name):
            return name.partition("_{[")[0]
        case tree.Element(array=tree.Name() as array, indices=indices):
            return f"{words(array, '')}_{{{''.join(words(one, '·') for one in indices)}}}"
    return otherwise
