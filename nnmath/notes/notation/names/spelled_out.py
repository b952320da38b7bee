r"""Symbols that the next side of a definition spells out: ``L = (y - p)^2 = (y - w x)^2`` says that p is w x."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr, has_derivative
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.statements.left_sides import left_side, quantities
from nnmath.notes.syntax.statements.roles import dimensions_in
from nnmath.notes.syntax.usage import usage

#: What a symbol that stands in one side is in the other one.
_Pairs = list[tuple[Expr, Expr]]


def spelled_out(chains: Iterable[tree.Chain]) -> list[tree.Chain]:
    r"""Return definitions of symbols that have none, by what stands in their place in the next side of a chain.

    What something is differentiated by makes them needed; without it they may be any quantities, but for the
    arguments of a function: ``s = \sigma(w^\top x + b) = \sigma(z)`` says what z is.
    """
    chains = [chain for chain in chains if chain.relations]
    slopes = [node for chain in chains for node in tree.walk(chain) if isinstance(node, tree.Partial)]
    by = {tree.base_name(node.bottom) for node in slopes}
    used = usage(chains)
    known = _defined(chains) | used.indices | dimensions_in(chains, used.indices)
    found: dict[str, tree.Chain] = {}
    for chain in chains:
        if {*chain.relations} == {"="} and not has_derivative(chain.sides[0]):
            for one, other in pairwise(chain.sides[1:]):
                for symbol, body in _pairs(one, other) or []:
                    name = tree.base_name(symbol)
                    needed = trees.names(body) & by or isinstance(one, tree.Call)
                    if name not in known and needed and _may_be(symbol, body):
                        found.setdefault(name, tree.Chain((":=",), (symbol, body), at=chain.at))
    return list(found.values())


def _defined(chains: Sequence[tree.Chain]) -> set[str]:
    """Return what equations may define: what their left sides are made of, and what is one of their sides."""
    lefts = [chain.sides[0] for chain in chains if not has_derivative(chain.sides[0]) and not _is_dz(chain.sides[0])]
    alone = {left_side(side)[0] for chain in chains for side in chain.sides}
    return alone.union(*map(quantities, lefts))


def _is_dz(side: Expr) -> bool:
    """Whether a side is a derivative that is written as a differential."""
    return isinstance(side, tree.Product) and tree.base_name(side.factors[0]) == "d"


def _may_be(symbol: Expr, body: Expr) -> bool:
    """Whether a symbol may be defined by a body: all indices that this leaves open stand below the symbol."""
    name, _ = left_side(symbol)
    free = trees.index_letters(body) - trees.summed(body)
    return bool(name) and name not in trees.names(body) and free <= trees.index_letters(symbol)


def _pairs(one: Expr, other: Expr) -> _Pairs | None:
    """Return the symbols of two sides with what stands in their place; None where the sides differ in more."""
    one, other = _inner(one), _inner(other)
    if one == other:
        return []
    if _is_symbol(one) != _is_symbol(other):
        return [(one, other) if _is_symbol(one) else (other, one)]
    match one, other:
        case (tree.Sum(), _) | (_, tree.Sum()):
            return _of_sums(_signed(one), _signed(other))
        case (tree.Product(), tree.Product()):
            return _of_each(one.factors, other.factors)
        case (tree.Hadamard(), tree.Hadamard()):
            return _of_each(one.factors, other.factors)
        case tree.Power(), tree.Power():
            return _of_each((one.base, one.exponent), (other.base, other.exponent))
        case tree.Quotient(), tree.Quotient():
            return _of_each((one.top, one.bottom), (other.top, other.bottom))
        case tree.Call(), tree.Call() if (one.function, one.primes) == (other.function, other.primes):
            return _of_each(one.arguments, other.arguments)
        case tree.Reduce(), tree.Reduce() if (one.kind, one.ranges) == (other.kind, other.ranges):
            return _pairs(one.body, other.body)
    return None


def _inner(node: Expr) -> Expr:
    while isinstance(node, tree.Group):
        node = node.inner
    return node


def _is_symbol(node: Expr) -> bool:
    return bool(left_side(node)[0]) and not isinstance(node, tree.Call)


def _signed(node: Expr) -> list[tuple[int, Expr]]:
    """Return the terms of a sum with their signs; anything else is its only term."""
    return list(zip(node.signs, node.terms, strict=True)) if isinstance(node, tree.Sum) else [(1, node)]


def _of_sums(one: list[tuple[int, Expr]], other: list[tuple[int, Expr]]) -> _Pairs | None:
    """Compare what two sums do not share; a symbol in one of them may be several terms of the other one."""
    one, other = [term for term in one if term not in other], [term for term in other if term not in one]
    for few, many in ((one, other), (other, one)):
        if len(few) == 1 < len(many) and _is_symbol(few[0][1]):
            sign, symbol = few[0]
            signs, terms = tuple(sign * each for each, _ in many), tuple(term for _, term in many)
            return [(symbol, tree.Sum(signs, terms, at=symbol.at))]
    turned = {term for _, term in one} & {term for _, term in other}  # (a - b)^2 = (b - a)^2
    if turned or [sign for sign, _ in one] != [sign for sign, _ in other]:
        return None
    return _of_each([term for _, term in one], [term for _, term in other])


def _of_each(one: Sequence[Expr], other: Sequence[Expr]) -> _Pairs | None:
    if len(one) != len(other):
        return None
    found = list(_each(one, other))
    pairs = [pair for some in found if some is not None for pair in some]
    return pairs if None not in found and len(dict(pairs)) == len({*pairs}) else None


def _each(one: Sequence[Expr], other: Sequence[Expr]) -> Iterator[_Pairs | None]:
    for left, right in zip(one, other, strict=True):
        yield _pairs(left, right)
