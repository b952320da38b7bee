"""Recursions: definitions that depend on each other from one step to the next, or to the one before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from nnmath.latex.errors import Undefined
from nnmath.latex.numbers import balls, blocks, jets, tensor
from nnmath.latex.numbers.jets import Array, Jet
from nnmath.latex.numbers.tensor import Tensor
from nnmath.latex.numbers.work import spend
from nnmath.latex.symbols.scope import Definition
from nnmath.latex.syntax import tree

#: An `Environment`, whose module imports this one.
Environment = Any

#: What each step so far costs beside its entries.
_STEP = 80


class Recursion:
    """Definitions that depend on each other from one step to the next: evaluated step by step.

    A derivative by such an array is the one by all that comes of it: a change at one step is carried to the later ones.
    """

    def __init__(self, environment: Environment, group: list[Definition]) -> None:
        self.environment = environment
        self.group = group
        self.positions = steps_of(group)
        directions = {delay.direction for one in group for delay in one.delayed.values()}
        if len(directions) > 1:
            raise Undefined(f"{group[0].name} depends on earlier steps and on later ones")
        self.backwards = directions == {1}

    def run(self) -> None:
        """Compute the values of all definitions of the group."""
        values = self.environment.values
        lengths = {self.environment.size(one.shape[self.positions[one.name]]) for one in self.group}
        if len(lengths) > 1:
            raise Undefined("the parts of a recursion have different numbers of steps")
        (count,) = lengths
        done: dict[str, list[Array]] = {one.name: [] for one in self.group}
        for step in range(count, 0, -1) if self.backwards else range(1, count + 1):
            for one in self.group:
                values[one.name] = self._padded(one, done[one.name], count)
            for one in self.group:
                done[one.name].append(self._at(one, step))
                values[one.name] = self._padded(one, done[one.name], count)

    def _at(self, one: Definition, step: int) -> Array:
        """Return one step of a definition; the axis of the steps has the length 1."""
        environment, position = self.environment, self.positions[one.name]
        shape = tuple(1 if i == position else environment.size(dim) for i, dim in enumerate(one.shape))
        start = environment.evaluator(one.ranges)
        alone = {one.letters[position]: range(step, step + 1)}
        found = replace(start, indices={**start.indices, **alone}).value(one.body)
        result: Array = environment.laid_out(found, one.letters, shape)
        changed, nudge = environment.nudge or ("", None)
        if changed == one.name:
            assert isinstance(nudge, Jet)
            unit = jets.linear(lambda part: blocks.part_of(part, position, step), nudge.tangent)
            result = jets.add(result, Jet(nudge.by, jets.zero_like(result), unit))
        return result

    def _padded(self, one: Definition, steps: list[Array], count: int) -> Array:
        """Return the steps so far, with no numbers for the others."""
        position = self.positions[one.name]
        shape = [self.environment.size(dim) for dim in one.shape]
        spend(int(np.prod(shape)) + _STEP * len(steps))
        shape[position] = count - len(steps)
        rest = Tensor((), np.full(shape, balls.UNKNOWN, dtype=object))
        every = [rest, *reversed(steps)] if self.backwards else [*steps, rest]
        return jets.linear(lambda *parts: blocks.joined(parts, position), *every)


def steps_of(group: list[Definition]) -> dict[str, int]:
    """Return for each definition of a recursion which of its axes counts the steps."""
    known: dict[str, int] = {}
    for one in group:
        for name, (position, letter, _) in one.delayed.items():
            for other, place in (
                (name, position),
                (one.name, one.letters.index(letter) if letter in one.letters else -1),
            ):
                if place < 0 or known.setdefault(other, place) != place:
                    raise Undefined(f"it is unclear which index of {other} counts the steps")
    while unknown := [one for one in group if one.name not in known]:
        found = {one.name: place for one in unknown if (place := _place_beside(one, known)) >= 0}
        if not found:
            name = unknown[0].name
            raise Undefined(f"{name} is part of a recursion; nothing says which of its indices counts the steps")
        known |= found
    return known


def _place_beside(one: Definition, known: dict[str, int]) -> int:
    """Return which index of a definition is the step of those that it is computed from at the same step; -1 if none."""
    for node in tree.walk(one.body):
        place = known.get(tree.base_name(node), -1) if isinstance(node, tree.Element) else -1
        index = node.indices[place] if isinstance(node, tree.Element) and 0 <= place < len(node.indices) else None
        if isinstance(index, tree.Name) and index.name in one.letters:
            return one.letters.index(index.name)
    return -1


def with_first_step(
    environment: Environment,
    name: str,
    indices: list[Tensor],
    found: Array,
    begun: Callable[[str, list[Tensor]], Array],
) -> Array:
    """Put what belongs to the value that a recursion starts with, ``h_0``, where the index of the step is 0.

    That is `begun`, of the name of this value and the other indices.
    """
    first = environment.scope.first_step(name) if name else ""
    group = environment.scope.recursion(name) if first else []
    if not group:
        return found
    position = steps_of(group)[name]
    if position >= len(indices) or not any(index.is_zero() for index in indices[position].data.flat):
        return found
    start = indices[position]
    others = [index for i, index in enumerate(indices) if i != position]
    return jets.chosen(jets.compared("=", start, tensor.number(0)), begun(first, others), found)
