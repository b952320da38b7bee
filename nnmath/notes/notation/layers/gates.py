r"""Letters that tell quantities apart, f, u and o in ``\Gamma_f``, ``\Gamma_u`` and ``\Gamma_o``: no indices.

The body of a definition has no index that is neither summed over nor on its left side. A letter below an array that
stands there all the same is part of a name, if every letter below that array is one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr, has_derivative
from nnmath.notes.syntax import trees


def with_gates(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations in which such letters belong to the names above them."""
    loose = set().union(*map(_loose, chains)) - _indices(chains)
    elements = [one for chain in chains for one in trees.elements(chain)]
    while wrong := loose & {letter for one in elements if not _is_clear(tree.base_name(one), elements, loose)
                            for letter in _letters(one)}:  # fmt: skip
        loose -= wrong
    every = {(tree.base_name(one), *sorted(_letters(one) & loose)) for one in elements if _letters(one) & loose}
    if len({name for name, *_ in every}) == len(every):
        return list(chains)  # one letter below each array: it may be any index

    def change(node: Expr) -> Expr:
        match node:
            case tree.Element(array=tree.Name(name=name), indices=indices) if letters := _letters(node) & loose:
                whole = tree.Name(f"{name}_{{{''.join(sorted(letters))}}}", at=node.at)
                rest = tuple(one for one in indices if tree.base_name(one) not in letters)
                return replace(node, array=whole, indices=rest, parted=True) if rest else whole
        return node

    return [trees.changed(chain, change) for chain in chains]


def _is_clear(name: str, elements: Collection[tree.Element], loose: Collection[str]) -> bool:
    """Whether such letters stand below an array wherever it stands, always as many of them."""
    return {len(_letters(one) & {*loose}) for one in elements if tree.base_name(one) == name} in ({1}, {2})


def _loose(chain: tree.Chain) -> set[str]:
    """Return the letters below arrays on the right of a definition that are not on its left."""
    left, *others = chain.sides
    if not chain.relations or has_derivative(chain) or len(others) != 1 or isinstance(left, (tree.Sum, tree.Product)):
        return set()
    return _below(others[0]) - _below(left) - trees.names(left)


def _below(node: Expr) -> set[str]:
    return set().union(*map(_letters, trees.elements(node)))


def _letters(one: tree.Element) -> set[str]:
    """Return the small letters that stand below an array by themselves."""
    return {index.name for index in one.indices if isinstance(index, tree.Name) and index.name.islower()}


def _indices(chains: Collection[tree.Chain]) -> set[str]:
    """Return the letters that are indices: they are summed over, compared or calculated with."""
    found = set()
    for chain in chains:
        for node in tree.walk(chain):
            match node:
                case tree.Reduce():
                    found |= {one.letter for one in node.ranges}
                case tree.Compare():
                    found |= set().union(*map(trees.names, node.sides))
                case tree.Element(indices=indices):
                    found |= {name for one in indices if not isinstance(one, tree.Name) for name in trees.names(one)}
                case tree.Power(exponent=exponent) if not isinstance(exponent, tree.Number):
                    found |= trees.names(exponent)
    return found
