"""Slips of the pen: what a side of an equation may have been meant to say, with one sign, factor or name changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import fields, replace
from functools import partial
from itertools import chain, combinations, permutations, product, zip_longest
from typing import Any, NamedTuple

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees
from nnmath.notes.verdicts.slips.slip_trees import QUANTITIES, Slip, is_transposed, minus, words
from nnmath.notes.verdicts.slips.slips_at_nodes import (
    symmetrized,
    turned,
    with_functions,
    with_less,
    with_other_letters,
    with_other_names,
    with_other_numbers,
    with_other_powers,
    with_other_signs,
)
from nnmath.notes.verdicts.slips.slips_of_factors import scaled, with_lost_factors, with_more, with_scaled_terms
from nnmath.notes.verdicts.slips.slips_of_sums import with_other_bounds, with_sums, without_one

#: How many quantities are put in place of each other wherever they stand.
_MOST_EXCHANGED = 8

#: How large a term may be that was left out, in nodes.
_MOST_NODES = 8

#: What of a node is never changed by itself, what is not where indices are none of the quantities that may stand
#: there, and what is not where an array is changed as a whole.
_NO_PARTS = frozenset(["at", "written", "reach"])
_NO_INDICES = _NO_PARTS | {"indices"}
_OF_ELEMENTS = _NO_INDICES | {"array"}


class Around(NamedTuple):
    """What stands around a side: small terms, letters of indices, functions of one argument, entries at steps, sums."""

    parts: Sequence[Expr]
    letters: Sequence[str]
    functions: Sequence[str]
    at_steps: Sequence[tree.Element]
    sums: Sequence[Expr] = ()


def around(chains: Iterable[tree.Chain]) -> Around:
    """Return what stands in equations, that of the first one first, also at the steps of which that one speaks."""
    chains = list(chains)
    nodes = [node for one in chains for side in one.sides for node in tree.walk(side)]
    letters = {letter for node in nodes if isinstance(node, tree.Element)
               for index in node.indices for letter in trees.index_letters_of(index)}  # fmt: skip
    parts = [node for node in nodes if isinstance(node, QUANTITIES) or _is_small_term(node)]
    parts += [replace(node, primes=1) for node in parts if isinstance(node, tree.Call) and not node.primes]
    calls = [node for node in nodes if isinstance(node, tree.Call) and len(node.arguments) == 1]
    functions = dict.fromkeys(node.function for node in calls if not is_transposed(node))
    parts = [one for one in dict.fromkeys(parts) if getattr(one, "name", "") not in letters]
    parts = [*dict.fromkeys([*parts, *_entries(parts, chains[0])])]
    sums = [*dict.fromkeys(filter(_is_small_sum, nodes))]
    return Around(parts, sorted(letters), [*functions], _at_steps(parts, chains[0]), sums)


def _entries(parts: Iterable[Expr], first: tree.Chain) -> Iterator[tree.Element]:
    """Yield the entries of vectors and rows, x_{ij} of x_i, at the index of what an equation differentiates by."""
    below = [one.bottom.indices[-1] for one in tree.walk(first.sides[0])
             if isinstance(one, tree.Partial) and isinstance(one.bottom, tree.Element)]  # fmt: skip
    for letter, part in product(below, parts):
        match part:
            case tree.Name(at=at):
                yield tree.Element(part, (letter,), at=at)
            case tree.Element(indices=(tree.Name() as row,)) if row != letter:
                yield replace(part, indices=(row, letter), parted=True)


def _at_steps(parts: Iterable[Expr], first: tree.Chain) -> list[tree.Element]:
    """Return the entries of vectors and of steps, f_t, at the steps that stand in an equation, f_{t+1}."""
    steps = dict.fromkeys(
        index for one in trees.elements(first) for index in one.indices if isinstance(index, tree.Sum)
    )
    return [replace(node, indices=(step,)) for node in dict.fromkeys(parts) for step in steps
            if isinstance(node, tree.Element) and len(node.indices) == 1 and node.indices[0] in step.terms]  # fmt: skip


def _with_factors_at_steps(node: Expr, steps: Sequence[tree.Element]) -> Iterator[Slip]:
    """Yield a sum of which a term that speaks of a step, t + 1, is times something at that step."""
    if not isinstance(node, tree.Sum):
        return
    for k, term in enumerate(node.terms):
        indices = {index for one in trees.elements(term) for index in one.indices}
        for one in (one for one in steps if one.indices[0] in indices):
            product = tree.Product((term, one), at=node.at)
            for new in (product, replace(product, factors=(one, term))):
                terms = (*node.terms[:k], new, *node.terms[k + 1 :])
                yield f"with a term times {words(one, 'another factor')}", replace(node, terms=terms)


def slips(side: Expr, near: Around) -> Iterator[Slip]:
    """Yield what a side may have been meant to say, the most frequent slips first; `near` is what may stand in it."""
    seen = {side}
    for said, one in _every(side, near):
        if one not in seen and not _says_nothing(one):
            seen.add(one)
            yield said, one


def _says_nothing(side: Expr) -> bool:
    """Whether something is differentiated by itself, which is 1 whatever the notes say."""
    return any(isinstance(node, tree.Partial) and node.top == node.bottom for node in tree.walk(side))


def frequent_slips(side: Expr) -> Iterator[Slip]:
    """Yield the slips of which there are few: a sign, a factor, a part too much, a number."""
    for change in (with_other_signs, with_less, with_other_numbers, with_other_bounds):
        yield from _everywhere(side, change)
    for change in (with_other_powers, partial(with_scaled_terms, parts=())):
        yield from _everywhere(side, change, _OF_ELEMENTS)


def _is_small_term(node: Expr) -> bool:
    kinds = (tree.Call, tree.Group, tree.Power, tree.Partial)
    return isinstance(node, kinds) and not is_transposed(node) and sum(1 for _ in tree.walk(node)) <= _MOST_NODES


def _is_small_sum(node: Expr) -> bool:
    return isinstance(node, tree.Reduce) and sum(1 for _ in tree.walk(node.body)) <= _MOST_NODES


def _every(side: Expr, near: Around) -> Iterator[Slip]:
    """Yield slips: first those of which there are few, then the others in turn."""
    yield "with the other sign", minus(side)
    yield from scaled(side, ())
    yield from _everywhere(side, partial(_with_factors_at_steps, steps=near.at_steps), _NO_INDICES)
    yield from _everywhere(side, with_other_signs)
    yield from _everywhere(side, with_less)
    yield from _everywhere(side, turned, _OF_ELEMENTS)
    yield from frequent_slips(side)
    parts, quantities = near.parts, [one for one in near.parts if isinstance(one, QUANTITIES)]
    yield from _everywhere(side, partial(with_lost_factors, factors=quantities))
    yield from _in_turn(
        chain(_with_letters_throughout(side, near.letters), _everywhere(side, symmetrized)),
        _everywhere(side, with_sums, _NO_INDICES),
        _throughout(side, near),
        _in_what_is_repeated(side, partial(with_other_names, parts=quantities, functions=())),
        _everywhere(side, partial(with_other_letters, letters=near.letters)),
        _everywhere(side, partial(without_one, letters=near.letters)),
        _everywhere(side, partial(with_other_names, parts=parts, functions=near.functions), _NO_INDICES),
        _everywhere(side, partial(with_functions, functions=near.functions), _OF_ELEMENTS),
    )
    yield from _in_turn(
        chain(
            scaled(side, parts), _everywhere(side, partial(with_scaled_terms, parts=[*near.sums, *parts]), _NO_INDICES)
        ),
        _everywhere(side, partial(with_more, parts=parts), _OF_ELEMENTS),
    )


def _in_turn(*several: Iterator[Slip]) -> Iterator[Slip]:
    """Yield one of each, as long as there are any."""
    for some in zip_longest(*several):
        yield from (one for one in some if one is not None)


def _with_letters_throughout(side: Expr, letters: Sequence[str]) -> Iterator[Slip]:
    for one, other in combinations(letters, 2):
        yield f"with {one} and {other} exchanged", trees.changed(side, trees.with_letters({one: other, other: one}))
    free = trees.index_letters(side) - trees.summed(side)
    for one, other in permutations(letters, 2):
        if one in free and other not in trees.summed(side):
            yield f"with {other} in place of {one} throughout", trees.changed(side, trees.with_letters({one: other}))


def _throughout(side: Expr, near: Around) -> Iterator[Slip]:
    """Yield a side in which the same slip is mended wherever it was made."""

    def without(node: Expr, function: str) -> Expr:
        if isinstance(node, tree.Call) and node.function == function and len(node.arguments) == 1:
            return tree.Group(node.arguments[0], at=node.at)
        return node

    for function in near.functions:
        yield f"without {function}", trees.changed(side, partial(without, function=function))
    for node in dict.fromkeys(one for one in tree.walk(side) if isinstance(one, QUANTITIES)):
        said, square = words(node, "a term"), tree.Power(node, tree.Number("2", at=node.at), at=node.at)
        yield f"with the square of {said} throughout", trees.changed(side, partial(_exchanged, one=node, other=square))
        yield f"with {said} in place of its square", trees.changed(side, partial(_exchanged, one=square, other=node))
    quantities = [one for one in near.parts if isinstance(one, QUANTITIES)]
    for one in quantities[:_MOST_EXCHANGED]:
        for other in quantities[:_MOST_EXCHANGED]:
            if one != other:
                said = f"with {words(other, 'another term')} in place of {words(one, 'a term')}"
                yield said, trees.changed(side, partial(_exchanged, one=one, other=other))


def _in_what_is_repeated(side: Expr, change: Callable[[Expr], Iterator[Slip]]) -> Iterator[Slip]:
    """Yield a side in which the same slip is mended in each copy of a bracket: (m - m)^T (m - m) for (m - n)."""
    for bracket, count in Counter(one for one in tree.walk(side) if isinstance(one, tree.Group)).items():
        for said, new in _everywhere(bracket, change, _NO_INDICES) if count > 1 else ():
            yield said, trees.changed(side, partial(_exchanged, one=bracket, other=new))


def _exchanged(node: Expr, one: Expr, other: Expr) -> Expr:
    return other if node == one else node


def _everywhere(
    node: Expr, change: Callable[[Expr], Iterator[Slip]], without: Collection[str] = _NO_PARTS
) -> Iterator[Slip]:
    """Yield trees in which one node was changed, in each way that `change` gives; parts `without` it stay."""
    yield from change(node)
    for one in fields(node):
        value = getattr(node, one.name)
        if one.name not in without:
            for said, new in _within(value, change, without):
                if isinstance(node, tree.Partial) and isinstance(value, QUANTITIES) and not isinstance(new, QUANTITIES):
                    continue  # what is differentiated is another quantity, and no part of one
                changes: dict[str, Any] = {one.name: new}
                yield said, replace(node, **changes)


def _within(
    value: object, change: Callable[[Expr], Iterator[Slip]], without: Collection[str]
) -> Iterator[tuple[str, object]]:
    if isinstance(value, Expr):
        yield from _everywhere(value, change, without)
    elif isinstance(value, tuple):
        for k, part in enumerate(value):
            for said, new in _within(part, change, without):
                yield said, (*value[:k], new, *value[k + 1 :])
