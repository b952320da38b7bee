r"""Symbols that are defined with a minus, ``-D = \frac12 \sum_j ...``: it belongs on the other side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.statements.roles import left_side, names_on_the_left


def with_minus_on_the_right(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations with the minus before what one of them defines moved, if nothing else defines that."""
    defined = names_on_the_left(chains)
    found = []
    for chain in chains:
        match chain:
            case tree.Chain(relations=("=" | ":=",), sides=(tree.Sum(signs=(-1,), terms=(left,)), right)):
                name, _ = left_side(left)
                if name and name not in defined | trees.names(right):
                    defined.add(name)
                    negated = tree.Sum((-1,), (tree.Group(right, at=right.at),), at=right.at)
                    chain = replace(chain, sides=(left, negated))
        found.append(chain)
    return found
