r"""Matrices of one column that are read as vectors: an annotation says ``Y (M, 1)``, the equations say ``Y_{i1}``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees


def with_single_columns(
    chains: Mapping[int, tree.Chain], vectors: Collection[str], matrices: Collection[str]
) -> dict[int, tree.Chain]:
    """Return the equations in which such arrays have one index, and those beside them that are indexed as they are.

    Parameters
    ----------
    chains : mapping
        The equations.
    vectors, matrices : collection of str
        What annotations give one dimension, and two.
    """
    indexed: dict[str, list[bool]] = {}
    for chain in chains.values():
        for one in trees.elements(chain):
            indexed.setdefault(tree.base_name(one), []).append(_is_first_of_column(one))
    single = {name for name, every in indexed.items() if all(every)} - {*matrices}

    def change(node: Expr) -> Expr:
        if isinstance(node, tree.Element) and tree.base_name(node) in single and _is_first_of_column(node):
            return replace(node, indices=node.indices[:1])
        return node

    return {i: trees.changed(one, change) for i, one in chains.items()} if single & {*vectors} else dict(chains)


def _is_first_of_column(one: tree.Element) -> bool:
    """Whether an element is in the first column of a matrix, as Y_{i1}."""
    return len(one.indices) == 2 and isinstance(one.indices[1], tree.Number) and one.indices[1].text == "1"
