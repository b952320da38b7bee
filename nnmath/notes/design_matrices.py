r"""Matrices whose rows or columns have letters of their own: X beside x_n, in a sum of (y_n - w^T x_n)^2.

Notes seldom say that x_n is a row of X, or a column. It is a reading of its own: without it they are two quantities.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes import trees
from nnmath.notes.usage import Usage

ROWS, COLUMNS = "rows", "columns"


def matrices(used: Usage, defined: Iterable[str]) -> dict[str, str]:
    """Return for each array that stands with an index, x in x_n, the matrix of its capital letter."""
    unsaid = {*used.arrays} - {*defined}
    return {
        name: name.upper()
        for name in unsaid
        if len(name) == 1 and name.islower() and name.upper() in used.bare - {*defined} - {"I", "L", "N", "T"}
    }


def with_parts(chain: tree.Chain, pairs: Mapping[str, str], lie: str) -> tree.Chain:
    """Return an equation in which x_n is a row of X, or a column of it."""

    def change(node: Expr) -> Expr:
        if isinstance(node, tree.Element) and isinstance(node.array, tree.Name) and node.array.name in pairs:
            matrix: Expr = tree.Name(pairs[node.array.name], at=node.array.at)
            if lie == COLUMNS:
                matrix = tree.Call(tree.TRANSPOSE, (matrix,), at=node.array.at)
            return tree.Element(matrix, node.indices, parted=node.parted, at=node.at)
        return node

    return trees.changed(chain, change)
