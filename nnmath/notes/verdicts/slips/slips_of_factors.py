"""The slips of the pen that are made with factors and terms: one too many, one lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.verdicts.slips.slip_trees import (
    QUANTITIES,
    Slip,
    inverse,
    is_transposed,
    minus,
    number,
    one_minus,
    product,
    words,
)


def scaled(side: Expr, parts: Sequence[Expr]) -> Iterator[Slip]:
    """Yield a term times or divided by something, with either sign where it is 2."""
    for text in "234":
        factor = number(text, side)
        yield f"divided by {text}", product((side, inverse(factor)))
        yield f"times {text}", product((factor, side))
    yield "divided by -2", minus(product((side, inverse(number("2", side)))))
    yield "times -2", minus(product((number("2", side), side)))
    for one in parts:
        said = words(one, "another factor")
        yield f"divided by {said}", product((side, inverse(one)))
        yield f"times {said}", product((one, side))
        yield f"times {said}", product((side, one))
        yield f"times {said}, entry by entry", tree.Hadamard((tree.Group(side, at=side.at), one), at=side.at)
        if isinstance(one, QUANTITIES):
            yield f"times 1 - {said}", product((side, one_minus(one)))
            yield (
                f"times 1 - {said}, entry by entry",
                tree.Hadamard((tree.Group(side, at=side.at), one_minus(one)), at=side.at),
            )


def with_scaled_terms(node: Expr, parts: Sequence[Expr]) -> Iterator[Slip]:
    """Yield a node of which a term, or an argument, is times or divided by something."""
    match node:
        case tree.Sum(signs=signs, terms=terms):
            for k in range(len(terms) - 2):  # two terms in brackets, 1/2 (a + b) + c
                pair = tree.Group(replace(node, signs=(1, signs[k] * signs[k + 1]), terms=terms[k : k + 2]), at=node.at)
                for said, new in scaled(pair, ()):
                    rest = (*signs[: k + 1], *signs[k + 2 :]), (*terms[:k], new, *terms[k + 2 :])
                    yield f"with two terms {said}", replace(node, signs=rest[0], terms=rest[1])
            for k, term in enumerate(terms):
                for said, new in scaled(term, parts):
                    yield f"with a term {said}", replace(node, terms=(*terms[:k], new, *terms[k + 1 :]))
        case tree.Reduce(body=body):
            for said, new in scaled(body, parts):
                yield f"with its summand {said}", replace(node, body=new)
        case tree.Call(arguments=(argument,)) if not is_transposed(node):
            for said, new in scaled(argument, parts):
                yield f"with an argument {said}", replace(node, arguments=(new,))


def with_lost_factors(node: Expr, factors: Sequence[Expr]) -> Iterator[Slip]:
    """Yield a sum with a factor more in a summand or a term: the derivative of what stands within is easily lost."""
    for one in factors:
        said = words(one, "another factor")
        if isinstance(node, tree.Reduce):
            yield f"with its summand times {said}", replace(node, body=product((node.body, one)))
        elif isinstance(node, tree.Sum):
            for k, term in enumerate(node.terms):
                terms = (*node.terms[:k], product((one, term)), *node.terms[k + 1 :])
                yield f"with a term times {said}", replace(node, terms=terms)


def with_more(node: Expr, parts: Sequence[Expr]) -> Iterator[Slip]:
    """Yield a node with a term or a factor beside it."""
    if not isinstance(node, (*QUANTITIES, tree.Call, tree.Group, tree.Product, tree.Number)) or is_transposed(node):
        return
    for one in (number("1", node), *parts):
        for signs in ((1, 1), (1, -1), (-1, 1)):
            said = f"with {words(one, 'another term')} added or subtracted"
            yield said, tree.Group(tree.Sum(signs, (node, one), at=node.at), at=node.at)
    for one in parts:
        said = f"with a term times {words(one, 'another factor')}"
        factors = node.factors if isinstance(node, tree.Product) else ()
        for k in range(1, len(factors)):
            yield said, tree.Product((*factors[:k], one, *factors[k:]), at=node.at)
        yield said, product((node, one))
        yield said, product((one, node))
