r"""Sums over pairs: whether ``\sum_{i < j} x_i x_j`` is over i alone or over both depends on where else j stands."""

from __future__ import annotations

from collections.abc import Iterator

from nnmath.latex.errors import DerivationError
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.names import KnownNames
from nnmath.latex.syntax.tree import Expr


def refuse_unclear_pairs(chain: tree.Chain, known: KnownNames) -> None:
    """Refuse a sum over one index of a condition whose other index stands nowhere else in the equation."""
    for node, letters in unclear_pairs(chain, frozenset(known.symbols)):
        problem = f"it is unclear whether {letters[0]} is summed over, too; write \\sum_{{1 \\le i < j \\le N}}, or"
        raise DerivationError(f"{problem} \\sum_{{i,j}} and the condition in square brackets", node.at)


def unclear_pairs(chain: tree.Chain, clear: frozenset[str] = frozenset()) -> Iterator[tuple[tree.Reduce, list[str]]]:
    """Yield the sums over one index of a condition with its other indices, which stand nowhere else in the equation."""
    waiting: list[tuple[Expr, frozenset[str]]] = [(chain, clear)]
    while waiting:
        node, clear = waiting.pop()
        if isinstance(node, tree.Reduce):
            clear |= {one.letter for one in node.ranges}
            unclear = sorted((_compared(node) & _indices(node.body)) - clear - _free(chain, node))
            if unclear and not any(one.low for one in node.ranges):
                yield node, unclear
        waiting += [(child, clear) for child in tree.children(node)]


def _compared(node: tree.Reduce) -> set[str]:
    sides = [side for one in node.conditions if isinstance(one, tree.Compare) for side in one.sides]
    return {side.name for side in sides if isinstance(side, tree.Name)}


def _indices(body: Expr) -> set[str]:
    elements = [node for node in tree.walk(body) if isinstance(node, tree.Element)]
    return {index.name for node in elements for index in node.indices if isinstance(index, tree.Name)}


def _free(node: Expr, without: Expr) -> set[str]:
    """Return the names that stand in a tree outside of one node of it and are not summed over there."""
    if node is without:
        return set()
    if isinstance(node, tree.Name):
        return {node.name}
    found = set[str]().union(*(_free(child, without) for child in tree.children(node)))
    return found - {one.letter for one in node.ranges} if isinstance(node, tree.Reduce) else found
