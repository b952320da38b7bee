r"""Columns of matrices that have a single index, and matrices of one column.

X_i is a column where the text says so; q_j is one beside q_{kj}, with j in the second place alone, where vectors are
multiplied, ``p_i^T q_j`` or ``w \cdot x_d`` beside w_i and x_{id}. Matrices of one column are read as vectors: an
annotation says ``Y (M, 1)``, the equations say ``Y_{i1}``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.document.prose import ALL
from nnmath.notes.syntax import trees

_PLACES = (0, 1)


def with_columns(chains: Sequence[tree.Chain], said: Collection[str]) -> list[tree.Chain]:
    """Return the equations in which columns are those of matrices; of those that are `said`, or of `ALL`, any."""
    lefts = {tree.base_name(chain.sides[0]) for chain in chains if chain.relations}
    nodes = [one for chain in chains for one in trees.elements(chain)]
    places: dict[str, list[set[str]]] = {}
    for one in nodes:
        if len(one.indices) == len(_PLACES):
            for place, index in zip(places.setdefault(tree.base_name(one), [set(), set()]), one.indices, strict=True):
                place |= trees.names(index)

    products = [node for chain in chains for node in tree.walk(chain) if isinstance(node, tree.Product)]
    vectors = {name for node in products for name in _in_inner_product(node)}
    vectors |= {name for node in products for weights, name in _behind_weights(node)
                if name in places and _letters_below(weights, nodes) & places[name][0]}  # fmt: skip

    def is_column(node: tree.Element) -> bool:
        name, letters = tree.base_name(node), trees.names(node.indices[0])
        rows, others = places.get(name, (set[str](), set[str]()))
        return (
            name in said
            or (ALL in said and name.isupper())
            or (name in vectors - lefts and bool(letters) and letters <= others - rows)
        )

    def change(node: Expr) -> Expr:
        if isinstance(node, tree.Element) and isinstance(node.array, tree.Name) and len(node.indices) == 1:
            turned = tree.Call(tree.TRANSPOSE, (node.array,), at=node.array.at)
            return replace(node, array=turned, parted=True) if is_column(node) else node
        return node

    return [trees.changed(chain, change) for chain in chains]


def _in_inner_product(node: tree.Product) -> Iterator[str]:
    """Yield the letters of vectors with an index that are multiplied, ``p_i^T q_j``."""
    for first, second in pairwise(node.factors):
        match first, second:
            case tree.Call(function=tree.TRANSPOSE, arguments=(tree.Element() as turned,)), tree.Element():
                yield from (tree.base_name(turned), tree.base_name(second))


def _behind_weights(node: tree.Product) -> Iterator[tuple[str, str]]:
    r"""Yield the letters of a vector without an index and of one with an index behind it, ``w \cdot x_d``."""
    for first, second in pairwise(node.factors):
        match first, second:
            case (
                tree.Name(name=name) | tree.Call(function=tree.TRANSPOSE, arguments=(tree.Name(name=name),)),
                tree.Element(indices=(tree.Name(),)),
            ):
                yield name, tree.base_name(second)


def _letters_below(name: str, elements: Sequence[tree.Element]) -> set[str]:
    """Return the letters that are the only index of an array, i of w_i."""
    return {letter for one in elements if tree.base_name(one) == name and len(one.indices) == 1
            for letter in trees.names(one.indices[0])}  # fmt: skip


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
