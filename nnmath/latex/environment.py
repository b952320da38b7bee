"""The values of all symbols for one example, computed when they are asked for, and derivatives by differences.

For a derivative with respect to B the environment is copied with B nudged, in all its entries and both directions at
once: the nudges are one more named axis. What depends on B is computed again, everything else is held.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from mpmath import mp

from nnmath.latex import tensor, tree
from nnmath.latex.errors import Undefined
from nnmath.latex.evaluation import Evaluator
from nnmath.latex.indices import base_name
from nnmath.latex.meaning import Definition, Dim, Meaning
from nnmath.latex.shapes import what_is_differentiated
from nnmath.latex.tensor import Tensor

#: Marks the names of axes that are no index of an equation.
NUDGED = "∂"
ENTRY = "·"


@dataclass(frozen=True)
class Slopes:
    """A derivative: the central difference, not a number at a kink; and the smaller and the larger one-sided slope."""

    central: Tensor
    low: Tensor
    high: Tensor


class Environment:
    """The values of the symbols for one example, at the precision that mpmath is set to.

    Parameters
    ----------
    meaning : Meaning
        What the names mean.
    sizes : mapping
        The dimensions.
    values : mapping
        The inputs.
    magnitude : float
        The power of ten of the largest number that occurs; the noise of differences is measured by it.
    """

    def __init__(
        self, meaning: Meaning, sizes: Mapping[str, int], values: Mapping[str, Tensor], magnitude: float = 0
    ) -> None:
        self.meaning = meaning
        self.sizes = sizes
        self.values = dict(values)
        self.magnitude = magnitude
        self._original: Environment | None = None
        self._changed = ""
        self._nudged: dict[str, tuple[Environment, Tensor]] = {}
        self._jacobians: dict[Any, Slopes] = {}
        #: A derivative that is known already, by the equation that computes it.
        self.known_derivative: Callable[[tree.Partial], Tensor | None] = lambda _: None

    def size(self, dim: Dim) -> int:
        """Return a dimension as a number."""
        if isinstance(dim, int):
            return dim
        if dim not in self.sizes:
            raise Undefined(f"the dimension {dim} is not known here")
        return self.sizes[dim]

    def has(self, name: str) -> bool:
        """Whether a name is a quantity here."""
        return name in self.values or self.meaning.shape_of(name) is not None

    def value(self, name: str) -> Tensor:
        """Return the value of a symbol."""
        if name in self.values:
            return self.values[name]
        definition = self.meaning.definitions.get(name)
        if self._original and (definition is None or self._changed not in definition.uses):
            return self._original.value(name)
        if definition is None:
            raise Undefined(f"{name} has no value here")
        self.values[name] = self._defined(definition)
        return self.values[name]

    def _defined(self, definition: Definition) -> Tensor:
        found = Evaluator.of(self, definition.ranges).value(definition.body)
        if definition.letters:
            shape = tuple(self.size(dim) for dim in definition.shape)
            others = tuple(axis for axis in found.axes if axis not in definition.letters)
            data = tensor.laid_out(found, others + definition.letters)
            return Tensor(others, np.broadcast_to(data, data.shape[: len(others)] + shape))
        if len(definition.shape) == 2 and found.rank == 1:
            found = tensor.matrix(found)
        return found

    # ------------------------------------------------------------------ functions

    def call(self, name: str, arguments: list[Tensor]) -> Tensor:
        """Apply a function that the derivation defines, entry by entry.

        The indices of the caller are renamed meanwhile, so that the body can use the same letters for its own sums.
        """
        function = self.meaning.definitions[name]
        arguments = tensor.conformed(arguments)
        rank = max(argument.rank for argument in arguments)
        behind = tuple(f"{ENTRY}{i}" for i in range(rank))
        flat = [Tensor(argument.axes + behind[: argument.rank], argument.data).renamed(_hide) for argument in arguments]
        parameters = dict(zip(function.parameters, flat, strict=True))
        result = Evaluator.of(self, function.ranges, parameters).value(function.body)
        named = tuple(axis for axis in result.axes if axis not in behind)
        data = tensor.laid_out(result, named + behind)
        lengths = next((argument.shape for argument in arguments if argument.rank), ())
        data = np.broadcast_to(data, data.shape[: len(named)] + lengths)
        return Tensor(named, data, any(argument.row for argument in arguments)).renamed(_show)

    def slope_of_function(self, name: str, argument: Tensor) -> Slopes:
        """Return the derivative of a function of one parameter, entry by entry."""
        step = tensor.pointwise(np.frompyfunc(_step, 1, 1), argument)
        right, left = (self.call(name, [tensor.pointwise(sign, argument, step)]) for sign in (np.add, np.subtract))
        return self._slopes(right, self.call(name, [argument]), left, step)

    # ------------------------------------------------------------------ derivatives

    def jacobian(self, node: tree.Partial, evaluator: Evaluator) -> Slopes:
        """Return the derivative by all entries of the symbol at the bottom, whose axes come behind those of the top."""
        top, name = what_is_differentiated(node, self.meaning), base_name(node.bottom)
        letters = {one.name for one in tree.walk(top) if isinstance(one, tree.Name)}
        key = (
            top,
            name,
            tuple(
                (letter, self.size(evaluator.indices[letter])) for letter in sorted(letters & evaluator.indices.keys())
            ),
        )
        if key not in self._jacobians:
            nudged, step = self._nudge(name)
            there = replace(evaluator, environment=nudged).value(top)
            here = evaluator.value(top)
            axis = NUDGED + name
            right, left = _halves(there, axis, step.data.shape[0])
            slopes = self._slopes(right, here, left, step)
            shape = self.value(name).shape
            self._jacobians[key] = Slopes(
                *(_behind(one, axis, shape) for one in (slopes.central, slopes.low, slopes.high))
            )
        return self._jacobians[key]

    def _nudge(self, name: str) -> tuple[Environment, Tensor]:
        """Return an environment in which each entry of a symbol is nudged, once up and once down, and the steps."""
        if name not in self._nudged:
            value = self.value(name)
            step = tensor.boxed(np.frompyfunc(_step, 1, 1)(value.data))
            axis = NUDGED + name
            data, steps = _each_nudged(value, step)
            nudged = Environment(self.meaning, self.sizes, {name: Tensor((axis, *value.axes), data)}, self.magnitude)
            nudged._original, nudged._changed = self, name
            self._nudged[name] = nudged, Tensor((axis, *value.axes), steps)
        return self._nudged[name]

    def _slopes(self, right: Tensor, here: Tensor, left: Tensor, step: Tensor) -> Slopes:
        """Compare the two one-sided slopes: where they differ by more than a smooth function's can, there is a kink."""
        noise = mp.mpf(10) ** (self.magnitude - mp.dps / 2 + 8)
        loose = mp.mpf(10) ** (-mp.dps / 8)

        def sides(after: Any, at: Any, before: Any, width: Any) -> tuple[Any, Any, Any]:
            up, down = (after - at) / width, (at - before) / width
            if abs(up - down) > loose * max(abs(up), abs(down)) + noise:
                return mp.nan, min(up, down), max(up, down)
            central = (after - before) / (2 * width)
            return central, central, central

        split = np.frompyfunc(sides, 4, 3)
        parts: list[Any] = []

        def central(*data: Any) -> Any:
            parts.extend(split(*data))
            return parts[0]

        first = tensor.pointwise(central, right, here, left, step)
        return Slopes(*(Tensor(first.axes, tensor.boxed(part), first.row) for part in parts))


