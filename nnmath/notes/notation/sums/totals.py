r"""Totals with the letter of their parts: beside ``L = \sum_t L_t`` the number L is another quantity than the array.

Nothing is defined by its own entries either: in ``L = L_1 + \lambda L_2`` the parts are numbered as entries are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from nnmath.latex.syntax import tree
from nnmath.notes.syntax import trees

_PART = re.compile(r".*_\{\\text\{(?P<number>\d+)\}\}")


def sums_of_themselves(chains: Sequence[tree.Chain]) -> dict[str, str]:
    """Return the names that stand without an index for a sum of what they are with one, each with a letter of it."""
    found: dict[str, str] = {}
    for chain in chains:
        left = chain.sides[0]
        name = left.name if isinstance(left, tree.Name) else left.function if isinstance(left, tree.Call) else ""
        for node in (node for side in chain.sides[1:2] for node in tree.walk(side)):
            if name and isinstance(node, tree.Reduce) and node.kind == "sum":
                parts = set().union(*(_part(one, name) for one in tree.walk(node.body)))
                for letter in (one.letter for one in node.ranges if one.letter in parts):
                    found.setdefault(name, letter)
    return found


def counts_with_parts(chains: Sequence[tree.Chain]) -> set[str]:
    r"""Return up to what sums run, N: beside ``\sum_{i=1}^{N}`` an array N_k is another quantity."""
    sums = [node for chain in chains for node in tree.walk(chain) if isinstance(node, tree.Reduce)]
    return {one.high.name for node in sums for one in node.ranges if isinstance(one.high, tree.Name)}


def _part(node: tree.Expr, name: str) -> set[str]:
    """Return the letters that say which part of a quantity is meant, t of L_t, i of J^{(i)} and q of E^q."""
    match node:
        case tree.Element(array=tree.Name(name=array)) if array == name:
            return trees.index_letters(node)
        case tree.Power(
            base=tree.Name(name=base),
            exponent=tree.Name(name=letter) | tree.Group(inner=tree.Name(name=letter)),
        ) if base == name:
            return {letter}
    return set()


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
