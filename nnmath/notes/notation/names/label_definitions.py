r"""Arrays that are defined at their labels, ``p_{y_i} = e^{f_{y_i}} / \sum_j e^{f_j}``: a label may be any index."""

from __future__ import annotations

from collections.abc import Sequence

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.statements.roles import names_on_the_left


def with_any_label(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations in which such an array has an index for its label, if nothing else defines it."""
    defined = names_on_the_left(chains)
    return [_with_index(chain) if chain.relations and tree.base_name(chain.sides[0]) not in defined else chain
            for chain in chains]  # fmt: skip


def _with_index(chain: tree.Chain) -> tree.Chain:
    match chain.sides[0]:
        case tree.Element(array=tree.Name(), indices=(tree.Element(array=tree.Name(name=label)) as index,)):
            inside = [one for side in chain.sides for one in trees.elements(side) if index in one.indices]
            every = [one for one in tree.walk(chain) if one == index]
            letter = next(one for one in "qrsuvwh" if one not in trees.names(chain))
            if len(inside) == len(every) and label not in {tree.base_name(one) for one in inside}:

                def change(node: Expr) -> Expr:
                    return tree.Name(letter, at=node.at) if node == index else node

                return trees.changed(chain, change)
    return chain
