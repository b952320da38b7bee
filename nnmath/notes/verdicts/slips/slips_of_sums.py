"""The slips of the pen that are made with sums and products over indices: a sum left out, an index, a bound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees
from nnmath.notes.verdicts.slips.slip_trees import Slip


def with_other_bounds(node: Expr) -> Iterator[Slip]:
    """Yield a sum or product that begins or ends one step earlier or later."""
    if not isinstance(node, tree.Reduce):
        return
    what = "product" if node.kind == "prod" else "sum"
    for k, one in enumerate(node.ranges):
        before, behind = node.ranges[:k], node.ranges[k + 1 :]
        for step, when in ((1, "later"), (-1, "earlier")):
            if one.low is not None and _is_step(one.low):
                low = replace(one, low=trees.index_plus(one.low, step))
                yield f"where a {what} begins one step {when}", replace(node, ranges=(*before, low, *behind))
            if one.high is not None and _is_step(one.high):
                high = replace(one, high=trees.index_plus(one.high, step))
                yield f"where a {what} ends one step {when}", replace(node, ranges=(*before, high, *behind))


def _is_step(bound: Expr) -> bool:
    """Whether a bound is a letter, a number, or a letter and a number, t - 1."""
    if isinstance(bound, tree.Sum):
        return len(bound.terms) == 2 and isinstance(bound.terms[0], tree.Name) and _is_whole(bound.terms[1])
    return isinstance(bound, tree.Name) or _is_whole(bound)


def _is_whole(node: Expr) -> bool:
    return isinstance(node, tree.Number) and node.text.isdigit()


def without_one(node: Expr, letters: Sequence[str]) -> Iterator[Slip]:
    r"""Yield a sum over all indices but one, ``\sum_{j \ne i}``."""
    if isinstance(node, tree.Reduce) and not node.conditions and len(node.ranges) == 1:
        first = tree.Name(node.ranges[0].letter, at=node.at)
        for letter in letters:
            if letter != first.name:
                pair = (first, tree.Name(letter, at=node.at))
                condition = tree.Compare(("≠",), pair, at=node.at)
                yield f"with {first.name} ≠ {letter} below a sum", replace(node, conditions=(condition,))


def with_sums(node: Expr) -> Iterator[Slip]:
    """Yield a term with a sum over one of its indices, under a letter that stands nowhere else."""
    if isinstance(node, (tree.Element, tree.Product, tree.Hadamard, tree.Quotient, tree.Group, tree.Call)):
        for letter in sorted(trees.index_letters(node)):
            new = f"{letter}_{{sum}}"
            body = trees.changed(node, trees.with_letters({letter: new}))
            ranges = (tree.Range(new, at=node.at),)
            yield f"with a sum over {letter}", tree.Group(tree.Reduce("sum", ranges, (), body, at=node.at), at=node.at)
