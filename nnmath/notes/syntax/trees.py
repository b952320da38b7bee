"""Changing syntax trees."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import fields, replace
from functools import cache
from operator import is_not
from typing import Any, TypeVar

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr

E = TypeVar("E", bound=Expr)


def changed(node: E, change: Callable[[Expr], Expr]) -> E:
    """Return a tree in which `change` was applied to every node, the innermost first."""
    if not tree.children(node):
        return change(node)  # type: ignore[return-value]
    different = {}
    kind: Any = type(node)  # hashable, which is not seen from its type
    for name in _fields(kind):
        value = getattr(node, name)
        if isinstance(value, (Expr, tuple)):
            new = _changed(value, change)
            if new is not value:
                different[name] = new
    return change(replace(node, **different) if different else node)  # type: ignore[return-value]


@cache
def _fields(kind: type[Any]) -> tuple[str, ...]:
    """Return the fields of a kind of node in which others may stand; this runs millions of times."""
    return tuple(item.name for item in fields(kind) if item.name != "at")


def _changed(value: Any, change: Callable[[Expr], Expr]) -> Any:
    if isinstance(value, Expr):
        return changed(value, change)
    if isinstance(value, tuple):
        parts = tuple([_changed(part, change) for part in value])
        return parts if any(map(is_not, parts, value)) else value
    return value


def names(node: Expr) -> set[str]:
    """Return the names of quantities, indices and functions that stand in a tree."""
    kept: dict[str, Any] = node.__dict__  # a node never changes, and this is asked many times
    if _NAMES not in kept:
        nodes = [one for one in tree.walk(node) if isinstance(one, (tree.Name, tree.Call))]
        kept[_NAMES] = frozenset(one.name if isinstance(one, tree.Name) else one.function for one in nodes)
    return {*kept[_NAMES]}


#: Where a node keeps its names; no field, as those of `tree.children`.
_NAMES = "_names"


def functions(node: Expr) -> set[str]:
    """Return the names of functions that stand in a tree, but for those that stand as quantities, too."""
    return names(node) - {one.name for one in tree.walk(node) if isinstance(one, tree.Name)}


def elements(node: Expr) -> Iterator[tree.Element]:
    """Yield the elements of named arrays that stand in a tree."""
    for one in tree.walk(node):
        if isinstance(one, tree.Element) and isinstance(one.array, tree.Name):
            yield one


def index_letters_of(index: Expr) -> Iterator[str]:
    """Yield the letters that an index consists of, alone or calculated with."""
    if isinstance(index, tree.Name):
        yield index.name
    elif isinstance(index, (tree.Sum, tree.Product, tree.Group)):
        for part in tree.children(index):
            yield from index_letters_of(part)


def index_letters(node: Expr) -> set[str]:
    """Return the letters that stand in the place of an index in a tree."""
    return {letter for one in tree.walk(node) if isinstance(one, tree.Element)
            for index in one.indices for letter in index_letters_of(index)}  # fmt: skip


def summed(node: Expr) -> set[str]:
    """Return the letters that are summed over in a tree."""
    return {one.letter for part in tree.walk(node) if isinstance(part, tree.Reduce) for one in part.ranges}


def limited_to(chain: tree.Chain, where: tree.Compare) -> tree.Chain:
    """Return an equation that claims something only where a condition holds; 0 is one of every shape."""
    sides = (side if side == tree.Number("0", at=side.at) else
             tree.Product((where, tree.Group(side, at=side.at)), at=side.at) for side in chain.sides)  # fmt: skip
    return replace(chain, sides=tuple(sides))


def said_symmetric(chain: tree.Chain) -> str:
    """Return the matrix that an equation says to be its transpose, also in entries; empty where it does not."""
    match chain.sides:
        case (tree.Name() as one, tree.Call(function=tree.TRANSPOSE, arguments=(other,))) | (
            tree.Call(function=tree.TRANSPOSE, arguments=(other,)),
            tree.Name() as one,
        ):
            return one.name if one == other else ""
        case (tree.Element(array=one, indices=(row, column)), tree.Element(array=other, indices=indices)):
            return tree.base_name(one) if one == other and row != column and indices == (column, row) else ""
    return ""


def differentiated_by(chains: Iterable[tree.Chain]) -> set[str]:
    """Return the names of what something is differentiated by, x and y beside f(x, y)."""
    nodes = (node for chain in chains for node in tree.walk(chain))
    return {tree.base_name(node.bottom) for node in nodes if isinstance(node, tree.Partial)}


#: Ends the letter of a sum that has the letter of another index: what has it below is the same array.
OWN = "′"


def another_letter(letter: str, taken: Collection[str]) -> str:
    """Return a letter for a sum that has the letter of another index."""
    while letter in taken:
        letter += OWN
    return letter


def with_letters(new: Mapping[str, str]) -> Callable[[Expr], Expr]:
    """Return a change of trees that gives indices, and what is summed over, other letters."""

    def change(node: Expr) -> Expr:
        match node:
            case tree.Range(letter=letter) if letter in new:
                return replace(node, letter=new[letter])
            case tree.Name(name=name) if name in new:
                return replace(node, name=new[name])
        return node

    return change


def with_columns(chains: Iterable[tree.Chain]) -> set[str]:
    """Return the arrays of which equations may write a column, q_j beside q_{kj}."""
    every = {(tree.base_name(one), one.indices) for chain in chains for one in elements(chain)}
    return {name for name, indices in every if any((name, indices[k:]) in every for k in range(1, len(indices)))}


def of_length_one(chain: tree.Chain) -> str:
    r"""Return the vector of which an equation says that its length is 1, ``u^\top u = 1``; empty for anything else."""
    if {*chain.relations} != {"="} or not isinstance(last := chain.sides[-1], tree.Number) or last.text != "1":
        return ""
    match chain.sides[0]:
        case tree.Call(function=function, arguments=(tree.Name(name=name),)) if function in (tree.NORM, "abs"):
            return name
        case tree.Power(
            base=tree.Call(function=function, arguments=(tree.Name(name=name),)), exponent=tree.Number()
        ) if function in (tree.NORM, "abs"):
            return name
        case tree.Product(factors=(tree.Call(function=tree.TRANSPOSE, arguments=(tree.Name(name=name),)), other)):
            return name if tree.base_name(other) == name else ""
    return ""


def is_zero(node: Expr) -> bool:
    """Whether an expression is the number 0."""
    return isinstance(node, tree.Number) and node.text == "0"


def index_plus(index: Expr, step: int) -> Expr:
    """Add a whole number to an index that is a letter, a number, or a letter and a number."""
    letter, number = index, 0
    if isinstance(index, tree.Number):
        return tree.Number(str(int(index.text) + step), at=index.at)
    if isinstance(index, tree.Sum) and len(index.terms) == 2 and getattr(index.terms[1], "text", "").isdigit():
        letter, number = index.terms[0], index.signs[1] * int(getattr(index.terms[1], "text", "0"))
    number += step
    if not number:
        return letter
    return tree.Sum((1, 1 if number > 0 else -1), (letter, tree.Number(str(abs(number)), at=index.at)), at=index.at)
