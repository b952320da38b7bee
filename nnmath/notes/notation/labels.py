r"""Letters below others that may be parts of names: u_o is the vector of one word, u_k beside it that of any other.

It is a reading of its own: without it o is some index, which may be k.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.usage import usage


def labels_of_names(chains: Sequence[tree.Chain]) -> frozenset[str]:
    """Return the letters that stand nowhere but below others, and are neither summed over nor compared."""
    nodes = [node for chain in chains for node in tree.walk(chain)]
    compared = {side.name for node in nodes if isinstance(node, tree.Compare) for side in node.sides
                if isinstance(side, tree.Name)}  # fmt: skip
    alone = {one.indices[0].name for node in nodes for one in (node,) if isinstance(one, tree.Element)
             and len(one.indices) == 1 and isinstance(one.indices[0], tree.Name)}  # fmt: skip
    return usage(chains).labels & frozenset(alone) - compared


def with_labels_in_names(chain: tree.Chain, letters: Collection[str]) -> tree.Chain:
    """Return an equation in which such letters belong to the names above them."""

    def change(node: Expr) -> Expr:
        match node:
            case tree.Element(array=tree.Name(name=name), indices=(tree.Name(name=letter),)) if letter in letters:
                return tree.Name(f"{name}_{{{letter}}}", at=node.at)
        return node

    return trees.changed(chain, change)


def numbers_below(chains: Sequence[tree.Chain], declared: Collection[str]) -> frozenset[str]:
    """Return the letters that annotations declare as numbers, t beside m_t, where they count nothing: m_t is a name."""
    nodes = [node for chain in chains for node in tree.walk(chain)]
    counting = {one.letter for node in nodes if isinstance(node, tree.Reduce) for one in node.ranges}
    below = set()
    for node in nodes:
        if isinstance(node, tree.Element):
            letters = {letter for index in node.indices for letter in trees.index_letters_of(index)}
            alone = len(node.indices) == 1 and isinstance(node.indices[0], tree.Name)
            below |= letters
            counting |= {tree.base_name(node), *(() if alone else letters)}
    return frozenset(declared) & below - counting
