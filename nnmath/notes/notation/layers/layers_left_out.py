r"""A quantity of every layer that is written without it: ``g = \nabla_{a^{(k)}} J`` beside ``W^{(k)} h^{(k-1)}``.

Its layer is that of the equation: the index is put back wherever the quantity stands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr, has_derivative
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


def weights_of_layers(chains: Iterable[tree.Chain]) -> frozenset[str]:
    """Return what layers are computed with, and has no index for them: W in ``a^{l+1} = f(W a^l)`` may be W^l."""
    chains = list(chains)
    layered = _layered(chains)
    found = set[str]()
    for chain in chains:
        left = chain.sides[0]
        if chain.relations and tree.base_name(left) in layered and not has_derivative(chain):
            names = {tree.base_name(one) for side in chain.sides[1:] for one in tree.walk(side)}
            indices = set().union(*map(trees.index_letters, chain.sides), *map(trees.summed, chain.sides))
            found |= names - layered - indices - _LETTERS - {""}
    elsewhere = {name for chain in chains for name in trees.names(chain) if not _letters(chain, layered)}
    defined = {tree.base_name(chain.sides[0]) for chain in chains if chain.relations}
    return frozenset(found - elsewhere - defined)


def with_weights_of_layers(chains: Mapping[int, tree.Chain], weights: Collection[str]) -> dict[int, tree.Chain]:
    """Return equations in which such weights have the layer that stands beside them."""
    layered = _layered(list(chains.values()))
    return {i: _with_layer_of_weights(one, weights, _letters(one, layered)) for i, one in chains.items()}


def _with_layer_of_weights(chain: tree.Chain, weights: Collection[str], letters: Collection[str]) -> tree.Chain:
    if len(letters) != 1:
        return chain
    layer = tree.Name(*letters, at=chain.at)

    def change(node: Expr) -> Expr:
        match node:
            case tree.Element(array=tree.Element(array=tree.Name(name=name) as array, indices=(one,)), indices=indices):
                inner = name in weights and one == layer
                return replace(node, array=array, indices=(layer, *indices), parted=True) if inner else node
            case tree.Name(name=name) if name in weights:
                return tree.Element(node, (layer,), parted=True, at=node.at)
        return node

    return trees.changed(chain, change)


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
