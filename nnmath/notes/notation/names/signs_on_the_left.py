r"""Symbols that are defined with a minus, ``-D = \frac12 \sum_j ...``, or inverted, ``S^{-1} = \alpha I + X^\top X``.

Both belong on the other side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.statements.left_sides import left_side
from nnmath.notes.syntax.statements.roles import names_on_the_left


def with_signs_on_the_right(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations with the minus, or the inverse, of what one of them defines moved.

    Nothing else defines that.
    """
    defined = names_on_the_left(chains)
    found = []
    for chain in chains:
        match chain:
            case tree.Chain(relations=("=" | ":=",), sides=(left, right)) if moved := _moved(left, right):
                name, _ = left_side(moved[0])
                if name and name not in defined | trees.names(right):
                    defined.add(name)
                    chain = replace(chain, sides=moved)
        found.append(chain)
    return found


def _moved(left: Expr, right: Expr) -> tuple[Expr, Expr] | None:
    """Return the sides of an equation without the sign on its left; None where none of these stands there."""
    whole = tree.Group(right, at=right.at)
    match left:
        case tree.Sum(signs=(-1,), terms=(one,)):
            return one, tree.Sum((-1,), (whole,), at=right.at)
        case tree.Power(base=one, exponent=tree.Sum(signs=(-1,), terms=(tree.Number(text="1"),)) as minus_one):
            return one, tree.Power(whole, minus_one, at=right.at)
    return None
