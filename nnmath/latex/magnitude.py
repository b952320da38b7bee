"""How large the terms of an equation are, whatever cancels among them: the measure of a componentwise error."""

from __future__ import annotations

from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import (
    Call,
    Compare,
    Expr,
    Group,
    Hadamard,
    Number,
    Product,
    Quotient,
    Reduce,
    Sum,
)


def absolute(node: Expr, outermost: bool = True) -> Expr:
    """Return the same expression with the terms of its outermost sum taken absolute: x W - b becomes |x| |W| + |b|.

    The factors of a term, and what is summed up by a sum sign, are taken absolute each by itself. A sum within a factor
    of a term, and what is inside of a function, stays as it is.
    """
    match node:
        case Number() | Compare() | Call(function=tree.ONES):
            return node
        case Sum() if outermost:
            terms = tuple(absolute(term, outermost=False) for term in node.terms)
            return replace(node, signs=(1,) * len(terms), terms=terms)
        case Product() | Hadamard():
            return replace(node, factors=tuple(absolute(factor, outermost) for factor in node.factors))
        case Quotient():
            return replace(node, top=absolute(node.top, outermost), bottom=_taken_absolute(node.bottom))
        case Group():
            return replace(node, inner=absolute(node.inner, outermost))
        case Call(function=tree.TRANSPOSE):
            return replace(node, arguments=(absolute(node.arguments[0], outermost),))
        case Reduce(kind="sum"):
            return replace(node, body=absolute(node.body, outermost))
        case _:
            return _taken_absolute(node)


def _taken_absolute(node: Expr) -> Expr:
    return Call(tree.ENTRYWISE_ABS, (node,), at=node.at)