def _hide(axis: str) -> str:
    return axis if axis.startswith((NUDGED, ENTRY)) else axis + "'"


def _show(axis: str) -> str:
    return axis.removesuffix("'")


def _step(value: Any) -> Any:
    """Return how far to nudge: half of the digits, relative to a value that is small itself."""
    return mp.mpf(10) ** (-mp.dps // 2) * (min(mp.one, abs(value)) or mp.one)


def _each_nudged(value: Tensor, step: Any) -> tuple[Any, Any]:
    """Stack copies of `value`, in each of which one entry behind the named axes is nudged: all up, then all down."""
    named = value.data.shape[: len(value.axes)]
    flat, steps = value.data.reshape(*named, -1), step.reshape(*named, -1)
    count = flat.shape[-1]
    copies = np.empty((2 * count, *flat.shape), dtype=object)
    copies[:] = flat
    for i in range(count):
        copies[i, ..., i] += steps[..., i]
        copies[count + i, ..., i] -= steps[..., i]
    return copies.reshape(2 * count, *value.data.shape), np.moveaxis(steps, -1, 0)


def _halves(there: Tensor, axis: str, count: int) -> tuple[Tensor, Tensor]:
    """Part what was nudged up from what was nudged down."""
    if axis not in there.axes:
        return there, there
    data = np.moveaxis(there.data, there.axes.index(axis), 0)
    axes = (axis, *(other for other in there.axes if other != axis))
    return Tensor(axes, data[:count], there.row), Tensor(axes, data[count:], there.row)


def _behind(derivative: Tensor, axis: str, shape: tuple[int, ...]) -> Tensor:
    """Turn the axis of the nudges into the axes of what was nudged."""
    i = derivative.axes.index(axis)
    axes = derivative.axes[:i] + derivative.axes[i + 1 :]
    if not shape:
        return Tensor(axes, tensor.boxed(derivative.data.take(0, axis=i)), derivative.row)
    data = np.moveaxis(derivative.data, i, -1)
    return Tensor(axes, data.reshape(data.shape[:-1] + shape))
