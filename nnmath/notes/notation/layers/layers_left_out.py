r"""A quantity of every layer that is written without it: ``g = \nabla_{a^{(k)}} J`` beside ``W^{(k)} h^{(k-1)}``.

Its layer is that of the equation: the index is put back wherever the quantity stands.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.names.letters import OBJECTIVES

#: Letters that count layers.
_LETTERS = frozenset("lkL") | {r"\ell"}


def with_layers(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations in which such quantities have the layer that stands beside them."""
    layered = _layered(chains)
    chains = [_of_its_layer(chain, layered) for chain in chains]
    whole = {tree.base_name(one) for chain in chains for one in trees.elements(chain)}
    found = {}
    for name in {tree.base_name(chain.sides[0]) for chain in chains if chain.relations} - whole - OBJECTIVES - {""}:
        letters = set.intersection(*(_letters(one, layered) for one in chains if name in trees.names(one)))
        if len(letters) == 1:
            found[name] = letters.pop()

    def change(node: Expr) -> Expr:
        if isinstance(node, tree.Name) and node.name in found:
            return tree.Element(node, (tree.Name(found[node.name], at=node.at),), parted=True, at=node.at)
        return node

    return [trees.changed(chain, change) for chain in chains] if found else list(chains)


def _layered(chains: Sequence[tree.Chain]) -> set[str]:
    """Return the arrays whose first index counts layers, if a layer and the one before it stand in the file."""
    elements = [one for chain in chains for one in trees.elements(chain)]
    firsts = [(tree.base_name(one), one.indices[0]) for one in elements if trees.names(one.indices[0]) & _LETTERS]
    stepped = {name for name, index in firsts if isinstance(index, tree.Sum) and len(index.terms) == 2}
    plain = {name for name, index in firsts if isinstance(index, tree.Name)}
    return {name for name, _ in firsts} if stepped & plain else set()


def _letters(chain: tree.Chain, layered: Collection[str]) -> set[str]:
    """Return the letters that count the layers of what stands in an equation."""
    firsts = [one.indices[0] for one in trees.elements(chain) if tree.base_name(one) in layered]
    return set().union(*map(trees.names, firsts)) & _LETTERS


def _of_its_layer(chain: tree.Chain, layered: Collection[str]) -> tree.Chain:
    r"""Return an equation in which ``\nabla_a C`` is the derivative by that a of which all else in it speaks, a^L."""
    beside = {one.indices[0] for one in trees.elements(chain) if tree.base_name(one) in layered}

    def change(node: Expr) -> Expr:
        match node:
            case tree.Partial(bottom=tree.Name(name=name) as bottom) if name in layered:
                return replace(node, bottom=tree.Element(bottom, tuple(beside), parted=True, at=node.at))
        return node

    return trees.changed(chain, change) if len(beside) == 1 else chain
