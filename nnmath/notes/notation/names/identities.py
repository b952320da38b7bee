r"""I that is no identity: the gate ``I_t``, what is defined, and indicators, ``\sum_i \sum_j I_{ij} e_{ij}``."""

from __future__ import annotations

from collections.abc import Sequence

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.usage import usage

_IDENTITY, _ARRAY = "I", "I_{[1]}"
_OF_A_MATRIX = 2


def with_indicators(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations with another name for I where it has indices wherever it stands, and is no identity.

    ``I_n`` is one where n is an index of nothing else.
    """
    chains = _with_plain_identities(chains)
    equations = [chain for chain in chains if chain.relations]
    nodes = [node for chain in equations for node in tree.walk(chain)]
    every = [node for node in nodes if isinstance(node, tree.Element) and tree.base_name(node) == _IDENTITY]
    lefts = [chain.sides[0] for chain in equations]
    named = any(len(one.indices) != _OF_A_MATRIX or one in lefts for one in every)
    if not every or _IDENTITY in usage(equations).bare or not (named or any(map(_is_summed, nodes))):
        return list(chains)

    def change(node: Expr) -> Expr:
        return tree.Name(_ARRAY, at=node.at) if isinstance(node, tree.Name) and node.name == _IDENTITY else node

    return [trees.changed(chain, change) for chain in chains]


def _with_plain_identities(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations with I for an identity that has its size below it."""
    others = set().union(*map(trees.summed, chains))
    for chain in chains:
        for one in trees.elements(chain):
            others |= trees.index_letters(one) if tree.base_name(one) != _IDENTITY or len(one.indices) > 1 else set()

    def change(node: Expr) -> Expr:
        match node:
            case tree.Element(array=tree.Name(name="I") as identity, indices=(tree.Name(name=size),)):
                return node if size in others or not size.islower() else identity
        return node

    return [trees.changed(chain, change) for chain in chains]


def _is_summed(node: Expr) -> bool:
    """Whether an expression is a sum over both indices of an element of I."""
    if not isinstance(node, tree.Reduce):
        return False
    every = [one for one in trees.elements(node) if tree.base_name(one) == _IDENTITY]
    letters = [{*map(tree.base_name, one.indices)} for one in every]
    return any(len(one) == _OF_A_MATRIX and one <= trees.summed(node) for one in letters)
