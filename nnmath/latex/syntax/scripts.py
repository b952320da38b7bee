"""What stands below a sum, and what its body is; the indices of an element."""

from __future__ import annotations

import re

from nnmath.latex.errors import DerivationError, Place
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr


def is_fraction(node: Expr) -> bool:
    """Tell a fraction from ``a / b`` on one line: a fraction begins where its bar does."""
    return isinstance(node, tree.Quotient) and node.at != node.top.at


def refuse_condition(node: Expr) -> None:
    if isinstance(node, tree.Compare):
        raise DerivationError("a condition stands in square brackets: [k = y_n]", node.at)


def indices(node: Expr) -> tuple[Expr, ...]:
    """Split ``nk`` of a subscript into its indices."""
    refuse_condition(node)
    if isinstance(node, tree.Product) and not node.dotted:
        return node.factors
    return (node,)


def with_multiples(content: list[Expr]) -> tuple[Expr, ...]:
    """Return indices of which some are written as ``2i``, each of these as one product; none without such a one."""
    products = [one for one in content if isinstance(one, tree.Product) and not one.dotted]
    multiples = all(isinstance(one.factors[0], tree.Number) for one in products)
    return tuple(content) if products and multiples else ()


def split_digits(every: tuple[Expr, ...], rank: int) -> tuple[Expr, ...]:
    """Read ``12`` in ``x_{12}`` as the indices 1 and 2 where x has two; where it has one, it is the twelfth entry."""
    if len(every) == rank:
        return every
    single = tuple(part for one in every for part in (_digits(one) or (one,)))
    return single if len(single) == rank else every


def _digits(node: Expr) -> tuple[Expr, ...]:
    if not (isinstance(node, tree.Number) and node.text.isdigit()):
        return ()
    return tuple(tree.Number(digit, at=node.at) for digit in node.text)


def ranges(below: list[Expr], above: list[Expr] | None, at: Place) -> tuple[list[tree.Range], list[Expr]]:
    r"""Read what stands below and above a sum: ``k``, ``n,k``, ``k=1`` and ``K``, ``j \ne k``, ``n, y_n = k``."""
    found: list[tree.Range] = []
    conditions: list[Expr] = []
    for clause in below:
        if not isinstance(clause, tree.Compare):
            found += [tree.Range(_letter(index), at=index.at) for index in indices(clause)]
            continue
        if _lies_between(clause) and len(clause.sides) == 3:
            low, high = (clause.sides[0], clause.sides[2])
            low, high = (_next(low, 1) if clause.relations[0] == "<" else low,
                         _next(high, -1) if clause.relations[1] == "<" else high)  # fmt: skip
            found.append(tree.Range(_letter(clause.sides[1]), low, high, at=clause.at))
            continue
        if _lies_between(clause):
            found += [tree.Range(_letter(side), at=clause.at) for side in clause.sides[1:-1]]
            conditions.append(clause)
            continue
        if _speaks_of(clause, found):
            conditions.append(clause)
            continue
        letter = _letter(clause.sides[0])
        if clause.relations == ("=",) and above is not None and not found:
            found.append(tree.Range(letter, clause.sides[1], above[0], at=clause.at))
            continue
        if clause.relations == ("=",):
            raise DerivationError("a lower bound needs its upper bound: \\sum_{k=1}^{K}", clause.at)
        if letter not in [one.letter for one in found]:
            found.append(tree.Range(letter, at=clause.at))
        conditions.append(clause)
    if above is not None and (len(found) != 1 or found[0].high is None or len(above) != 1):
        raise DerivationError("an upper bound needs its lower bound: \\sum_{k=1}^{K}", at)
    letters = [one.letter for one in found]
    if len(set(letters)) != len(letters):
        raise DerivationError("the same index twice below one sum", at)
    return found, conditions


def _lies_between(clause: tree.Compare) -> bool:
    r"""Whether indices stand between two bounds, as in ``1 \le i < j \le N``."""
    return len(clause.sides) > 2 and set(clause.relations) <= {"<", "≤"} and not isinstance(clause.sides[0], tree.Name)


def _speaks_of(clause: tree.Compare, found: list[tree.Range]) -> bool:
    """Whether a comparison is one of a quantity at an index that runs already, as in ``n, y_n = k``."""
    names = {node.name for node in tree.walk(clause.sides[0]) if isinstance(node, tree.Name)}
    return not isinstance(clause.sides[0], tree.Name) and bool(names & {one.letter for one in found})


def _next(bound: Expr, step: int) -> Expr:
    """Return the whole number after a bound, or before it."""
    return tree.Sum((1, step), (bound, tree.Number("1", at=bound.at)), at=bound.at)


def _letter(node: Expr) -> str:
    if isinstance(node, tree.Name) and re.fullmatch(r"[a-z]|\\[a-z]+", node.name):
        return node.name
    raise DerivationError("an index is a small letter", node.at)


def refuse_open_end(kind: str, ranges: list[tree.Range], body: Expr) -> None:
    r"""Refuse ``\max_k z_k w``: whether w stands inside makes a difference, unless it has to."""
    if not isinstance(body, (tree.Product, tree.Hadamard, tree.Quotient)) or is_fraction(body):
        return
    last = body.bottom if isinstance(body, tree.Quotient) else body.factors[-1]
    letters = {one.letter for one in ranges}
    if not any(isinstance(node, tree.Name) and node.name in letters for node in tree.walk(last)):
        raise DerivationError(f"it is unclear whether this factor stands inside the {kind}; use brackets", last.at)
