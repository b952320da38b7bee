r"""Quantities that are defined for one index and do not carry it: ``L = -\log p_k`` beside ``p_k = ...`` is L_k."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.statements.roles import dimensions_in
from nnmath.notes.syntax.usage import Usage, usage


def with_fixed_indices(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations of a file in which such quantities have the indices that they are defined for.

    Where an index is repeated, a sum may be left out, unless all that is said of the quantity has that index, too, and
    no array another one in its place.
    """
    used = usage(chains)
    running = {letter for chain in chains if chain.relations and isinstance(chain.sides[0], tree.Element)
               for letter in trees.index_letters(chain.sides[0])} - _last(chains, used)  # fmt: skip
    mixed = _mixed(used)
    found: dict[str, list[tuple[str, ...]]] = {}
    for chain in chains:
        left = chain.sides[0]
        if chain.relations[:1] in (("=",), (":=",)) and isinstance(left, tree.Name) and left.name not in used.arrays:
            letters = _free(chain.sides[1])
            others = [one for one in chains if one is not chain and left.name in trees.names(one)]
            carried = all({*letters} <= trees.index_letters(one) - trees.summed(one) for one in others)
            clear = (carried and not {*letters} & mixed) or not _repeated(chain.sides[1], letters)
            found.setdefault(left.name, []).append(letters if clear else ())
    fixed = {name: every[0] for name, every in found.items()
             if every[0] and len({*every}) == 1 and {*every[0]} <= running}  # fmt: skip
    # what is defined by these quantities is defined for their indices, too
    return with_fixed_indices([_with_indices(chain, fixed) for chain in chains]) if fixed else list(chains)


def _last(chains: Sequence[tree.Chain], used: Usage) -> set[str]:
    """Return the letters of a last layer, L in a^L."""
    return dimensions_in(chains, used.indices) | {"L"}


def _free(body: Expr) -> tuple[str, ...]:
    """Return the indices that a body leaves open."""
    return tuple(sorted(trees.index_letters(body) - trees.summed(body)))


def _mixed(used: Usage) -> set[str]:
    """Return the letters in whose place another index stands below the same array."""
    places = [{*place} for every in used.arrays.values() for place in zip_longest(*every)]
    return {letter for place in places if len(place) > 1 for one in place if one is not None
            for letter in trees.index_letters_of(one)}  # fmt: skip


def _repeated(body: Expr, letters: Sequence[str]) -> bool:
    """Whether one of some letters is repeated in a product, as in a sum left out."""
    products = [node for node in tree.walk(body) if isinstance(node, (tree.Product, tree.Hadamard))]
    counts = [Counter(letter for factor in one.factors for letter in trees.index_letters(factor)) for one in products]
    return any(count > 1 for one in counts for letter, count in one.items() if letter in letters)


def _with_indices(chain: tree.Chain, fixed: dict[str, tuple[str, ...]]) -> tree.Chain:
    """Return an equation with these indices; what it sums over them itself is summed over other letters."""
    if not trees.names(chain) & fixed.keys():
        return chain
    taken = {letter for name in trees.names(chain) & fixed.keys() for letter in fixed[name]}
    spare = [one for one in "qrsuvwh" if one not in trees.names(chain)]
    other = dict(zip(sorted(taken), spare, strict=False))

    def renamed(node: Expr) -> Expr:
        clash = {one.letter for one in node.ranges} & other.keys() if isinstance(node, tree.Reduce) else set()
        return trees.changed(node, trees.with_letters({one: other[one] for one in clash})) if clash else node

    def indexed(node: Expr) -> Expr:
        if isinstance(node, tree.Name) and node.name in fixed:
            return tree.Element(node, tuple(tree.Name(letter, at=node.at) for letter in fixed[node.name]), at=node.at)
        return node

    return trees.changed(trees.changed(chain, renamed), indexed)
