r"""Gradients of which the next side gives an entry: ``\nabla_w J = \frac{\partial}{\partial w_j} J`` is that by w_j."""

from __future__ import annotations

from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.notes.syntax import trees


def with_entries_of_gradients(chain: tree.Chain) -> tree.Chain:
    """Return an equation in which the first side is the derivative by an entry, if the second one and others are."""
    match chain.sides:
        case (
            tree.Partial(bottom=tree.Name() as whole) as first,
            tree.Partial(bottom=tree.Element(array=array, indices=(tree.Name(name=index),)) as entry),
            *others,
        ) if whole == array and index in set().union(*map(trees.index_letters, others)):
            return replace(chain, sides=(replace(first, bottom=entry), *chain.sides[1:]))
    return chain
