"""The values of all symbols for one example, computed when they are asked for, at the precision that is set.

For a derivative with respect to B the environment is copied with B made a jet. What depends on B is computed again,
everything else is held.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from nnmath.latex.errors import Undefined
from nnmath.latex.numbers import balls, jets, tensor
from nnmath.latex.numbers.jets import Array, Jet, Nudge
from nnmath.latex.numbers.tensor import Tensor
from nnmath.latex.numbers.work import spend
from nnmath.latex.semantics.rules import RULES
from nnmath.latex.symbols.scope import Definition, Dim, Ranges, Scope
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr

#: Marks the names of axes that are no index of an equation: of the entries that a derivative is taken for, of others.
NUDGED = "∂"
ENTRY = "·"

#: What applying a function costs beside its body.
_CALL = 80


@dataclass(frozen=True)
class Evaluator:
    """Evaluates the expressions of one equation.

    Parameters
    ----------
    environment : Environment
        The values of the symbols.
    ranges : Ranges
        How far the indices of the equation run.
    parameters : mapping
        The values of the parameters, inside of a function.
    indices : mapping
        The dimensions of the indices that are in scope.
    reprinted : mapping
        Other values for numbers that are printed in the equation, by the identity of their nodes.
    """

    environment: Environment
    ranges: Ranges
    parameters: Mapping[str, Array] = field(default_factory=dict)
    indices: Mapping[str, Dim] = field(default_factory=dict)
    reprinted: Mapping[int, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, environment: Environment, ranges: Ranges, parameters: Mapping[str, Array] | None = None) -> Evaluator:
        """Start with the free indices in scope."""
        return cls(environment, ranges, parameters or {}, ranges.free)

    def value(self, node: Expr) -> Array:
        """Return the value of an expression."""
        return RULES[type(node)].value(self, node)  # type: ignore[no-any-return]


class Environment:
    """The values of the symbols for one example, at the precision that is set.

    Parameters
    ----------
    scope : Scope
        What the names mean.
    sizes : mapping
        The dimensions.
    values : mapping
        The inputs.
    """

    def __init__(self, scope: Scope, sizes: Mapping[str, int], values: Mapping[str, Array]) -> None:
        self.scope = scope
        self.sizes = sizes
        self.values = dict(values)
        self.level = 0
        self._original: Environment | None = None
        self._changed = ""
        self._jacobians: dict[Any, Array] = {}
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
        return name in self.values or self.scope.shape_of(name) is not None

    def value(self, name: str) -> Array:
        """Return the value of a symbol."""
        if name in self.values:
            return self.values[name]
        definition = self.scope.definitions.get(name)
        if self._original and (definition is None or self._changed not in definition.uses):
            return self._original.value(name)
        if definition is None:
            raise Undefined(f"{name} has no value here")
        self.values[name] = self._defined(definition)
        return self.values[name]

    def _defined(self, definition: Definition) -> Array:
        found = Evaluator.of(self, definition.ranges).value(definition.body)
        shape = tuple(self.size(dim) for dim in definition.shape)

        def laid_out(part: Tensor) -> Tensor:
            if definition.letters:
                others = tuple(axis for axis in part.axes if axis not in definition.letters)
                data = tensor.laid_out(part, others + definition.letters)
                return Tensor(others, np.broadcast_to(data, data.shape[: len(others)] + shape))
            return tensor.matrix(part) if len(shape) == 2 and part.rank == 1 else part

        return jets.linear(laid_out, found)

    # ------------------------------------------------------------------ functions

    def call(self, function: Definition, arguments: list[Array]) -> Array:
        """Apply a function that the derivation defines, entry by entry.

        The indices of the caller are renamed meanwhile, so that the body can use the same letters for its own sums.
        """
        spend(_CALL)
        primals = tensor.conformed([jets.primal(argument) for argument in arguments])
        rank = max(argument.rank for argument in primals)
        behind = tuple(f"{ENTRY}{i}" for i in range(rank))
        lengths = next((argument.shape for argument in primals if argument.rank), ())
        row = any(argument.row for argument in primals)

        def flat(part: Tensor) -> Tensor:
            part = tensor.matrix(part) if part.rank == 1 and rank == 2 else part
            return Tensor(part.axes + behind[: part.rank], part.data).renamed(_hide)

        def shaped(part: Tensor) -> Tensor:
            named = tuple(axis for axis in part.axes if axis not in behind)
            data = tensor.laid_out(part, named + behind)
            data = np.broadcast_to(data, data.shape[: len(named)] + lengths)
            return Tensor(named, data, row).renamed(_show)

        values = [jets.linear(flat, argument) for argument in arguments]
        parameters = dict(zip(function.parameters, values, strict=True))
        return jets.linear(shaped, Evaluator.of(self, function.ranges, parameters).value(function.body))

    def derivative_of_function(self, function: Definition, argument: Array) -> Array:
        """Return the derivative of a function of one parameter, entry by entry."""

        def changed(by: Nudge) -> Array:
            ones = jets.linear(lambda part: Tensor(part.axes, np.full_like(part.data, balls.ONE), part.row), argument)
            return self.call(function, [Jet(by, argument, jets.primal(ones))])

        return self._slopes([argument], changed, lambda: self.call(function, [argument]))

    # ------------------------------------------------------------------ derivatives

    def jacobian(self, top: Expr, name: str, evaluator: Evaluator) -> Array:
        """Return the derivative of an expression by all entries of a symbol; their axes come last."""
        letters = {one.name for one in tree.walk(top) if isinstance(one, tree.Name)} & evaluator.indices.keys()
        key = top, name, tuple((letter, self.size(evaluator.indices[letter])) for letter in sorted(letters))
        if evaluator.parameters:
            return self._jacobian(top, name, evaluator)
        if key not in self._jacobians:
            self._jacobians[key] = self._jacobian(top, name, evaluator)
        return self._jacobians[key]

    def _jacobian(self, top: Expr, name: str, evaluator: Evaluator) -> Array:
        value = self.value(name)
        shape = jets.primal(value).shape

        def changed(by: Nudge) -> Array:
            inside = Environment(self.scope, self.sizes, {name: _nudged(value, by)})
            inside.level, inside._original, inside._changed = by.level, self, name
            return replace(evaluator, environment=inside).value(top)

        slopes = self._slopes(list(evaluator.parameters.values()), changed, lambda: evaluator.value(top))
        return jets.linear(lambda part: _behind(part, shape), slopes)

    def _slopes(self, within: list[Array], changed: Callable[[Nudge], Array], here: Callable[[], Array]) -> Array:
        """Return a derivative; at a kink a ball around all that may be taken for it, at a jump what is not a number.

        What may be taken for it are both one-sided derivatives, and what the chain rule gives with one of the two
        one-sided derivatives at every kink on the way.
        """
        outer = jets.innermost(within)
        level = 1 + max(self.level, outer.level if outer else 0)
        up = Nudge(level)
        slopes = _slope(changed(up), up, here)
        if up.met_kink:
            for other in (Nudge(level, -1), Nudge(level, 1, fixed=True), Nudge(level, -1, fixed=True)):
                slopes = jets.union(slopes, _slope(changed(other), other, here))
        return slopes


def _slope(after: Array, by: Nudge, here: Callable[[], Array]) -> Array:
    value, tangent = jets.split(after, by)
    slope = jets.zero_like(after) if tangent is None else tangent
    if not by.met_kink:
        return slope
    same = tensor.pointwise(_SAME, jets.primal(value), jets.primal(here()))
    return jets.chosen(same, slope, tensor.number(balls.UNKNOWN))


#: Whether a value is the same beside a kink as on it.
_SAME: Any = np.frompyfunc(lambda x, y: balls.ONE if x.overlaps(y) and not balls.is_wide(x) else balls.ZERO, 2, 1)


def _nudged(value: Array, by: Nudge) -> Array:
    """Return a symbol as a jet: each of its entries changes by itself."""
    like = jets.primal(value)
    count = int(np.prod(like.shape, dtype=int))
    unit = np.full((count, count), balls.ZERO, dtype=object)
    np.fill_diagonal(unit, balls.ONE)
    data = unit.reshape((count,) + (1,) * len(like.axes) + like.shape)
    tangent = Tensor((NUDGED, *like.axes), np.broadcast_to(data, (count, *like.data.shape)), like.row)
    return Jet(by, value, tangent)


def _behind(derivative: Tensor, shape: tuple[int, ...]) -> Tensor:
    """Turn the axis of the entries that change into the axes of their symbol."""
    if NUDGED not in derivative.axes:  # nothing depends on the symbol
        data = derivative.data.reshape(derivative.data.shape + (1,) * len(shape))
        return Tensor(derivative.axes, np.broadcast_to(data, derivative.data.shape + shape), derivative.row)
    i = derivative.axes.index(NUDGED)
    axes = derivative.axes[:i] + derivative.axes[i + 1 :]
    if not shape:
        return Tensor(axes, tensor.boxed(derivative.data.take(0, axis=i)), derivative.row)
    data = np.moveaxis(derivative.data, i, -1)
    return Tensor(axes, data.reshape(data.shape[:-1] + shape))


def _hide(axis: str) -> str:
    return axis if axis.startswith((NUDGED, ENTRY)) else axis + "'"


def _show(axis: str) -> str:
    return axis.removesuffix("'")
