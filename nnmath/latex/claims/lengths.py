"""How far an index runs that only stands in calculated indices, ``x_{s i + u}``: as far as these lie inside of x."""

from __future__ import annotations

from collections.abc import Mapping

from nnmath.latex.semantics.names import indices_of
from nnmath.latex.symbols.dimensions import COUNTED
from nnmath.latex.symbols.scope import Definition, Scope
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr

#: For an index its smallest and its largest value.
_Bounds = Mapping[str, tuple[Expr, Expr]]


def longest(definition: Definition, letter: str, scope: Scope) -> Expr | None:
    """Return how far an index on the left of a definition can run without an index that lies outside of its array.

    None where that does not follow: an array has a value outside, or an index is more than a sum of multiples.
    """
    body = definition.body
    others = {name: dim for name, dim in definition.ranges.free.items() if name != letter and isinstance(dim, str)}
    found = _limits(body, letter, {name: _whole(dim, body) for name, dim in others.items()}, definition, scope)
    if not found or None in found:
        return None
    limits = tuple(one for one in found if one is not None)
    return limits[0] if len(set(limits)) == 1 else tree.Call("min", limits, at=body.at)


def _limits(node: Expr, letter: str, bounds: _Bounds, definition: Definition, scope: Scope) -> list[Expr | None]:
    """Return what each calculated index below a node allows; None where that is not known."""
    if isinstance(node, tree.Reduce):
        dims = definition.ranges.bound.get(node.at, {})
        bounds = {**bounds, **{one.letter: _bounds(one, dims[one.letter]) for one in node.ranges}}
    found = [one for child in tree.children(node) for one in _limits(child, letter, bounds, definition, scope)]
    if isinstance(node, tree.Element) and any(_stands_in(letter, index) for index in node.indices):
        declared = scope.declared.get(tree.base_name(node))
        shape = scope.shape_of(tree.base_name(node)) or ()
        for index, dim in zip(indices_of(node, len(shape)), shape, strict=False):
            if _stands_in(letter, index):
                inside = not (declared and declared.zero_outside)
                found.append(_solved(index, str(dim), letter, bounds) if inside else None)
    return found


def _stands_in(letter: str, node: Expr) -> bool:
    return any(isinstance(one, tree.Name) and one.name == letter for one in tree.walk(node))


def _whole(dim: str, node: Expr) -> tuple[Expr, Expr]:
    return tree.Number("1", at=node.at), tree.Name(dim, at=node.at)


def _bounds(one: tree.Range, dim: object) -> tuple[Expr, Expr]:
    if one.low is not None and one.high is not None and dim == COUNTED:
        return one.low, one.high
    return _whole(str(dim), one)


def _solved(index: Expr, dim: str, letter: str, bounds: _Bounds) -> Expr | None:
    """Return the largest whole number for an index so that what is calculated from it is at most a dimension."""
    plain = index.inner if isinstance(index, tree.Group) else index
    signs, terms = (plain.signs, plain.terms) if isinstance(plain, tree.Sum) else ((1,), (plain,))
    own = [(sign, term) for sign, term in zip(signs, terms, strict=True) if _stands_in(letter, term)]
    if len(own) != 1 or own[0][0] < 0:
        return None
    rest: list[tuple[int, Expr]] = [(1, tree.Name(dim, at=index.at))]
    factors, shift = _multiple(own[0][1], letter)
    if factors is None:
        return None
    for sign, term in zip(signs, terms, strict=True):
        if not _stands_in(letter, term):
            rest.append((-sign, _extreme(term, bounds, sign > 0)))
    whole: Expr = tree.Sum(tuple(sign for sign, _ in rest), tuple(term for _, term in rest), at=index.at)
    if factors:
        quotient = tree.Quotient(whole, tree.Product(factors, at=index.at), at=index.at)
        whole = tree.Call("floor", (quotient,), at=index.at)
    return tree.Sum((1, -1), (whole, shift), at=index.at) if shift else whole


def _multiple(term: Expr, letter: str) -> tuple[tuple[Expr, ...] | None, Expr | None]:
    r"""Return s and -1 for ``s (i - 1)``, nothing and nothing for ``i``; no factors where it is no multiple."""
    factors = term.factors if isinstance(term, tree.Product) else (term,)
    own = [one for one in factors if _stands_in(letter, one)]
    others = tuple(one for one in factors if one is not own[0])
    match own[0] if len(own) == 1 else None:
        case tree.Name():
            return others, None
        case tree.Group(inner=tree.Sum(signs=(1, sign), terms=(tree.Name(), tree.Number() as shift))):
            return others, tree.Sum((sign,), (shift,), at=term.at)
    return None, None


def _extreme(term: Expr, bounds: _Bounds, largest: bool) -> Expr:
    """Return a term with each index in it at its largest value, or at its smallest."""
    match term:
        case tree.Name(name=name) if name in bounds:
            return tree.Group(bounds[name][largest], at=term.at)
        case tree.Product(factors=factors):
            return tree.Product(tuple(_extreme(one, bounds, largest) for one in factors), at=term.at)
        case tree.Group(inner=tree.Sum() as inner):
            signed = zip(inner.signs, inner.terms, strict=True)
            parts = tuple(_extreme(one, bounds, largest == (sign > 0)) for sign, one in signed)
            return tree.Group(tree.Sum(inner.signs, parts, at=term.at), at=term.at)
    return term
