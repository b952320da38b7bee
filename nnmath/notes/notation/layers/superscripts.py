r"""What stands above a letter: a number of its name, ``W^1``, a layer, ``a^{l-1}``, an index, or a power."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.scripts import split_digits
from nnmath.latex.syntax.tree import Expr, has_derivative
from nnmath.notes.notation.layers.squares import is_square, not_squared, squared_name
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.names.letters import LAST_STEPS
from nnmath.notes.syntax.usage import RAISED, Usage

#: What stands above a letter, and is part of its name.
_WORD = re.compile(r"[A-Za-z]{2,}")


def superscripts(chains: Sequence[tree.Chain], used: Usage) -> Callable[[Expr], Expr]:
    """Return what reads the superscripts of a file, of one power or name at a time."""
    layered, powers = _layered(chains), _powers(chains)
    numbered = _numbered(chains) - layered
    squares = [chain.sides[0] for chain in chains if is_square(chain.sides[0])]
    squared = {squared_name(side.base) for side in squares if isinstance(side, tree.Power)} - {""}
    lengths = not_squared(chains)
    summed = set[str]().union(*map(trees.summed, chains)) & _indices_below(chains)
    raised = {letter for letter in RAISED | summed if letter not in used.bare - used.indices}
    turned = {letter for letter in ("t", "H") if _is_transpose(letter, chains)}
    kinds = _kinds(chains) - turned
    labels = _LABELS | _of_one_step(chains)
    last = _of_last_layer(chains)
    below = most_below(chains)

    def change(node: Expr) -> Expr:
        match node:
            case tree.Power(base=tree.Element(parted=False) as base) if (
                entry := split_digits(base.indices, below[tree.base_name(base)])
            ) != base.indices:
                return change(replace(node, base=replace(base, indices=entry)))
            case tree.Power(
                base=tree.Element(array=tree.Name(name=name) as array) as base, exponent=tree.Number(text="2")
            ) if f"{name}^{{2}}" in squared and name not in lengths:
                return replace(base, array=replace(array, name=f"{name}^{{2}}"))
            case tree.Power(base=base, exponent=exponent) if tree.base_name(base) in last and _letter(exponent) == "L":
                return _of_name(node, f"{tree.base_name(base)}^{{(L)}}")
            case tree.Power(base=tree.Element(array=tree.Name(name=name)) as base, exponent=tree.Name(name=kind)) if (
                kind in kinds
            ):
                return replace(base, array=tree.Name(f"{name}^{{{kind}}}", at=node.at))
            case tree.Power(base=tree.Name(name=name), exponent=tree.Name(name=kind)) if kind in kinds:
                return tree.Name(f"{name}^{{{kind}}}", at=node.at)
            case tree.Power(base=base, exponent=tree.Name(name=letter)) if letter in turned:
                return tree.Call(tree.TRANSPOSE, (base,), at=node.at)
            case tree.Power(base=base, exponent=tree.Number(text="2")) if (name := squared_name(base)) in squared:
                return tree.Name(name, at=node.at)
            case tree.Power(base=base) if re.sub(r"_\{\d+\}$", "", tree.base_name(base)) not in powers:
                return _power(node, numbered, layered, raised, labels)
            case tree.Range(high=tree.Element(indices=(index,))) if trees.names(index) & {"l", r"\ell"}:
                return replace(node, low=None, high=None)  # over all entries: every layer is as long as it is
            case tree.Name(name=name) if (layer := _LAYER.fullmatch(name)) and layer[1] in layered:
                return _of_layer(node, layer[1], layer[2])
        return node

    return change


def most_below(chains: Iterable[tree.Chain], layered: bool = False) -> Counter[str]:
    """Return how many indices stand below each array where most do: two of W_{ij}^l, so that 11 is two, too.

    Of those of `layered` arrays that are read already, the first one stands above.
    """
    found = Counter[str]()
    for one in (one for chain in chains for one in trees.elements(chain)):
        found[tree.base_name(one)] = max(found[tree.base_name(one)], len(one.indices) - (layered and one.parted))
    return found


def _indices_below(chains: Iterable[tree.Chain]) -> set[str]:
    """Return the letters that stand as indices below others: where one is summed over, it counts above letters, too."""
    return set().union(*(trees.index_letters_of(index) for chain in chains for one in trees.elements(chain)
                         for index in one.indices))  # fmt: skip


def _is_transpose(letter: str, chains: Sequence[tree.Chain]) -> bool:
    r"""Whether t above a letter is its transpose, ``x^t A x``: it is nothing else, and no step of what is defined.

    H is the same, ``X^\mathsf{H} Z``, in notes that have no other transpose: here all numbers are real.
    """
    nodes = [node for chain in chains for node in tree.walk(chain)]
    if letter == "H" and any(isinstance(node, tree.Call) and node.function == tree.TRANSPOSE for node in nodes):
        return False
    turned = [node for node in nodes if isinstance(node, tree.Power) and node.exponent == tree.Name(letter, at=node.at)]
    every = [node for node in nodes if isinstance(node, tree.Name) and node.name == letter]
    lefts = [chain.sides[0] for chain in chains]
    again = {node.base.name for node in turned if isinstance(node.base, tree.Name)} & {
        node.name for node in nodes if isinstance(node, tree.Name) and not any(node is one.base for one in turned)
    }
    return bool(again) and len(turned) == len(every) and not any(one in lefts for one in turned)


#: Letters that stand above others as the name of a layer: input, hidden, output.
_KINDS = frozenset("OIHSCBRGFQV")


def _kinds(chains: Iterable[tree.Chain]) -> set[str]:
    """Return the capital letters that stand above other letters and nowhere else: Z^O belongs to the output layer.

    Those that are made so are among them, too, Q = X W^Q.
    """
    chains = list(chains)
    nodes = [node for chain in chains for node in tree.walk(chain)]
    above = [
        node.exponent.name for node in nodes if isinstance(node, tree.Power) and isinstance(node.exponent, tree.Name)
    ]
    every = [node.name for node in nodes if isinstance(node, tree.Name)]
    own = {
        chain.sides[0].name
        for chain in chains
        if chain.relations and isinstance(chain.sides[0], tree.Name)
        for node in tree.walk(chain.sides[1])
        if isinstance(node, tree.Power) and tree.base_name(node.exponent) == chain.sides[0].name
    }
    return {letter for letter in _KINDS & {*above} if above.count(letter) == every.count(letter)} | own


def _numbered(chains: Iterable[tree.Chain]) -> set[str]:
    """Return the letters that numbers above them tell apart: W^1 is no power."""
    found = set()
    for chain in chains:
        for node in tree.walk(chain):
            match node:
                case tree.Power(exponent=tree.Number(text="0" | "1")):
                    found.add(tree.base_name(node.base))
    return found - {""}


def _powers(chains: Iterable[tree.Chain]) -> set[str]:
    """Return what is raised to powers that are counted from 0, β^i, or between two letters, β^{t-i}."""
    found = set()
    for chain in chains:
        counted = {one.letter for node in tree.walk(chain) if isinstance(node, tree.Reduce) for one in node.ranges
                   if isinstance(one.low, tree.Number) and one.low.text == "0"}  # fmt: skip
        for node in tree.walk(chain):
            if isinstance(node, tree.Power):
                letters = trees.names(node.exponent) - {"l", r"\ell", "L"}
                if letters & counted or (isinstance(node.exponent, tree.Sum) and len(letters) > 1):
                    found.add(tree.base_name(node.base))
    return (found | _rates(chains)) - {""}


def _rates(chains: Iterable[tree.Chain]) -> set[str]:
    """Return what stands in 1 - β and in 1 - β^t, and at no other step, β^{t-1}: a rate and its power."""
    nodes = [node for chain in chains for node in tree.walk(chain)]
    powers = [node for node in nodes if isinstance(node, tree.Power)]
    sums = [node for node in nodes if isinstance(node, tree.Sum)]
    terms = [term for node in sums for term in node.terms]
    plain = {tree.base_name(term) for term in terms if isinstance(term, (tree.Name, tree.Element))}
    from_one = {
        tree.base_name(term.base)
        for node in sums
        if any(isinstance(one, tree.Number) for one in node.terms)
        for term in node.terms
        if isinstance(term, tree.Power)
        and isinstance(term.exponent, tree.Name)
        and not _WORD.fullmatch(term.exponent.name)
        and term.exponent.name not in ("l", r"\ell", "L")
    }
    stepped = {tree.base_name(node.base) for node in powers if isinstance(node.exponent, tree.Sum)}
    return (from_one & plain) - stepped


def _step(node: Expr) -> str:
    return f"-{node.text}" if isinstance(node, tree.Number) else ""


#: Letters that stand in brackets above a letter and are no indices: what is in brackets there is no power.
_LABELS = frozenset("abcdefghopqrsuvwxyz")

#: Letters in brackets above a letter that say which step or example it belongs to.
_STEPS = frozenset("tijmn")

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


def _of_last_layer(chains: Iterable[tree.Chain]) -> set[str]:
    r"""Return the arrays that are computed in any layer, a^l, and in another way in the last one, a^L.

    Derivatives are no such arrays: \\delta^L is one of \\delta^l.
    """
    lefts = [chain.sides[0] for chain in chains if chain.relations and not any(map(_is_of_slopes, chain.sides[1:]))]
    found = {(tree.base_name(side.base), _letter(side.exponent)) for side in lefts if isinstance(side, tree.Power)}
    return {name for name, letter in found if name and letter in ("l", r"\ell") and (name, "L") in found}


def _is_of_slopes(side: Expr) -> bool:
    r"""Whether derivatives stand in a side, or \delta, which is one."""
    return has_derivative(side) or r"\delta" in trees.names(side)


def _letter(exponent: Expr) -> str:
    inner = exponent.inner if isinstance(exponent, tree.Group) else exponent
    return inner.name if isinstance(inner, tree.Name) else ""


def _of_name(node: tree.Power, name: str) -> Expr:
    """Return what stands below a letter with a name that has what stands above it."""
    whole = tree.Name(name, at=node.at)
    return replace(node.base, array=whole) if isinstance(node.base, tree.Element) else whole


def _of_one_step(chains: Iterable[tree.Chain]) -> set[str]:
    """Return the letters in brackets above others that are no indices: of one step or example all equations speak.

    Such a letter stands on the right of a definition and not on its left; it is neither summed over nor counted on.
    """
    nodes = [node for chain in chains for node in tree.walk(chain)]
    counted = {one.letter for node in nodes if isinstance(node, tree.Reduce) for one in node.ranges}
    counted |= {name for node in nodes if isinstance(node, (tree.Element, tree.Power)) for name in _not_plain(node)}
    loose: set[str] = set()
    for chain in chains:
        if len(chain.sides) > 1 and isinstance(chain.sides[0], (tree.Name, tree.Element)):
            loose |= set().union(*map(_in_brackets, chain.sides[1:])) - trees.names(chain.sides[0])
    return loose & _STEPS - counted


def _in_brackets(side: Expr) -> set[str]:
    """Return the letters that stand in brackets above others."""
    groups = (node.exponent for node in tree.walk(side) if isinstance(node, tree.Power))
    return {one.inner.name for one in groups if isinstance(one, tree.Group) and isinstance(one.inner, tree.Name)}


def _not_plain(node: tree.Element | tree.Power) -> set[str]:
    """Return the letters that stand below or above another one, but for a letter in brackets above it."""
    if isinstance(node, tree.Element):
        return set().union(*map(trees.names, node.indices))
    return trees.names(node.exponent) - _in_brackets(node)


def _power(node: tree.Power, numbered: set[str], layered: set[str], raised: set[str], labels: Collection[str]) -> Expr:
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
        return _of_name(node, f"{name}^{{({exponent.text})}}")
    label = isinstance(node.exponent, tree.Group) and isinstance(exponent, tree.Name) and exponent.name in labels
    word = isinstance(exponent, tree.Name) and _WORD.fullmatch(exponent.name)
    if (label or word) and isinstance(exponent, tree.Name) and name not in (r"\e", "e"):
        return _of_name(node, f"{name}^{{{exponent.name}}}")
    letters = trees.names(exponent)
    if letters == {"L"} and name not in layered:  # the last layers, told apart by name: W^L, a^{L-1}
        steps = "".join(_step(part) for part in tree.walk(exponent))
        return _of_name(node, f"{name}^{{(L{steps})}}")
    last = isinstance(node.exponent, tree.Group) or letters == {"L"}
    is_index = bool(letters) and (letters <= raised or (last and letters <= raised | LAST_STEPS))
    if not is_index or name in (r"\e", "e") or not isinstance(exponent, (tree.Name, tree.Sum)):
        return node
    if isinstance(node.base, tree.Element):
        return replace(node.base, indices=(exponent, *node.base.indices), parted=True)
    return tree.Element(node.base, (exponent,), parted=True, at=node.at)
