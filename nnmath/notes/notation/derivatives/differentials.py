r"""Differentials, ``df = 2 (A x - b)^\top A\,dx``, and tangents, ``\dot{v}_3 = \dot{v}_1 v_2 + v_1 \dot{v}_2``.

Both are derivatives along a line: x is a point and a multiple of a direction, x + t x', and d of anything is its
derivative by t. What has no differential in the notes is held.

In other notes ``dW`` is short for the derivative of a loss by W (`nnmath.notes.implied_derivatives`). There each of
them follows from those of what is computed later; a differential follows from those of what it is computed from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from nnmath.latex import Place
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.statements.left_sides import left_side

#: What a line is run along.
ALONG = r"\varkappa"

#: End the names of the point and of the direction of a line.
POINT, DIRECTION = "_{[point]}", "_{[direction]}"

_DOTTED = re.compile(r"\\dot\{(.+?)\}(.*)")


def with_lines(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations of a file with derivatives along a line in the place of differentials."""
    if _has_tangents(chains):
        return [trees.changed(trees.changed(chain, _dotted), _along) for chain in chains]
    if not any(_is_genuine(one, chains) for one in chains) or any(_is_of_loss(one, chains) for one in chains):
        return list(chains)
    return [trees.changed(chain, _along) for chain in chains]


def lines(chains: Sequence[tree.Chain]) -> Iterator[tuple[str, tree.Chain]]:
    """Yield the definitions of what moves along a line: the inputs that stand below a differential."""
    computed = _depends(chains)
    moved = {tree.base_name(node.top) for chain in chains for node in tree.walk(chain)
             if isinstance(node, tree.Partial) and tree.base_name(node.bottom) == ALONG}  # fmt: skip
    at = Place(1, 1)
    for name in sorted(moved - computed.keys() - {""}):
        indices = _indices(name, chains)
        whole, point, direction = (_with_indices(tree.Name(one, at=at), indices)
                                   for one in (name, name + POINT, name + DIRECTION))  # fmt: skip
        body = tree.Sum((1, 1), (point, tree.Product((tree.Name(ALONG, at=at), direction), at=at)), at=at)
        yield name, tree.Chain((":=",), (whole, body), at=at)


def _indices(name: str, chains: Sequence[tree.Chain]) -> tuple[Expr, ...]:
    """Return indices for an array that always has them, letters by themselves; none for any other one."""
    nodes = [node for chain in chains for node in tree.walk(chain)]
    every = [one.indices for one in nodes if isinstance(one, tree.Element) and one.array == tree.Name(name, at=one.at)]
    is_bare = len(every) < sum(isinstance(one, tree.Name) and one.name == name for one in nodes)
    plain = [one for one in every if all(isinstance(index, tree.Name) for index in one)]
    return plain[0] if plain and not is_bare and len({*map(len, every)}) == 1 else ()


def _with_indices(node: Expr, indices: tuple[Expr, ...]) -> Expr:
    return tree.Element(node, indices, at=node.at) if indices else node


def _depends(chains: Sequence[tree.Chain], at_once: bool = False) -> dict[str, set[str]]:
    """Return what is defined, with the names that its definition uses; `at_once` without those of earlier steps."""
    found: dict[str, set[str]] = {}
    for chain in chains:
        name = _defined(chain.sides[0]) if chain.relations else ""
        if name and name not in found:
            found[name] = trees.names(chain.sides[1]) - (_earlier(chain) if at_once else set())
    return found


def _earlier(chain: tree.Chain) -> set[str]:
    """Return the arrays of which a definition uses nothing but earlier steps than that on its left."""
    steps: dict[str, int] = {}
    for one in trees.elements(chain.sides[1]):
        steps[tree.base_name(one)] = max(_steps_ahead(one), steps.get(tree.base_name(one), -99))
    return {name for name, step in steps.items() if step < _steps_ahead(chain.sides[0])}


def _defined(side: Expr) -> str:
    """Return what a left side would define; so does a step that is written one ahead, x_{t+1}."""
    if isinstance(side, tree.Element) and all(any(trees.index_letters_of(one)) for one in side.indices):
        return tree.base_name(side)
    return left_side(side)[0]


