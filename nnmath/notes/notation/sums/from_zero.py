r"""Sums over array entries that are counted from 0, ``\sum_{i=0}^{n-1} x_i``: the language counts entries from 1.

The index is shifted by one where that changes nothing else: it stands nowhere but as the index of arrays whose entries
the file does not count in another way. That of a window, ``\sum_{k=0} w_k x_{i+k}``, is shifted wherever it stands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.notation.sums.one_example import is_above
from nnmath.notes.syntax import trees


def with_entries_from_one(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations in which sums over array entries begin at 1."""
    nodes = [node for chain in chains for node in tree.walk(chain)]
    if not any(_is_number(one.low, "0") for node in nodes if isinstance(node, tree.Reduce) for one in node.ranges):
        return list(chains)
    chains = _with_windows_from_one(chains)
    every = [(tree.base_name(one), k, index) for one in nodes if isinstance(one, tree.Element)
             for k, index in enumerate(one.indices)]  # fmt: skip
    from_zero = {(name, k) for name, k, index in every if _is_number(index, "0")}
    otherwise = {(name, k) for name, k, index in every if not isinstance(index, tree.Name)
                 and not (isinstance(index, tree.Number) and (name, k) in from_zero)}  # fmt: skip
    above = {tree.base_name(one) for one in nodes if isinstance(one, tree.Element) and is_above(one)}
    otherwise |= {
        (tree.base_name(one), k)
        for node in nodes
        if isinstance(node, tree.Reduce)
        for one in trees.elements(node)
        for k, letters in _letters_of_entries(one, above)
        if any(_is_number(each.low, "1") and each.letter in letters for each in node.ranges)
    }
    one_more = {tree.base_name(one.terms[0]) for one in nodes if isinstance(one, tree.Sum) and one.signs == (1, 1)
                and _is_number(one.terms[1], "1")}  # fmt: skip

    from_zero -= otherwise

    def change(node: Expr) -> Expr:
        match node:
            case tree.Reduce():
                return replace(node, ranges=tuple(_shifted(one, one_more) if _counts(one, node, otherwise) else one
                                                  for one in node.ranges))  # fmt: skip
            case tree.Element():
                return replace(node, indices=tuple(_one_more(index) if (tree.base_name(node), k) in from_zero else index
                                                   for k, index in enumerate(node.indices)))  # fmt: skip
        return node

    return [trees.changed(chain, change) for chain in chains]


def _one_more(index: Expr) -> Expr:
    """Return an index that is a number, 0 or another, as it is counted from 1."""
    if isinstance(index, tree.Number) and index.text.isdigit():
        return replace(index, text=str(int(index.text) + 1))
    return index


def _with_windows_from_one(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations in which the index of a window is counted from 1, if every sum over it begins at 0."""
    nodes = [node for chain in chains for node in tree.walk(chain)]
    ranges = [one for node in nodes if isinstance(node, tree.Reduce) for one in node.ranges]
    letters = {one.letter for one in ranges} - {one.letter for one in ranges if not _is_number(one.low, "0")}
    every = [index for node in nodes if isinstance(node, tree.Element) for index in node.indices]
    plain = {index.name for index in every if isinstance(index, tree.Name)}
    added = [{*trees.index_letters_of(index)} for index in every if isinstance(index, tree.Sum)]
    names = [node.name for node in nodes if isinstance(node, tree.Name)]
    moved = {one for one in letters & plain if any(one in others and len(others) > 1 for others in added)
             and names.count(one) == sum(one in trees.index_letters_of(index) for index in every)}  # fmt: skip

    def change(node: Expr) -> Expr:
        match node:
            case tree.Reduce():
                return replace(node, ranges=tuple(_shifted(one, set()) if one.letter in moved else one
                                                  for one in node.ranges))  # fmt: skip
            case tree.Element():
                return replace(node, indices=tuple(_less(index, moved) for index in node.indices))
        return node

    return [trees.changed(chain, change) for chain in chains] if moved else list(chains)


def _less(index: Expr, moved: Collection[str]) -> Expr:
    """Return a calculated index, i + k, with what is one more in it: i + k - 1."""
    if not isinstance(index, tree.Sum):
        return index
    for sign, term in zip(index.signs, index.terms, strict=True):
        if isinstance(term, tree.Name) and term.name in moved:
            one = tree.Number("1", at=index.at)
            index = replace(index, signs=(*index.signs, -sign), terms=(*index.terms, one))
    return index


def _letters_of_entries(one: tree.Element, above: Collection[str]) -> Iterator[tuple[int, set[str]]]:
    """Yield the places of the indices of an element and their letters, but for one that counts examples above it."""
    first = 1 if one.parted and tree.base_name(one) in above else 0
    yield from ((k, {*trees.index_letters_of(index)}) for k, index in enumerate(one.indices) if k >= first)


def _is_number(node: Expr | None, text: str) -> bool:
    return isinstance(node, tree.Number) and node.text == text


def _counts(one: tree.Range, total: tree.Reduce, otherwise: set[tuple[str, int]]) -> bool:
    """Whether an index begins at 0 and does nothing but to count the entries of arrays."""
    concerned = [element for element in trees.elements(total.body) if one.letter in trees.index_letters(element)]
    stands = sum(isinstance(node, tree.Name) and node.name == one.letter for node in tree.walk(total.body))
    as_index = sum(isinstance(index, tree.Name) and index.name == one.letter
                   for element in concerned for index in element.indices)  # fmt: skip
    places = {(tree.base_name(element), k) for element in concerned for k, index in enumerate(element.indices)
              if one.letter in trees.index_letters_of(index)}  # fmt: skip
    return _is_number(one.low, "0") and stands == as_index > 0 and not places & otherwise and not total.conditions


def _shifted(one: tree.Range, one_more: set[str]) -> tree.Range:
    """Return the range of the index plus one; n is the number of entries unless the file says n + 1 somewhere."""
    at, high = one.at, one.high
    low = tree.Number("1", at=at)
    match high:
        case tree.Sum(signs=(1, -1), terms=(tree.Name() as count, tree.Number(text="1"))):
            return replace(one, low=low, high=count)
        case tree.Number(text=text) if text.isdigit():
            return replace(one, low=low, high=tree.Number(str(int(text) + 1), at=at))
        case tree.Name(name=name) if name not in one_more:
            return replace(one, low=low)
        case None:
            return replace(one, low=low)
    return one
