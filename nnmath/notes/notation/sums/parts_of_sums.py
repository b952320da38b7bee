r"""Sums of parts that are numbered as entries are, ``L = L_1 + \lambda L_2``: nothing is defined by its own entries."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nnmath.latex.syntax import tree
from nnmath.notes.syntax import trees

_PART = re.compile(r".*_\{\\text\{(?P<number>\d+)\}\}")


def parted_sums(chains: Sequence[tree.Chain]) -> set[str]:
    """Return what is the sum of its own parts, if nothing else stands below its letter but numbers."""
    found = set()
    elements = [one for chain in chains for one in trees.elements(chain)]
    lettered = {tree.base_name(one) for one in elements if not _is_numbered(one)}
    for chain in chains:
        if chain.relations and isinstance(chain.sides[0], tree.Name):
            parts = {tree.base_name(one) for side in chain.sides[1:] for one in trees.elements(side)}
            found |= {chain.sides[0].name} & parts - lettered
    return found


def part_of(name: str, number: str) -> str:
    r"""Return the name of a part; ``L_{1}`` would be an entry of L."""
    return rf"{name}_{{\text{{{number}}}}}"


def number_of_part(name: str) -> int:
    """Return which part a name is that of; 0 for any other name."""
    found = _PART.fullmatch(name)
    return int(found["number"]) if found else 0


def _is_numbered(one: tree.Element) -> bool:
    return len(one.indices) == 1 and isinstance(one.indices[0], tree.Number) and one.indices[0].text.isdigit()
