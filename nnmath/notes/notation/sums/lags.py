r"""Inputs that stand at earlier steps alone, ``x_t = a x_{t-1} + \epsilon_{t-1}``: the first of them would be ε_0.

Their steps are counted from 1 as those of other inputs are: ε_t is what the file calls ε_{t-1}.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.statements.roles import names_on_the_left


def without_common_lags(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations in which no input stands at earlier steps alone."""
    lags: dict[str, set[int]] = defaultdict(set)
    for node in (node for chain in chains for node in trees.elements(chain)):
        lags[tree.base_name(node)].add(_lag(node.indices[0]) if len(node.indices) == 1 else 0)
    given = names_on_the_left(chains)
    common = {name: min(found) for name, found in lags.items() if min(found) > 0 and name not in given}

    def change(node: Expr) -> Expr:
        if isinstance(node, tree.Element) and (lag := common.get(tree.base_name(node), 0)):
            return replace(node, indices=(trees.index_plus(node.indices[0], lag),))
        return node

    return [trees.changed(chain, change) for chain in chains] if common else list(chains)


def _lag(index: Expr) -> int:
    """Return by how many steps an index is earlier, 1 for t - 1; 0 for any other index."""
    match index:
        case tree.Sum(signs=(1, -1), terms=(tree.Name(), tree.Number(text=text))) if text.isdigit():
            return int(text)
    return 0
