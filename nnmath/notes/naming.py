r"""What scripts and calls mean in a file, which follows from how a letter is used in all of it.

A script is part of a name, an index or a power; a call is that of a function, or a quantity with what it
depends on behind it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes import trees
from nnmath.notes.parsing import OBJECTIVES

#: Letters that are indices where they stand above a letter, unless they are quantities.
_RAISED = frozenset("lijknmt") | {r"\ell"}


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
    """

    bare: frozenset[str]
    indices: frozenset[str]
    arrays: dict[str, list[tuple[Expr, ...]]]


def usage(chains: Iterable[tree.Chain]) -> Usage:
    """Find out how letters are used."""
    bare: set[str] = set()
    summed: set[str] = set()
    below: set[str] = set()
    compared: set[str] = set()
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
        if isinstance(node, tree.Power):
            visit(node.base)
            raised = trees.names(node.exponent)
            if not (raised and raised <= _RAISED | {"L"}):
                visit(node.exponent)
            return
        for child in tree.children(node):
            visit(child)

    for chain in chains:
        visit(chain)
    bare |= compared - below - summed
    free = {letter for letter in below if letter not in arrays and letter not in bare}
    return Usage(frozenset(bare), frozenset(summed | free), dict(arrays))


def renamed(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations of a file with every script and every call read for what it is."""
    used = usage(chains)
    numbered = _numbered(chains)
    quantities = _quantities(chains, used)
    layered = _layered(chains)
    raised = {letter for letter in _RAISED if letter not in used.bare - used.indices}
    worded = _worded(chains, used)

    def change(node: Expr) -> Expr:
        match node:
            case tree.Power():
                return _power(node, numbered - layered, layered, raised)
            case tree.Name(name=name) if (layer := _LAYER.fullmatch(name)) and layer[1] in layered:
                return _of_layer(node, layer[1], layer[2])
            case tree.Element(array=tree.Element(array=array, indices=(tree.Number() as layer,))):
                return replace(node, array=array, indices=(layer, *node.indices), parted=True)
            case tree.Element(array=tree.Name(name=name), indices=(tree.Number(text=text), *rest)) if (
                name not in used.bare and not _has_letters(used.arrays.get(name, []))
            ):
                whole = tree.Name(f"{name}_{{{text}}}", at=node.at)
                return replace(node, array=whole, indices=tuple(rest)) if rest else whole
            case tree.Element(array=tree.Name(name=name)) if name in worded:
                letters = "".join(getattr(one, "name", getattr(one, "text", "")) for one in node.indices)
                return tree.Name(f"{name}_{{{letters}}}", at=node.at)
            case tree.Call(function=name, primes=0) if name in quantities:
                return tree.Name(name, at=node.at)
        return node

    return [trees.changed(chain, change) for chain in chains]


def _has_letters(every: list[tuple[Expr, ...]]) -> bool:
    return any(not isinstance(indices[0], tree.Number) for indices in every)


def _numbered(chains: Iterable[tree.Chain]) -> set[str]:
    """Return the letters that numbers above them tell apart: W^1 is no power."""
    found = set()
    for chain in chains:
        for node in tree.walk(chain):
            match node:
                case tree.Power(exponent=tree.Number(text="0" | "1")):
                    found.add(tree.base_name(node.base))
    return found - {""}


#: A name with a number in brackets above it.
_LAYER = re.compile(r"(.+)\^\{[(\[](\d+)[)\]]\}")


def _layered(chains: Iterable[tree.Chain]) -> set[str]:
    """Return the arrays whose layers are counted above them, as in W^l beside a^{l-1}."""
    found = set()
    for chain in chains:
        for node in tree.walk(chain):
            if isinstance(node, tree.Power) and trees.names(node.exponent) & {"l", r"\ell"}:
                found.add(tree.base_name(node.base))
            if isinstance(node, tree.Element) and trees.names(node.indices[0]) & {"l", r"\ell"}:
                found.add(tree.base_name(node))
    return found - {""}


def _of_layer(node: Expr, name: str, number: str) -> Expr:
    """Return a layer with a number; what the layers begin with has a name of its own."""
    if number == "0":
        return tree.Name(f"{name}_{{0}}", at=node.at)
    return tree.Element(tree.Name(name, at=node.at), (tree.Number(number, at=node.at),), parted=True, at=node.at)


def _power(node: tree.Power, numbered: set[str], layered: set[str], raised: set[str]) -> Expr:
    """Read what stands above a letter: a number or a letter of its name, an index, or a power."""
    exponent = node.exponent.inner if isinstance(node.exponent, tree.Group) else node.exponent
    name = tree.base_name(node.base)
    if not name or not isinstance(node.base, (tree.Name, tree.Element)):
        return node
    if isinstance(exponent, tree.Number) and name in layered:
        layer = _of_layer(node, name, exponent.text)
        if not isinstance(node.base, tree.Element):
            return layer
        if isinstance(layer, tree.Element):
            return replace(node.base, indices=(*layer.indices, *node.base.indices), parted=True)
        return replace(node.base, array=layer)
    if isinstance(exponent, tree.Number) and name in numbered:
        whole = tree.Name(f"{name}^{{({exponent.text})}}", at=node.at)
        return replace(node.base, array=whole) if isinstance(node.base, tree.Element) else whole
    letters = trees.names(exponent)
    last = isinstance(node.exponent, tree.Group) or letters == {"L"}
    is_index = bool(letters) and (letters <= raised or (last and letters <= raised | {"L", "T", "N", "K"}))
    if not is_index or name in (r"\e", "e") or not isinstance(exponent, (tree.Name, tree.Sum)):
        return node
    if isinstance(node.base, tree.Element):
        return replace(node.base, indices=(exponent, *node.base.indices), parted=True)
    return tree.Element(node.base, (exponent,), parted=True, at=node.at)


def _worded(chains: Sequence[tree.Chain], used: Usage) -> set[str]:
    """Return the names that letters below them belong to, as in W_{xh} beside x_t and h_t: none is an index."""
    quantities = used.arrays.keys() | used.bare
    letters = {name: [_letters(indices) for indices in every] for name, every in used.arrays.items()}
    found = {name for name, every in letters.items() if any(one and one <= quantities for one in every)}
    indices = {letter for name in letters.keys() - found for one in letters[name] for letter in one}
    for chain in chains:
        for node in tree.walk(chain):
            if isinstance(node, tree.Reduce):
                indices |= {one.letter for one in node.ranges}
    return {name for name in found if all(one and not one & indices for one in letters[name])}


def _letters(indices: tuple[Expr, ...]) -> set[str]:
    """Return the indices of an element if all of them are plain letters."""
    letters = {one.name for one in indices if isinstance(one, tree.Name)}
    return letters if all(isinstance(one, tree.Name) for one in indices) else set()


def _quantities(chains: Sequence[tree.Chain], used: Usage) -> set[str]:
    """Return the names whose brackets only say what they depend on: J in J(θ), f in f(x, y) where ∂f/∂x stands, too."""
    calls: dict[str, list[tree.Call]] = defaultdict(list)
    for chain in chains:
        for node in tree.walk(chain):
            if isinstance(node, tree.Call):
                calls[node.function].append(node)
    found = set()
    for name, every in calls.items():
        alike = all(one.arguments == every[0].arguments and not one.primes for one in every)
        named = all(isinstance(one, (tree.Name, tree.Element)) for one in every[0].arguments)
        if (
            alike
            and named
            and name not in _BUILTIN
            and (name in used.bare or name in OBJECTIVES or len(every[0].arguments) > 1)
        ):
            found.add(name)
    return found


_BUILTIN = frozenset(
    ["exp", "log", "sqrt", "abs", "max", "min", tree.TRANSPOSE, tree.NORM, tree.ONES, "diag", "tr", "clip"]
)
