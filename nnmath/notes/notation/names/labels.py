r"""Letters below others that may be parts of names: u_o is the vector of one word, u_k beside it that of any other.

It is a reading of its own: without it o is some index, which may be k.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.usage import usage


def labels_of_names(chains: Sequence[tree.Chain]) -> frozenset[str]:
    """Return the letters that stand nowhere but below others, and are neither summed over nor compared."""
    nodes = [node for chain in chains for node in tree.walk(chain)]
    compared = {side.name for node in nodes if isinstance(node, tree.Compare) for side in node.sides
                if isinstance(side, tree.Name)}  # fmt: skip
    alone = {one.indices[0].name for node in nodes for one in (node,) if isinstance(one, tree.Element)
             and len(one.indices) == 1 and isinstance(one.indices[0], tree.Name)}  # fmt: skip
    return usage(chains).labels & frozenset(alone) - compared


def with_labels_in_names(chain: tree.Chain, letters: Collection[str]) -> tree.Chain:
    """Return an equation in which such letters belong to the names above them."""

    def change(node: Expr) -> Expr:
        match node:
            case tree.Element(array=tree.Name(name=name), indices=(tree.Name(name=letter), *others)) if (
                letter in letters
            ):
                of_letter = tree.Name(f"{name}_{{{letter}}}", at=node.at)
                return replace(node, array=of_letter, indices=tuple(others)) if others else of_letter
        return node

    return trees.changed(chain, change)


def names_apart(chains: Sequence[tree.Chain]) -> frozenset[str]:
    """Return the letters that stand with numbers below them, X_1, and bare, X, but never both ways in one equation."""
    numbered = [{tree.base_name(node) for node in trees.elements(chain) if _is_numbered(node)} for chain in chains]
    others = [usage([chain]) for chain in chains]
    beside = {name for one, used in zip(numbered, others, strict=True) for name in one & used.bare}
    indexed = {tree.base_name(node) for chain in chains for node in trees.elements(chain) if not _is_numbered(node)}
    bare = frozenset().union(*(used.bare for used in others))
    return bare & set().union(*numbered) - beside - indexed


def _is_numbered(node: tree.Element) -> bool:
    return len(node.indices) == 1 and isinstance(node.indices[0], tree.Number)


def with_names(
    chains: Mapping[int, tree.Chain], labels: Collection[str], numbered: Collection[str]
) -> dict[int, tree.Chain]:
    """Return equations in which labels are parts of names, and so are the numbers below letters that are numbered."""
    chains = {i: with_labels_in_names(one, labels) for i, one in chains.items()} if labels else chains
    return {i: _with_numbers_in_names(one, numbered) if numbered else one for i, one in chains.items()}


def _with_numbers_in_names(chain: tree.Chain, names: Collection[str]) -> tree.Chain:

    def change(node: Expr) -> Expr:
        match node:
            case tree.Element(array=tree.Name(name=name), indices=(tree.Number(text=text),)) if name in names:
                return tree.Name(f"{name}_{{{text}}}", at=node.at)
        return node

    return trees.changed(chain, change)


def with_named_lengths(chain: tree.Chain, lengths: Collection[tuple[str, str]]) -> tree.Chain:
    """Return an equation in which d_k is a name, and no entry of d, where the text says that something is as long."""

    def change(node: Expr) -> Expr:
        match node:
            case tree.Element(array=tree.Name(name=name), indices=(tree.Name(name=letter),)) if (
                name,
                letter,
            ) in lengths:
                return tree.Name(f"{name}_{{{letter}}}", at=node.at)
        return node

    return trees.changed(chain, change) if lengths else chain


def numbers_below(chains: Sequence[tree.Chain], declared: Collection[str]) -> frozenset[str]:
    """Return the letters that annotations declare as numbers, t beside m_t, where they count nothing: m_t is a name."""
    nodes = [node for chain in chains for node in tree.walk(chain)]
    counting = {one.letter for node in nodes if isinstance(node, tree.Reduce) for one in node.ranges}
    below = set()
    for node in nodes:
        if isinstance(node, tree.Element):
            letters = {letter for index in node.indices for letter in trees.index_letters_of(index)}
            alone = len(node.indices) == 1 and isinstance(node.indices[0], tree.Name)
            below |= letters
            counting |= {tree.base_name(node), *(() if alone else letters)}
    return frozenset(declared) & below - counting


def with_families(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Read letters below arrays that they tell apart, W_q, W_k and W_v, as parts of their names."""
    found = _families(chains)

    def change(node: Expr) -> Expr:
        match node:
            case tree.Element(array=tree.Name(name=name), indices=(tree.Name(name=letter),)) if name in found:
                return tree.Name(f"{name}_{{{letter}}}", at=node.at)
        return node

    return [trees.changed(chain, change) for chain in chains] if found else list(chains)


