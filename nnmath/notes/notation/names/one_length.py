r"""Lengths with several names: n in the definition of a function is the length of its argument, and K may be n_{out}.

Authors write ``\sum_{k=1}^{K}`` in one equation and ``\sum_{k=1}^{n_{out}}`` over the same entries in another. That
both are one length is said by an annotation, or it is a reading of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees


def with_lengths_of_arguments(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    r"""Return the equations in which sums over the entries of a parameter run over all of them.

    So is n in ``f(x)_j = e^{x_j} / \sum_{k=1}^{n} e^{x_k}`` the length of whatever f is taken of, if f is taken of
    something else as well, and n stands as no number.
    """
    calls = {(node.function, node.arguments) for chain in chains for node in tree.walk(chain)
             if isinstance(node, tree.Call)}  # fmt: skip
    return [_with_own_lengths(chain, {one for function, one in calls if function == _defined(chain)})
            for chain in chains]  # fmt: skip


def _called(side: Expr) -> tree.Call | None:
    """Return the call that a side is, or of whose value it is an entry."""
    side = side.array if isinstance(side, tree.Element) else side
    return side if isinstance(side, tree.Call) and not side.primes else None


def _defined(chain: tree.Chain) -> str:
    left = _called(chain.sides[0]) if chain.relations else None
    return left.function if left else ""


def _with_own_lengths(chain: tree.Chain, arguments: Collection[tuple[Expr, ...]]) -> tree.Chain:
    left = _called(chain.sides[0])
    if left is None or len(arguments) < 2 or len(left.arguments) > 1 or not isinstance(left.arguments[0], tree.Name):
        return chain
    parameter = left.arguments[0].name

    def change(node: Expr) -> Expr:
        match node:
            case tree.Reduce(ranges=(tree.Range(letter=letter, low=low, high=tree.Name()) as one,)) if (
                letter in _letters_below(parameter, node.body) and low == tree.Number("1", at=node.at)
            ):
                return replace(node, ranges=(replace(one, low=None, high=None),))
        return node

    found = trees.changed(chain, change)
    lengths = {one.high.name for one in _ranges(chain) if isinstance(one.high, tree.Name)}
    return chain if lengths & trees.names(found) else found


def _ranges(chain: tree.Chain) -> Iterator[tree.Range]:
    return (node for node in tree.walk(chain) if isinstance(node, tree.Range))


def _letters_below(name: str, body: Expr) -> set[str]:
    """Return the letters that stand alone below a name."""
    return {one.indices[0].name for one in trees.elements(body) if tree.base_name(one) == name
            and isinstance(one.indices[0], tree.Name)}  # fmt: skip


def said_equal(numbered: Mapping[int, tree.Chain]) -> dict[str, str]:
    """Return the names that sums run up to and that annotations say to be others: all of them are one length."""
    chains = list(numbered.values())
    lengths = {one.high.name for chain in chains for one in _ranges(chain) if isinstance(one.high, tree.Name)}
    found = dict[str, str]()
    for chain in (one for i, one in numbered.items() if i < 0):
        match chain.relations, chain.sides:
            case ("=",) | (":=",), (tree.Name(name=one), tree.Name(name=other)) if {one, other} <= lengths:
                found[one] = found.get(other, other)
    return {one: other for one, other in found.items() if one != other}


def with_one_length(chains: Mapping[int, tree.Chain], lengths: Mapping[str, str]) -> dict[int, tree.Chain]:
    """Return equations in which lengths have the names of others; without those that say so."""
    if not lengths:
        return dict(chains)
    renamed = {i: trees.changed(chain, trees.with_letters(lengths)) for i, chain in chains.items()}
    values = lengths.values()
    return {i: one for i, one in renamed.items() if not (one.relations and one.sides[0] == one.sides[-1]
            and isinstance(one.sides[0], tree.Name) and one.sides[0].name in values)}  # fmt: skip


def other_names(chains: Iterable[tree.Chain]) -> Iterator[tuple[str, str]]:
    """Yield the names up to which sums over the same entries run, in equations that speak of the same arrays.

    A letter runs over all axes that it stands on in an equation. Where two axes of one array would be the same, nothing
    is said: an index may be wrong there.
    """
    axes = _Axes()
    for chain in chains:
        for side in chain.sides:
            axes.follow(side, {})
        axes.free.clear()
    for same in axes.classes():
        arrays = [name for name, _ in same if name]
        if len({*arrays}) == len(arrays):
            yield from combinations(sorted(str(length) for name, length in same if not name), 2)


class _Axes:
    """Which axes of arrays, ``(name, place)``, and lengths, ``("", name)``, are the same as indices say."""

    def __init__(self) -> None:
        self.parent = dict[tuple[str, object], tuple[str, object]]()
        self.free = dict[str, tuple[str, object]]()

    def follow(self, node: Expr, bound: Mapping[str, tuple[str, object]]) -> None:
        """Join what the indices of an expression stand on."""
        if isinstance(node, tree.Reduce):
            bound = {**bound}
            for one in node.ranges:
                bound[one.letter] = ("#", (one.letter, one.at))
                if isinstance(one.high, tree.Name):
                    self._join(bound[one.letter], ("", one.high.name))
        if isinstance(node, tree.Element):
            name, first = _array(node)
            for place, index in enumerate(node.indices, first):
                if name and isinstance(index, tree.Name):
                    letter = index.name
                    axis = bound.get(letter) or self.free.setdefault(letter, (name, place))
                    self._join(axis, (name, place))
        for child in tree.children(node):
            self.follow(child, bound)

    def _root(self, one: tuple[str, object]) -> tuple[str, object]:
        while one in self.parent:
            one = self.parent[one]
        return one

    def _join(self, one: tuple[str, object], other: tuple[str, object]) -> None:
        one, other = self._root(one), self._root(other)
        if one != other:
            self.parent[one] = other

    def classes(self) -> Iterable[set[tuple[str, object]]]:
        """Return which are the same, without the letters that were summed over."""
        found = dict[tuple[str, object], set[tuple[str, object]]]()
        for one in [*self.parent]:
            found.setdefault(self._root(one), {self._root(one)}).add(one)
        return [{one for one in same if one[0] != "#"} for same in found.values()]


def _array(node: tree.Element) -> tuple[str, int]:
    """Return the array of which something is an entry, of the value of a function its argument, and its first axis."""
    match node.array:
        case tree.Call(arguments=(tree.Element(array=tree.Name(name=name), indices=rows),)):
            return name, len(rows)
        case tree.Call(arguments=(tree.Name(name=name),)):
            return name, 0
    return tree.base_name(node.array), 0
