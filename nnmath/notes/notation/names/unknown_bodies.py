r"""Sides that define nothing.

They are in letters that stand nowhere else, p in ``L = -\log p = -z_y + \log \sum_k e^{z_k}``, or in the entries of
what they are equal to, ``z = [z_1, z_2]^\top = W x``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.notes.syntax.statements.left_sides import left_side, quantities
from nnmath.notes.syntax.trees import functions

_FEWEST_SIDES = 3
_NUMBERS = {r"\pi", "e", r"\e"}


def with_unknown_bodies(chains: Mapping[int, tree.Chain]) -> dict[int, int]:
    """Return for equations that would define a symbol by such a side, and go on with another one, where that begins."""
    every = {i: [quantities(side) - functions(side) - _bounds(side) - _NUMBERS for side in chain.sides]
             for i, chain in chains.items()}  # fmt: skip
    counts = Counter(name for sides in every.values() for names in sides for name in names)
    found = {}
    for i, chain in chains.items():
        if len(chain.sides) >= _FEWEST_SIDES and {*chain.relations} == {"="} and left_side(chain.sides[0])[0]:
            known = [all(counts[name] > 1 for name in names) for names in every[i]]
            if _lists_entries(chain.sides[1], left_side(chain.sides[0])[0]):
                found[i] = 2
            elif not known[1] and any(known[2:]):
                found[i] = known.index(True, 2)
    return found


def _lists_entries(side: tree.Expr, name: str) -> bool:
    """Whether a side is a row or a column of the entries of an array, z_1 and z_2."""
    matrices = [node for node in tree.walk(side) if isinstance(node, tree.Matrix)]
    entries = [tree.base_name(one) for node in matrices for row in node.rows for one in row]
    return bool(entries) and all(one == name or one.startswith(f"{name}_{{") for one in entries)


def _bounds(side: tree.Expr) -> set[str]:
    """Return the letters up to which something is summed."""
    ranges = [one for node in tree.walk(side) if isinstance(node, tree.Reduce) for one in node.ranges]
    return {one.high.name for one in ranges if isinstance(one.high, tree.Name)}


def without_first_bodies(chain: tree.Chain, begins: int) -> tree.Chain:
    """Return an equation without what stands between its left side and the side at which it begins."""
    kept = (chain.sides[0], *chain.sides[begins:])
    return replace(chain, sides=kept, relations=chain.relations[: len(kept) - 1])
