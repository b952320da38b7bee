"""How long dimensions have to be drawn so that every number that an index meets in a file makes a difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod

from nnmath.latex.claims.crossings import COMPARING
from nnmath.latex.claims.derivation import Derivation, Equation
from nnmath.latex.claims.quantities import indices_in
from nnmath.latex.symbols.dimensions import Dim
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr

#: Arrays become longer than this only for a number that is an index itself or the bound of one; they are as long as
#: smaller numbers ask for in any case.
FEWEST, MOST = 3, 12

#: As long they become where a dimension is defined with less: it has to be at least 1.
MOST_TAKEN_OFF = 40


def literals_of(derivation: Derivation) -> dict[Dim, int]:
    r"""Return for dimensions a number that they should be larger than.

    That is the largest index or bound, one more than what an index or the dimension itself is compared with, as in
    ``[d \le 4]`` and ``w^{\min(T, 5)}``, how far ``x_{t-7}`` reaches back, and what is subtracted in ``P := T - 4``.
    """
    found: dict[Dim, int] = {}
    for equation in derivation.equations:
        for dim, literal in equation.ranges.literals.items():
            found[dim] = max(literal, found.get(dim, 0))
    claimed = [equation for equation in derivation.equations if not equation.stage.worked]
    others = [pair for equation in claimed for side in equation.sides for pair in _near(side, equation)]
    lengths = derivation.equations[-1].stage.scope.lengths.values()
    asked = [(pair, MOST) for pair in others] + [(pair, MOST_TAKEN_OFF) for one in lengths for pair in _taken_off(one)]
    for (dim, literal), most in asked:
        if FEWEST <= literal <= most:
            found[dim] = max(literal, found.get(dim, 0))
    return found


def _near(side: Expr, equation: Equation) -> Iterator[tuple[Dim, int]]:
    indices, scope = indices_in(equation.ranges), equation.stage.scope
    ranges = [one for node in tree.walk(side) if isinstance(node, tree.Reduce) for one in node.ranges]
    bounds = {one.letter: _whole(one.high) for one in ranges}
    for node in tree.walk(side):
        if isinstance(node, tree.Compare) or (isinstance(node, tree.Call) and node.function in COMPARING):
            parts = [part for child in tree.children(node) for part in _parts(child)]
            names = {part.name for part in parts if isinstance(part, tree.Name)}
            dims = {indices.get(name, name) for name in names if name in {*indices, *scope.dimensions}}
            largest = max(map(_offset, tree.children(node)))
            yield from ((dim, 1 + largest) for dim in dims if largest)
        elif isinstance(node, tree.Reduce) and node.kind.endswith(("max", "min")) and len(node.ranges) == 1:
            yield indices[node.ranges[0].letter], FEWEST  # so that some stand between the first and the last
        elif isinstance(node, tree.Element):
            shape = scope.shape_of(tree.base_name(node)) or ()
            calculated = [pair for pair in zip(shape, node.indices, strict=False) if any(tree.children(pair[1]))]
            yield from ((dim, _reach(index, bounds)) for dim, index in calculated)


def _parts(node: Expr) -> Iterator[Expr]:
    """Yield what a number or an index is calculated from."""
    yield node
    if isinstance(node, (tree.Sum, tree.Product, tree.Group)):
        for child in tree.children(node):
            yield from _parts(child)


def _whole(node: Expr | None) -> int:
    return int(node.text) if isinstance(node, tree.Number) and node.text.isdigit() else 0


def _offset(node: Expr) -> int:
    """Return the largest number that is added or subtracted, or stands alone; what is multiplied by it is none."""
    if isinstance(node, (tree.Sum, tree.Group)):
        return max(map(_offset, tree.children(node)))
    return _whole(node)


def _reach(index: Expr, bounds: Mapping[str, int]) -> int:
    """Return how far from its letter a calculated index reaches at most; 0 where numbers do not say it."""
    match index:
        case tree.Sum(terms=terms):
            return sum(_reach(term, bounds) for term in terms)
        case tree.Product(factors=factors):
            return prod(_reach(factor, bounds) for factor in factors)
        case tree.Group(inner=inner):
            return _reach(inner, bounds)
        case tree.Name(name=name):
            return bounds.get(name, 0)
    return _whole(index)


def _taken_off(length: Expr) -> Iterator[tuple[Dim, int]]:
    for node in tree.walk(length):
        if isinstance(node, tree.Sum):
            taken = sum(_reach(term, {}) for sign, term in zip(node.signs, node.terms, strict=True) if sign < 0)
            names = [part.name for part in _parts(node) if isinstance(part, tree.Name)]
            yield from ((name, taken + 1) for name in names if taken)