def _families(chains: Sequence[tree.Chain]) -> set[str]:
    """Return the arrays that letters tell apart, though k may be an index in other equations.

    Each has one letter below it, never the same one; in no equation with W_k is k summed over or an index of anything
    but such arrays.
    """
    used = usage(chains)
    symbols = (used.bare | used.arrays.keys()) - used.labels
    lettered = {name: every for name, every in used.arrays.items() if all(map(_is_letter, every))}
    letters = {name: {one.name for indices in every for one in indices if isinstance(one, tree.Name)}
               for name, every in lettered.items() if name not in used.bare}  # fmt: skip
    found = {name for name, every in letters.items() if len(every) > 1 and not every & symbols}
    here = [_indices_of_each(chain) for chain in chains] if found else []
    while others := {name for every in here for name in found & every.keys()
                     if any(every[name] & every[one] for one in every.keys() - found)}:  # fmt: skip
        found -= others
    return found


def _is_letter(indices: Sequence[Expr]) -> bool:
    return len(indices) == 1 and isinstance(indices[0], tree.Name)


def _indices_of_each(chain: tree.Chain) -> dict[str, set[str]]:
    """Return for each array of an equation the letters of its indices; those that are summed over below no name."""
    found: dict[str, set[str]] = {"": set()}
    for node in tree.walk(chain):
        if isinstance(node, tree.Element):
            found.setdefault(tree.base_name(node), set()).update(*map(trees.index_letters_of, node.indices))
        if isinstance(node, tree.Reduce):
            found[""] |= {one.letter for one in node.ranges}
    return found


def with_declared_labels(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Read letters below what an annotation declares as parts of names, wherever they stand alone, but for indices."""
    declared = [chain.sides[0] for chain in chains if not chain.relations]
    labels = {side.indices[0] for side in declared if isinstance(side, tree.Element) and len(side.indices) == 1}
    letters = {one.name for one in labels if isinstance(one, tree.Name) and one.name.islower()}
    letters = letters - _indices(chains) if letters else letters
    return [with_labels_in_names(chain, letters) for chain in chains] if letters else list(chains)


def _indices(chains: Sequence[tree.Chain]) -> set[str]:
    """Return the letters that are indices for sure: they are summed over, or calculated with.

    So are those that are no symbols of the file and one of several indices, or stand where another one is summed over,
    u_o beside u_w.
    """
    used = usage(chains)
    nodes = [node for chain in chains for node in tree.walk(chain)]
    summed = {one.letter for node in nodes if isinstance(node, tree.Reduce) for one in node.ranges}
    found, symbols = set(summed), used.arrays.keys() | used.bare
    for every in used.arrays.values():
        letters = [{*trees.index_letters_of(one)} for indices in every for one in indices]
        found |= set().union(*(trees.index_letters_of(one) for indices in every for one in indices
                               if not isinstance(one, tree.Name)))  # fmt: skip
        if any(len(indices) > 1 for indices in every) or any(one & summed for one in letters):
            found |= set().union(*letters) - symbols
    return found
