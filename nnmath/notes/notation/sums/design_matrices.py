r"""Matrices whose rows or columns have letters of their own: X beside x_n, in a sum of (y_n - w^T x_n)^2.

Notes seldom say that x_n is a row of X, or a column. It is a reading of its own: without it they are two quantities.
What has two indices wherever it stands, w_{ij}, is an entry of W, or of its transpose.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.usage import Usage, usage

T = TypeVar("T")

ROWS, COLUMNS = "rows", "columns"

_LAYERS = frozenset(["l", r"\ell"])
_NO_MATRICES = frozenset("ILNT")
_OF_A_MATRIX = 2


@dataclass(frozen=True)
class Matrices:
    """The matrices of a file of whose parts it speaks.

    Attributes
    ----------
    rows : dict
        The arrays that may be the rows or the columns of a matrix, each with that matrix.
    stacks : dict
        The matrices that may be made of arrays that are defined, and of others beside them, each with its array.
    entries : dict
        The arrays that are the entries of a matrix, each with that matrix.
    """

    rows: dict[str, str] = field(default_factory=dict)
    stacks: dict[str, str] = field(default_factory=dict)
    entries: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, chains: Sequence[tree.Chain]) -> Matrices:
        """Find them in the equations of a file."""
        used = usage(chains)
        bodies: dict[str, set[str]] = {}
        for chain in chains:
            if not trees.said_symmetric(chain):
                bodies.setdefault(tree.base_name(chain.sides[0]), set()).update(*map(trees.names, chain.sides[1:]))
        pairs = _matrices(used, {*bodies, "e", "d"})
        entries = {small: large for small, large in pairs.items() if _are_entries(used, small, large)}
        entries = {small: large for small, large in entries.items() if large not in _bounds(chains)}
        pairs = {small: large for small, large in pairs.items() if small not in entries}
        made = _stacks(used, bodies)
        return (
            cls({}, {large: small for small, large in pairs.items()} | made, entries)
            if made
            else cls(pairs, {}, entries)
        )

    @property
    def may_lie(self) -> bool:
        """Whether it has to be found out how the examples lie in their matrices."""
        return bool(self.stacks) or any("^" in name for name in self.rows)

    def in_chains(self, chains: Mapping[int, tree.Chain], lie: str) -> dict[int, tree.Chain]:
        """Return the equations with the matrices in the place of their parts."""
        done = {i: with_parts(one, self.entries, ROWS) for i, one in chains.items()}
        if not lie:
            return done
        return {i: with_stacks(with_parts(one, self.rows, lie), self.stacks, lie) for i, one in done.items()}


def _are_entries(used: Usage, small: str, large: str) -> bool:
    """Whether an array has two indices wherever it stands, and its matrix has none."""
    ranks = {len(indices) for indices in used.arrays[small]}
    return small not in used.bare and ranks == {2} and large not in used.arrays


def with_entries_of_layers(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Write the entries w_{ij}^{[l]} of W^{[l]} with the letter of the matrix, where both stand so alone.

    What has one index beside it, w_k^{[l]}, may be a row or a column of it, and stays.
    """
    nodes = [node for chain in chains if chain.relations for node in tree.walk(chain)]
    every = Counter(node.name for node in nodes if isinstance(node, tree.Name))
    found: dict[str, list[int]] = {}
    for node in nodes:
        name, below = _below_layer(node)
        if name:
            found.setdefault(name, []).append(below)
    always = {name: {*below} for name, below in found.items() if len(below) == every[name]}
    pairs = {name: large for name, below in always.items()
             if min(below) and max(below) == _OF_A_MATRIX and always.get(large := _capital(name)) == {0}}  # fmt: skip

    def change(node: Expr) -> Expr:
        name, below = _below_layer(node)
        if name in pairs and below == _OF_A_MATRIX:
            matrix = tree.Name(pairs[name], at=node.at)
            match node:
                case tree.Power(base=tree.Element() as entry):
                    return replace(node, base=replace(entry, array=matrix))
                case tree.Element():
                    return replace(node, array=matrix)
        return node

    return [trees.changed(chain, change) for chain in chains] if pairs else list(chains)


