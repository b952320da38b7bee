"""How the letters of a file are used: alone, as an index, as an array that has indices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees

#: Letters that are indices where they stand above a letter, unless they are quantities.
RAISED = frozenset("lijknmt") | {r"\ell"}


@dataclass(frozen=True)
class Usage:
    """How the letters of a file are used.

    Attributes
    ----------
    bare : frozenset
        Names that stand without an index, and not as one.
    indices : frozenset
        Letters that stand below a sum, or as an index while they are nothing else.
    arrays : mapping
        For each array the indices that it has, each as often as it stands.
    labels : frozenset
        Letters that stand as an index, y in L = -log p_y, and are neither summed over nor an index of what is defined.
    """

    bare: frozenset[str]
    indices: frozenset[str]
    arrays: dict[str, list[tuple[Expr, ...]]]
    labels: frozenset[str] = frozenset()


def usage(chains: Sequence[tree.Chain]) -> Usage:
    """Find out how letters are used."""
    bare: set[str] = set()
    summed: set[str] = set()
    below: set[str] = set()
    compared: set[str] = set()
    bounds: set[str] = set()
    arrays: dict[str, list[tuple[Expr, ...]]] = defaultdict(list)

    def visit(node: Expr) -> None:
        if isinstance(node, tree.Element):
            if isinstance(node.array, tree.Name):
                arrays[node.array.name].append(node.indices)
            else:
                visit(node.array)
            below.update(*map(trees.index_letters_of, node.indices))
            for index in node.indices:
                if isinstance(index, tree.Element):
                    visit(index)
            return
        if isinstance(node, tree.Name):
            bare.add(node.name)
        if isinstance(node, tree.Compare):
            compared.update(side.name for side in node.sides if isinstance(side, tree.Name))
            for side in node.sides:
                if not isinstance(side, tree.Name):
                    visit(side)
            return
        if isinstance(node, tree.Reduce):
            summed.update(one.letter for one in node.ranges)
        if isinstance(node, tree.Range):
            for one in (one for one in (node.low, node.high) if one is not None):
                letters = trees.index_letters(one)  # of the length of a layer, d_{l-1}
                below.update(letters)
                bounds.update(trees.names(one) - letters)
            return
        if isinstance(node, tree.Power):
            visit(node.base)
            raised = trees.names(node.exponent)
            if not (raised and raised <= RAISED | {"L"}):
                visit(node.exponent)
            return
        for child in tree.children(node):
            visit(child)

    for chain in chains:
        visit(chain)
    bare |= (compared | bounds) - below - summed
    free = {letter for letter in below if letter not in arrays and letter not in bare}
    labels = (_labels(chains) & free) - summed
    return Usage(frozenset(bare | labels), frozenset(summed | free - labels), dict(arrays), frozenset(labels))


def _labels(chains: Sequence[tree.Chain]) -> set[str]:
    """Return the indices of what a number is defined by, that are no index of anything that stands on the left."""
    lefts = {letter for chain in chains for letter in trees.index_letters(chain.sides[0])
             if not isinstance(chain.sides[0], tree.Partial)}  # fmt: skip
    numbers = [chain for chain in chains if len(chain.sides) > 1 and isinstance(chain.sides[0], (tree.Name, tree.Call))]
    return {letter for chain in numbers for letter in trees.index_letters(chain.sides[1])} - lefts
