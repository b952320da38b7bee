r"""Sums over a letter that is in use: in ``\sum_k a_k \sum_k b_k`` each sum has a k of its own.

So has the sum in ``\frac{\partial}{\partial p_k} \sum_k p_k``: what it is differentiated by is one of the p_k, and the
sum in ``p_k = e^{z_k} / \sum_k e^{z_k}``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees


def with_letters_of_their_own(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations of a file in which a sum within a sum or a derivative is over another letter."""
    names = _letters(chains)

    def change(node: Expr) -> Expr:
        if isinstance(node, tree.Reduce):
            own = {one.letter for one in node.ranges}
            return replace(node, body=trees.changed(node.body, lambda one: _with_other_letters(one, own, names)))
        if isinstance(node, tree.Partial):
            below = trees.index_letters(node.bottom)
            return replace(node, top=trees.changed(node.top, lambda one: _with_other_letters(one, below, names)))
        return node

    return [trees.changed(chain, change) for chain in chains]


def with_sums_apart(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations in which a sum is over another letter than the index of what stands outside of it."""
    names = _letters(chains)
    return [trees.changed(one, partial(_with_other_letters, taken=_free(one), names=names)) for one in chains]


def _letters(chains: Sequence[tree.Chain]) -> set[str]:
    """Return the letters that stand in a file."""
    taken = {name for chain in chains for name in trees.names(chain)}
    return taken | {node.letter for chain in chains for node in tree.walk(chain) if isinstance(node, tree.Range)}


def _free(node: Expr) -> set[str]:
    """Return the letters that are indices outside of the sums over them."""
    if isinstance(node, tree.Element):
        return trees.index_letters(node) | _free(node.array)
    below = set().union(*map(_free, tree.children(node)))
    return below - {one.letter for one in node.ranges} if isinstance(node, tree.Reduce) else below


def _with_other_letters(node: Expr, taken: set[str], names: set[str]) -> Expr:
    """Return a sum over letters that are not taken; anything else as it is."""
    if not isinstance(node, tree.Reduce):
        return node
    others = {one.letter: trees.another_letter(one.letter, names) for one in node.ranges if one.letter in taken}
    return trees.changed(node, trees.with_letters(others)) if others else node
