r"""Residuals: ``y_i = \beta_0 + \beta_1 x_i + \epsilon_i`` says what ε is, where a loss is made of it.

The y is data, and a sum of squares of ε depends on β.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.statements.left_sides import left_side
from nnmath.notes.syntax.statements.roles import names_on_the_left

_ERRORS = frozenset([r"\epsilon", r"\varepsilon", "e"])
_DATA = frozenset("yYt")


def with_residuals(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations in which such an equation defines its last term.

    Nothing else defines that or says how it is distributed; y is not differentiated, and nothing is by the term.
    """
    slopes = [node for chain in chains for node in tree.walk(chain) if isinstance(node, tree.Partial)]
    tops, bottoms = ({tree.base_name(one) for one in ends}
                     for ends in ((node.top for node in slopes), (node.bottom for node in slopes)))  # fmt: skip
    defined = names_on_the_left(chains)
    drawn = set().union(*(trees.names(chain) for chain in chains if "∼" in chain.relations))
    done = [*chains]
    for k, chain in enumerate(chains):
        found = _residual(chain)
        if found is not None:
            name, others = tree.base_name(found.sides[0]), [*chains[:k], *chains[k + 1 :]]
            used = any(name in trees.names(other) for other in others)
            if used and name not in defined | drawn | bottoms and tree.base_name(chain.sides[0]) not in tops:
                done[k] = found
    return done


def _residual(chain: tree.Chain) -> tree.Chain | None:
    """Return what an equation says of its last term; nothing unless that is an error that is added to something."""
    match chain:
        case tree.Chain(relations=("=" | ":=",), sides=(left, tree.Sum(signs=(*signs, 1), terms=(*terms, error)))):
            names = tree.base_name(left), tree.base_name(error)
            if names[0] in _DATA and names[1] in _ERRORS and left_side(left)[0] and left_side(error)[0] and terms:
                return replace(chain, sides=(error, _less(left, signs, terms)))
    return None


def _less(left: Expr, signs: Sequence[int], terms: Sequence[Expr]) -> Expr:
    return tree.Sum((1, *(-sign for sign in signs)), (left, *terms), at=left.at)
