r"""Steps that are written one ahead, ``h_{t+1} = f(h_t, x_t)``: the language defines a step by earlier ones.

The equation is shifted, h_t = f(h_{t-1}, x_t), and what is no step itself is counted from the step that it leads to.
What follows from steps that are defined, as parameters do from moments, \theta_{t+1} = \theta_t - v_t, is counted one
lower in all equations: the first moments are those of step 1.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees

#: Letters of steps in time; letters of layers are counted to a last one.
_TIMES = frozenset("tkn")


def with_steps_behind(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations of a file in which every step is defined by earlier ones."""
    chains = _led_by_the_present(chains)
    lefts = [chain.sides[0] if chain.relations else None for chain in chains]
    plain = {tree.base_name(side) for side in lefts if isinstance(side, tree.Element) and not _ahead(side)}
    steps = [side for side in lefts if isinstance(side, tree.Element) and _ahead(side)]
    ahead = {name: _ahead(side) for side in steps if (name := tree.base_name(side)) and name not in plain}
    if not ahead:
        return list(chains)
    recounted = {name for chain, side in zip(chains, lefts, strict=True) if side is not None
                 for name in _led_by(chain, ahead.get(tree.base_name(side), ""))} - ahead.keys() - plain  # fmt: skip
    chains = [trees.changed(chain, _counted_up(recounted)) for chain in chains]
    moving = recounted | ahead.keys()
    return [trees.changed(chain, _moved(letter)) if (letter := _letter_ahead(chain, moving)) else chain
            for chain in chains]  # fmt: skip


def _led_by_the_present(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations in which what is one ahead of steps that are defined, v_t, is counted as they are."""
    lefts = [(chain, side) for chain in chains if chain.relations and isinstance(side := chain.sides[0], tree.Element)]
    present = {(tree.base_name(side), _only(side)) for _, side in lefts} - {("", "")}
    ahead = [(chain, tree.base_name(side), _ahead(side)) for chain, side in lefts]
    found = {name: letter for chain, name, letter in ahead
             if letter in _TIMES and (name, letter) not in present and _follows(chain, letter, present)}  # fmt: skip
    elements = [one for chain in chains for one in trees.elements(chain) if tree.base_name(one) in found]
    found.pop("", None)
    for one in elements:
        name = tree.base_name(one)
        if len(one.indices) != 1 or trees.index_letters(one) != {found.get(name)}:
            found.pop(name, None)

    def change(node: Expr) -> Expr:
        if isinstance(node, tree.Element) and tree.base_name(node) in found:
            return replace(node, indices=(trees.index_plus(node.indices[0], -1),))
        return node

    return [trees.changed(chain, change) for chain in chains] if found else list(chains)


def _only(side: tree.Element) -> str:
    """Return the index of an element that has one, which is a letter."""
    return side.indices[0].name if len(side.indices) == 1 and isinstance(side.indices[0], tree.Name) else ""


def _follows(chain: tree.Chain, letter: str, present: Collection[tuple[str, str]]) -> bool:
    """Whether a step t + 1 follows from what is defined at step t, and from nothing else at step t + 1."""
    elements = [one for side in chain.sides[1:] for one in trees.elements(side)]
    return any((tree.base_name(one), _only(one)) in present for one in elements if _only(one) == letter) and not any(
        _ahead(one) for one in elements
    )


def _letter_ahead(chain: tree.Chain, steps: Collection[str]) -> str:
    """Return the index that is one ahead on the left of an equation or in a derivative, and is not summed over."""
    slopes = [node for node in tree.walk(chain) if isinstance(node, tree.Partial)]
    concerned = [one for node in (chain.sides[0], *slopes) for one in trees.elements(node)]
    letters = {_ahead(one) for one in concerned if tree.base_name(one) in steps} - {""}
    return min(letters) if len(letters) == 1 and not letters & trees.summed(chain) else ""


def _ahead(side: tree.Element) -> str:
    """Return the letter of an index that is one ahead, t in h_{t+1}; empty where none is."""
    letters = [one.terms[0].name for one in side.indices if isinstance(one, tree.Sum) and one.signs == (1, 1)
               and isinstance(one.terms[0], tree.Name) and getattr(one.terms[1], "text", "") == "1"]  # fmt: skip
    return letters[0] if len(letters) == 1 else ""


def _led_by(chain: tree.Chain, letter: str) -> set[str]:
    """Return the arrays that stand at step t on the right of an equation for step t + 1."""
    return {tree.base_name(one) for side in chain.sides[1:] for one in trees.elements(side) if letter
            and isinstance(one.indices[0], tree.Name) and one.indices[0].name == letter}  # fmt: skip


def _counted_up(names: set[str]) -> Callable[[Expr], Expr]:
    def change(node: Expr) -> Expr:
        if isinstance(node, tree.Element) and tree.base_name(node) in names:
            return replace(node, indices=(trees.index_plus(node.indices[0], 1), *node.indices[1:]), parted=True)
        return node

    return change


def _moved(letter: str) -> Callable[[Expr], Expr]:
    """Return what puts t - 1 in the place of t, in indices alone."""

    def change(node: Expr) -> Expr:
        if isinstance(node, tree.Element) and letter in trees.index_letters(node):
            return replace(node, indices=tuple(trees.index_plus(one, -1) if letter in trees.names(one) else one
                                               for one in node.indices))  # fmt: skip
        return node

    return change