def _below_layer(node: Expr) -> tuple[str, int]:
    """Return the letter that has a layer above it, and how many indices stand below it."""
    match node:
        case tree.Power(base=base, exponent=exponent) if trees.names(exponent) & _LAYERS:
            return tree.base_name(base), len(base.indices) if isinstance(base, tree.Element) else 0
        case tree.Element(array=tree.Name(name=name), indices=(first, *rest)) if trees.names(first) & _LAYERS:
            return name, len(rest)
    return "", 0


def _bounds(chains: Iterable[tree.Chain]) -> set[str]:
    """Return what sums run up to."""
    ends = [node.high for chain in chains for node in tree.walk(chain) if isinstance(node, tree.Range)]
    return set().union(*(trees.names(one) for one in ends if one is not None))


def _matrices(used: Usage, defined: Iterable[str]) -> dict[str, str]:
    """Return for each array that stands with an index, x in x_n, the matrix of its capital letter.

    None of these arrays is defined; the matrix is not either, unless it is that of a layer, ``A^{[2]}``.
    """
    unsaid = {*used.arrays} - {*defined}
    taken = {one for one in defined if not _is_of_layer(one)} | _NO_MATRICES
    return {name: large for name in unsaid if (large := _capital(name)) in used.bare - taken}


def _stacks(used: Usage, bodies: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Return matrices, each with the array that is defined by its rows or columns, Z and ``z^{(i)}``.

    The matrix is defined nowhere, or by itself: neither of the two is computed from the other one.
    """
    found = {large: name for name in {*used.arrays} & {*bodies} if (large := _capital(name)) in used.bare}
    return {large: name for large, name in found.items() if large not in _NO_MATRICES
            and not _depends(large, name, bodies) and not _depends(name, large, bodies)}  # fmt: skip


def _depends(name: str, other: str, bodies: Mapping[str, Collection[str]]) -> bool:
    """Whether a name is computed from another one."""
    waiting, seen = [name], {name}
    while waiting:
        new = {*bodies.get(waiting.pop(), ())} - seen
        seen |= new
        waiting += new
    return other in seen - {name}


def _is_of_layer(name: str) -> bool:
    return "^" in name


def _capital(name: str) -> str:
    """Return the capital of a small letter, Greek, bold or with an accent; empty where it is no small letter."""
    found = re.fullmatch(r"(\\(?:mathbf|hat|bar|tilde)\{\s*)?(\\?)([a-z])([a-z]*)(\}?)(\^\{[(\[]\w+[)\]]\})?", name)
    if found is None or (found[4] and not found[2]):
        return ""
    before, slash, letter, rest, after, layer = found.groups("")
    return f"{before}{slash}{letter.upper()}{rest}{after}{layer}"


def with_parts(chain: tree.Chain, pairs: Mapping[str, str], lie: str) -> tree.Chain:
    """Return an equation in which x_n is a row of X, or a column of it."""

    def change(node: Expr) -> Expr:
        if isinstance(node, tree.Element) and isinstance(node.array, tree.Name) and node.array.name in pairs:
            matrix: Expr = tree.Name(pairs[node.array.name], at=node.array.at)
            if lie == COLUMNS:
                matrix = tree.Call(tree.TRANSPOSE, (matrix,), at=node.array.at)
            return tree.Element(matrix, node.indices, parted=node.parted, at=node.at)
        return node

    return trees.changed(chain, change)


def said_of_stacks(said: Iterable[tuple[str, T]], pairs: Mapping[str, str]) -> list[tuple[str, T]]:
    """Return what is said of symbols where Z is made of z_i: what is said of Z is said of z with all of its indices."""
    said = list(said)
    said_twice = {pairs[name] for name, _ in said if name in pairs}
    return [(pairs.get(name, name), one) for name, one in said if name not in said_twice]


def with_stacks(chain: tree.Chain, pairs: Mapping[str, str], lie: str) -> tree.Chain:
    """Return an equation in which Z is made of z_i, which are its rows or its columns."""

    def change(node: Expr) -> Expr:
        match node:
            case tree.Name(name=name) if name in pairs:
                array = replace(node, name=pairs[name])
                return array if lie == ROWS else tree.Call(tree.TRANSPOSE, (array,), at=node.at)
            case tree.Partial(bottom=tree.Call(function=tree.TRANSPOSE, arguments=(tree.Name() as array,)) as turned):
                return replace(turned, arguments=(replace(node, bottom=array),))
        return node

    return trees.changed(chain, change)
