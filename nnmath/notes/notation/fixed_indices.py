r"""Quantities that are defined for one index and do not carry it: ``L = -\log p_k`` beside ``p_k = ...`` is L_k."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.usage import usage


def with_fixed_indices(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations of a file in which such quantities have the indices that they are defined for."""
    used = usage(chains)
    running = {letter for chain in chains if chain.relations and isinstance(chain.sides[0], tree.Element)
               for letter in trees.index_letters(chain.sides[0])}  # fmt: skip
    found: dict[str, list[tuple[str, ...]]] = {}
    for chain in chains:
        left = chain.sides[0]
        if chain.relations[:1] in (("=",), (":=",)) and isinstance(left, tree.Name) and left.name not in used.arrays:
            found.setdefault(left.name, []).append(_free(chain.sides[1]))
    fixed = {name: every[0] for name, every in found.items()
             if every[0] and len({*every}) == 1 and {*every[0]} <= running}  # fmt: skip
    return [_with_indices(chain, fixed) for chain in chains] if fixed else list(chains)


def _free(body: Expr) -> tuple[str, ...]:
    """Return the indices that a body leaves open; none where one is repeated in a product, as in a sum left out."""
    products = [node for node in tree.walk(body) if isinstance(node, (tree.Product, tree.Hadamard))]
    counts = [Counter(letter for factor in one.factors for letter in trees.index_letters(factor)) for one in products]
    repeated = {letter for one in counts for letter, count in one.items() if count > 1}
    letters = trees.index_letters(body) - trees.summed(body)
    return () if letters & repeated else tuple(sorted(letters))


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