def _is_genuine(chain: tree.Chain, chains: Sequence[tree.Chain]) -> bool:
    """Whether an equation says of a differential what it is by those of what it is computed from.

    What is computed from an earlier step is not computed from this one: dh_t by dh_{t+1} are derivatives of a loss.
    """
    sides = [list(_differentials(side)) for side in chain.sides]
    left = chain.sides[0].factors if isinstance(chain.sides[0], tree.Product) else ()
    if not chain.relations or len(left) != 2 or not _is_d(left[0]) or not any(sides[1:]):
        return False
    indices = set().union(*map(trees.index_letters, chain.sides))
    name, step = tree.base_name(left[1]), _steps_ahead(left[1])
    made_of = {at_once: _reached(name, _depends(chains, at_once)) for at_once in (True, False)} if name else {}
    for one in (one for side in sides[1:] for one in side if _steps_ahead(one) <= step):
        if (trees.names(one) - indices) & (made_of[_steps_ahead(one) == step] if name else trees.names(left[1])):
            return True
    return False


def _steps_ahead(node: Expr) -> int:
    """Return how many steps the indices of an element are ahead, 1 in h_{t+1}, -1 in h_{t-1}."""
    sums = [one for one in node.indices if isinstance(one, tree.Sum)] if isinstance(node, tree.Element) else []
    return sum(sign * int(one.text) for index in sums for sign, one in zip(index.signs, index.terms, strict=True)
               if isinstance(one, tree.Number) and one.text.isdigit())  # fmt: skip


def _is_of_loss(chain: tree.Chain, chains: Sequence[tree.Chain]) -> bool:
    """Whether an equation says of a differential, dW, what it is by those of what is computed from W."""
    left = chain.sides[0].factors if isinstance(chain.sides[0], tree.Product) else ()
    if not chain.relations or len(left) != 2 or not _is_d(left[0]) or not (name := tree.base_name(left[1])):
        return False
    below = {tree.base_name(_untransposed(one)) for side in chain.sides[1:] for one in _differentials(side)} - {
        name,
        "",
    }
    computed, back = _depends(chains), _reached(name, _depends(chains, at_once=True))
    return bool(below) and all(name in _reached(one, computed) and one not in back for one in below)


def _untransposed(node: Expr) -> Expr:
    return node.arguments[0] if isinstance(node, tree.Call) and node.function == tree.TRANSPOSE else node


def _reached(name: str, computed: Mapping[str, set[str]]) -> set[str]:
    waiting, seen = [name], set()
    while waiting:
        for one in computed.get(waiting.pop(), ()):
            if one not in seen:
                seen.add(one)
                waiting.append(one)
    return seen


def _differentials(node: Expr) -> Iterator[Expr]:
    for one in tree.walk(node):
        if isinstance(one, tree.Product):
            for before, factor in zip(one.factors, one.factors[1:], strict=False):
                if _is_d(before):
                    yield factor


def _is_d(node: Expr) -> bool:
    return isinstance(node, tree.Name) and node.name == "d"


def _along(node: Expr) -> Expr:
    """Write the factor behind every d as its derivative along the line."""
    if not isinstance(node, tree.Product) or not any(map(_is_d, node.factors[:-1])):
        return node
    factors: list[Expr] = []
    for factor in node.factors:
        if factors and _is_d(factors[-1]):
            factors[-1] = _derivative(factor)
        else:
            factors.append(factor)
    return replace(node, factors=tuple(factors), dotted=()) if len(factors) > 1 else factors[0]


def _derivative(node: Expr) -> Expr:
    if isinstance(node, tree.Call) and node.function == tree.TRANSPOSE:
        return replace(node, arguments=(_derivative(node.arguments[0]),))
    return tree.Partial(node, tree.Name(ALONG, at=node.at), at=node.at)


def _has_tangents(chains: Sequence[tree.Chain]) -> bool:
    """Whether dots stand on the left and on the right, over what is computed from each other."""
    flat = [trees.changed(chain, _flat) for chain in chains if chain.relations]
    computed = _depends(flat)
    lefts = [(tree.base_name(chain.sides[0]), trees.names(chain.sides[1])) for chain in flat]
    return any(
        {_below(one) for one in right if _DOTTED.fullmatch(one)} & _reached(_below(left), computed)
        for left, right in lefts
        if _DOTTED.fullmatch(left)
    )


def _flat(node: Expr) -> Expr:
    """Return a letter with a number below it as one name."""
    match node:
        case tree.Element(array=tree.Name(name=name), indices=(tree.Number(text=text),)):
            return tree.Name(name + text, at=node.at)
    return node


def _below(name: str) -> str:
    found = _DOTTED.fullmatch(name)
    return found[1] + found[2] if found else name


def _dotted(node: Expr) -> Expr:
    if isinstance(node, tree.Element) and isinstance(node.array, tree.Product):  # what stands below a letter is its own
        d, letter = node.array.factors
        return tree.Product((d, replace(node, array=letter)), at=node.at)
    if isinstance(node, tree.Name) and _DOTTED.fullmatch(node.name):
        return tree.Product((tree.Name("d", at=node.at), replace(node, name=_below(node.name))), at=node.at)
    return node
