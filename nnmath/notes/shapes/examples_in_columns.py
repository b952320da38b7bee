r"""Examples that are the columns of a matrix, ``\sum_{i=1}^m dZ^{(i)}`` beside Z = W X + b."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from nnmath.latex.symbols.scope import Shape
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees


def with_examples_in_columns(chain: tree.Chain, shape: Callable[[Expr], Shape | None]) -> tree.Chain:
    """Return an equation in which an index above a matrix, Z^{(i)}, counts its columns."""
    if tree.Element not in tree.kinds(chain):
        return chain
    letters = set[str]().union(*map(trees.summed, chain.sides))

    def is_example(node: Expr) -> bool:
        if not (isinstance(node, tree.Element) and node.parted and len(node.indices) == 1):
            return False
        (index,), found = node.indices, shape(node.array)
        return isinstance(index, tree.Name) and index.name in letters and found is not None and len(found.dims) == 2

    def column(matrix: Expr, of: Expr) -> Expr:
        assert isinstance(of, tree.Element)
        return replace(of, array=tree.Group(tree.Call(tree.TRANSPOSE, (matrix,), at=of.at), at=of.at))

    def change(node: Expr) -> Expr:
        match node:
            case tree.Partial(bottom=tree.Element(array=tree.Group(inner=tree.Call(arguments=(matrix,)))) as one):
                return column(replace(node, bottom=matrix), one) if one in turned else node
            case tree.Element() if is_example(node):
                turned.append(column(node.array, node))
                return turned[-1]
        return node

    turned: list[Expr] = []
    return trees.changed(chain, change)
