r"""One example beside all of them: x_j and ``x_j^{(i)}``, y_k and y_{nk}, x and ``x^{(i)}``.

Where an index of one kind stands first below a letter, and an index of another kind alone, the latter belongs to one
example, which is a quantity of its own. A letter without any index may be one example, or all of them: each is a
reading.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.names.letters import EXAMPLES
from nnmath.notes.syntax.usage import Usage, usage

#: Ends the name of what belongs to one example.
ONE = "_{[one]}"


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
    r"""Return the small letters that stand alone, too, although an index of theirs counts examples.

    What has another index by itself, x_j beside ``x^{(i)}``, is an entry of one example; beside x_i it is one of x.
    What has the letter below it that counts examples above others, \theta_i beside ``x^{(i)}``, has entries.
    """
    used = usage(chains)
    elements = [one for chain in chains for one in trees.elements(chain)]
    above = {tree.base_name(one) for one in elements if one.parted or one.indices[1:]}
    counting = {one.indices[0] for one in elements if is_above(one)}
    entries = {tree.base_name(one) for one in elements if one.indices[0] in counting} - above
    lefts = {tree.base_name(side) for chain in chains if chain.relations for side in chain.sides}
    return frozenset(name for name, every in used.arrays.items()
                     if name in used.bare and name[-1:].islower() and name not in lefts | entries
                     and any(_is_of_example(one) and {*trees.index_letters_of(one[0])} for one in every)
                     and (name in above or all(map(_is_of_example, every)))
                     and all(_is_of_example(one) or len(one) == 1 for one in every))  # fmt: skip


def is_above(one: tree.Element) -> bool:
    """Whether the only index of an element stands above its letter, ``x^{(i)}``."""
    return one.parted and len(one.indices) == 1


def _is_of_example(indices: tuple[Expr, ...]) -> bool:
    return {*trees.index_letters_of(indices[0])} <= EXAMPLES


def with_one_for_bare(chains: Mapping[int, tree.Chain], names: Collection[str]) -> dict[int, tree.Chain]:
    """Return the equations in which letters without an index belong to one example.

    Where examples are counted above a letter, ``x^{(i)}``, x_i is an entry.
    """
    above = {tree.base_name(one) for chain in chains.values() for one in trees.elements(chain) if is_above(one)}

    def change(node: Expr) -> Expr:
        match node:
            case tree.Name(name=name) if name in names:
                return replace(node, name=name + ONE)
            case tree.Element(array=tree.Name(name=name) as array) if name.removesuffix(ONE) in names:
                name = name.removesuffix(ONE)
                below = name in above and not is_above(node) and len(node.indices) == 1
                of_example = _is_of_example(node.indices) and not below
                return replace(node, array=replace(array, name=name if of_example else name + ONE))
        return node

    return {i: trees.changed(chain, change) for i, chain in chains.items()}


def with_losses_of_one(chains: Mapping[int, tree.Chain], first: int) -> dict[int, tree.Chain]:
    """Return the equations, of which those about one example speak of its loss alone, and the definitions of that.

    The loss is defined as a sum over all examples; the definitions of its terms are counted down from `first`.
    """
    terms = {left.name: term for chain in chains.values() if (left := chain.sides[0]) and isinstance(left, tree.Name)
             and len(chain.sides) > 1 and (term := _term(chain.sides[1])) is not None}  # fmt: skip

    def of_one(node: Expr) -> Expr:
        match node:
            case tree.Partial(top=tree.Name(name=name) as top) if name in terms:
                return replace(node, top=replace(top, name=name + ONE))
        return node

    done = {i: trees.changed(chain, of_one) if any(name.endswith(ONE) for name in trees.names(chain)) else chain
            for i, chain in chains.items()}  # fmt: skip
    used = [name for name in sorted(terms) if any(name + ONE in trees.names(chain) for chain in done.values())]
    for k, name in enumerate(used):
        at = terms[name].at
        done[first - k] = tree.Chain((":=",), (tree.Name(name + ONE, at=at), terms[name]), at=at)
    return done


def _term(node: Expr) -> Expr | None:
    """Return what a sum over examples holds for one of them, without the 1/m before it; None for anything else."""
    match node:
        case tree.Group(inner=inner):
            return _term(inner)
        case tree.Sum(signs=signs, terms=(one,)) if (term := _term(one)) is not None:
            return tree.Sum(signs, (term,), at=node.at)
        case tree.Product(factors=(*before, last)) if (term := _term(last)) is not None:
            kept = tuple(one for one in before if not trees.names(one))
            return tree.Product((*kept, tree.Group(term, at=node.at)), at=node.at) if kept else term
        case tree.Reduce(kind="sum", ranges=(tree.Range(letter=letter),), conditions=()) if letter in EXAMPLES:
            return trees.changed(node.body, partial(_entry_of_one, letter))
    return None


def _entry_of_one(letter: str, node: Expr) -> Expr:
    match node:
        case tree.Element(array=tree.Name(name=name) as array, indices=(tree.Name(name=index), *rest)) if (
            index == letter
        ):
            one = replace(array, name=name + ONE)
            return replace(node, array=one, indices=tuple(rest)) if rest else one
    return node


def _first(name: str, used: Usage) -> set[str]:
    return {letter for one in used.arrays[name] if len(one) > 1 for letter in trees.index_letters_of(one[0])}


def _is_of_both_kinds(name: str, used: Usage) -> bool:
    every = used.arrays[name]
    single = {letter for one in every if len(one) == 1 for letter in trees.index_letters_of(one[0])}
    second = {letter for one in every if len(one) == 2 for letter in trees.index_letters_of(one[1])}
    return bool(single & second - _first(name, used)) and _first(name, used) <= EXAMPLES
