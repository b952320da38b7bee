"""Dimensions: names, numbers, and what is calculated from them with sums and products, ``N·M`` and ``D + H``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import product
from math import prod

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr

#: A number, a name, or a sum of products of them in a form that is the same for equal sums.
Dim = str | int

#: Begins the name of a dimension that may be any: that of an argument of a function.
ANY = "?"

#: Begins the name of a dimension that is not known yet, and is the same wherever it stands.
OPEN = "?:"

#: How far an index runs that stands on no array: from one bound to another, which are calculated.
COUNTED = "#"

_PLUS, _TIMES = " + ", "·"

#: The factors of a term with a name, and how often the term stands in the sum.
_Terms = Counter[tuple[str, ...]]


def is_any(dim: Dim) -> bool:
    """Whether nothing is known of a dimension yet."""
    return str(dim).startswith(ANY) and not is_calculated(dim)


def is_calculated(dim: Dim) -> bool:
    """Whether a dimension is a sum or a product of others."""
    return _PLUS in str(dim) or _TIMES in str(dim)


def total(*dims: Dim) -> Dim:
    """Return a sum of dimensions."""
    found: _Terms = Counter()
    for dim in dims:
        found += _terms(dim)
    return _written(found)


def times(*dims: Dim) -> Dim:
    """Return a product of dimensions."""
    found: _Terms = Counter({(): 1})
    for dim in dims:
        pairs = product(found.items(), _terms(dim).items())
        found = sum((Counter({tuple(sorted(a + b)): m * n}) for (a, m), (b, n) in pairs), Counter())
    return _written(found)


def replaced(dim: Dim, known: Callable[[str], Dim]) -> Dim:
    """Return a dimension with the names in it replaced."""
    if not is_calculated(dim):
        return known(dim) if isinstance(dim, str) else dim
    return total(*(times(count, *map(known, names)) for names, count in _terms(dim).items()))


def names_in(dim: Dim) -> set[str]:
    """Return the names that a dimension is calculated from."""
    return {name for names in _terms(dim) for name in names}


def dimension_of(node: Expr) -> Dim | None:
    """Return what an expression is as a dimension; None if it is more than sums and products."""
    match node:
        case tree.Name(name=name):
            return name
        case tree.Number(text=text) if text.isdigit():
            return int(text)
        case tree.Group(inner=inner):
            return dimension_of(inner)
        case tree.Product(factors=parts):
            known = [dim for part in parts if (dim := dimension_of(part)) is not None]
            return times(*known) if len(known) == len(parts) else None
        case tree.Sum(signs=signs, terms=parts) if min(signs) > 0:
            known = [dim for part in parts if (dim := dimension_of(part)) is not None]
            return total(*known) if len(known) == len(parts) else None
    return None


def _terms(dim: Dim) -> _Terms:
    found: _Terms = Counter()
    for term in str(dim).split(_PLUS):
        factors = term.split(_TIMES)
        names = tuple(sorted(factor for factor in factors if not factor.isdigit()))
        found[names] += prod(int(factor) for factor in factors if factor.isdigit())
    return found


def _written(terms: _Terms) -> Dim:
    parts = []
    for names, count in sorted(terms.items()):
        parts.append(_TIMES.join([*([str(count)] if count != 1 or not names else []), *names]))
    text = _PLUS.join(parts)
    return int(text) if text.isdigit() else text
