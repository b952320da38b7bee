r"""One example beside all of them: x_j and ``x_j^{(i)}``, y_k and y_{nk}, x and ``x^{(i)}``.

Where an index of one kind stands first below a letter, and an index of another kind alone, the latter belongs to one
example, which is a quantity of its own. A letter without any index may be one example, or all of them: each is a
reading.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes import trees
from nnmath.notes.usage import Usage, usage

#: Ends the name of what belongs to one example.
ONE = "_{[one]}"

_EXAMPLES = frozenset("in")


def with_one_example(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations in which the entries of one example have a name of their own."""
    used = usage(chains)
    several = {name for name in used.arrays if _is_of_both_kinds(name, used)}

    def change(node: Expr) -> Expr:
        match node:
            case tree.Element(array=tree.Name(name=name) as array, indices=(_,)) if name in several:
                if not {*trees.index_letters(node)} & _first(name, used):
                    return replace(node, array=replace(array, name=name + ONE))
        return node

    return [trees.changed(chain, change) for chain in chains] if several else list(chains)


def alone(chains: Sequence[tree.Chain]) -> frozenset[str]:
    """Return the small letters that stand alone, too, although every index that they have counts examples."""
    used = usage(chains)
    lefts = {tree.base_name(side) for chain in chains if chain.relations for side in chain.sides}
    return frozenset(name for name, every in used.arrays.items()
                     if name in used.bare and name[-1:].islower() and name not in lefts
                     and all({*trees.index_letters_of(one[0])} <= _EXAMPLES for one in every))  # fmt: skip


def with_one_for_bare(chain: tree.Chain, names: Collection[str]) -> tree.Chain:
    """Return an equation in which letters without an index belong to one example."""

    def change(node: Expr) -> Expr:
        match node:
            case tree.Name(name=name) if name in names:
                return replace(node, name=name + ONE)
            case tree.Element(array=tree.Name(name=name) as array) if name.removesuffix(ONE) in names:
                return replace(node, array=replace(array, name=name.removesuffix(ONE)))
        return node

    return trees.changed(chain, change)


def _first(name: str, used: Usage) -> set[str]:
    return {letter for one in used.arrays[name] if len(one) > 1 for letter in trees.index_letters_of(one[0])}


def _is_of_both_kinds(name: str, used: Usage) -> bool:
    every = used.arrays[name]
    single = {letter for one in every if len(one) == 1 for letter in trees.index_letters_of(one[0])}
    second = {letter for one in every if len(one) == 2 for letter in trees.index_letters_of(one[1])}
    return bool(single & second - _first(name, used)) and _first(name, used) <= _EXAMPLES
