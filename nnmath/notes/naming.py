r"""What scripts and calls mean in a file, which follows from how a letter is used in all of it.

A script is part of a name, an index or a power; a call is that of a function, or a quantity with what it
depends on behind it.
"""

from __future__ import annotations

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
    arrays: dict[str, list[tuple[Expr, ...]]] = defaultdict(list)

    def visit(node: Expr) -> None:
        if isinstance(node, tree.Element) and isinstance(node.array, tree.Name):
            arrays[node.array.name].append(node.indices)
            below.update(trees.index_letters(node))
            for index in node.indices:
                if isinstance(index, tree.Element):
                    visit(index)
            return
        if isinstance(node, tree.Name):
            bare.add(node.name)
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
    free = {letter for letter in below if letter not in arrays and letter not in bare}
    return Usage(frozenset(bare), frozenset(summed | free), dict(arrays))


def renamed(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations of a file with every script and every call read for what it is."""
    used = usage(chains)
    numbered = _numbered(chains)
    quantities = _quantities(chains, used)
    raised = {letter for letter in _RAISED if letter not in used.bare - used.indices}
    worded = {name for name, every in used.arrays.items() if _is_worded(name, every, used)}

    def change(node: Expr) -> Expr:
        match node:
            case tree.Power():
                return _power(node, numbered, raised)
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


def _power(node: tree.Power, numbered: set[str], raised: set[str]) -> Expr:
    """Read what stands above a letter: a number or a letter of its name, an index, or a power."""
    exponent = node.exponent.inner if isinstance(node.exponent, tree.Group) else node.exponent
    name = tree.base_name(node.base)
    if not name or not isinstance(node.base, (tree.Name, tree.Element)):
        return node
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


def _is_worded(name: str, every: list[tuple[Expr, ...]], used: Usage) -> bool:
    """Whether the letters below a name belong to it, as in W_{xh} beside x_t and h_t: none of them is an index."""
    quantities = (used.arrays.keys() | used.bare) - used.indices
    letters = [one for indices in every for one in indices]
    return all(isinstance(one, tree.Name) and one.name in quantities | {"o", "s"} - used.indices for one in letters)


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
