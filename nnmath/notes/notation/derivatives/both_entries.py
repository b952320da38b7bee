r"""Derivatives by symmetric matrices in which both entries that are equal change at once, as in the Matrix Cookbook.

``\frac{\partial f}{\partial u_{ab}}`` is that by u_{ab} and by u_{ba}, and on the diagonal that by one entry;
``\frac{\partial \log \det X}{\partial X}`` is 2 X^{-1} without one half of the diagonal.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees


def with_both_entries(chain: tree.Chain, symmetric: Collection[str]) -> tree.Chain:
    """Return an equation in which derivatives by these matrices, and by their entries, are such ones."""

    def change(node: Expr) -> Expr:
        match node:
            case tree.Partial(bottom=tree.Name(name=name)) if name in symmetric:
                turned: Expr = tree.Call(tree.TRANSPOSE, (node,), at=node.at)
                diagonal: Expr = tree.Hadamard((node, tree.Name("I", at=node.at)), at=node.at)
                return tree.Group(tree.Sum((1, 1, -1), (node, turned, diagonal), at=node.at), at=node.at)
            case tree.Partial(bottom=tree.Element(array=tree.Name(name=name) as array, indices=(row, column))) if (
                name in symmetric and isinstance(row, tree.Name) and isinstance(column, tree.Name) and row != column
            ):
                other = tree.Element(array, (column, row), at=node.bottom.at)
                turned = replace(node, bottom=other)
                same = tree.Compare(("=",), (row, column), at=node.at)
                diagonal = tree.Product((same, node), at=node.at)
                return tree.Group(tree.Sum((1, 1, -1), (node, turned, diagonal), at=node.at), at=node.at)
        return node

    return trees.changed(chain, change)
