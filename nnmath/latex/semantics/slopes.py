"""Derivatives of expressions by symbols, and of functions by their argument.

At a kink a derivative is a ball around all that may be taken for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

import numpy as np

from nnmath.latex.numbers import balls, jets, tensor
from nnmath.latex.numbers.jets import Array, Jet, Nudge
from nnmath.latex.numbers.tensor import Tensor
from nnmath.latex.semantics.application import applied
from nnmath.latex.semantics.evaluation import NUDGED, Environment, Evaluator
from nnmath.latex.symbols.scope import Definition
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr


def jacobian(top: Expr, name: str, at: Evaluator) -> Array:
    """Return the derivative of an expression by all entries of a symbol; their axes come last."""
    letters = {one.name for one in tree.walk(top) if isinstance(one, tree.Name)} & at.indices.keys()
    if at.parameters or any(isinstance(dim, range) for dim in at.indices.values()):
        return held_jacobian(top, name, at)
    key = top, name, tuple((letter, len(at.counted(letter))) for letter in sorted(letters))
    if key not in at.environment.jacobians:
        at.environment.jacobians[key] = held_jacobian(top, name, at)
    return at.environment.jacobians[key]


def held_jacobian(top: Expr, name: str, at: Evaluator, held: Collection[str] = ()) -> Array:
    """Return a derivative like `jacobian` while other symbols are held."""

    def changed(by: Nudge) -> Array:
        nudged = _nudged(at.environment.value(name), by)
        return replace(at, environment=at.environment.with_change(name, nudged, by, held)).value(top)

    return _by_entries(name, at, changed, lambda: at.value(top))


def immediate_jacobian(top: Expr, name: str, at: Evaluator) -> Array:
    """Return a derivative while everything is held that the top is defined by, earlier steps of itself included."""
    scope = at.environment.scope
    definition = scope.definitions.get(tree.base_name(top))
    held = scope.definitions.keys()

    def changed(by: Nudge) -> Array:
        inside = at.environment.with_change(name, _nudged(at.environment.value(name), by), by, held)
        if definition is not None and not definition.parameters:
            inside = inside.with_value(definition.name, inside.defined(definition), held)
        return replace(at, environment=inside).value(top)

    return _by_entries(name, at, changed, lambda: at.value(top))


def _by_entries(name: str, at: Evaluator, changed: Callable[[Nudge], Array], here: Callable[[], Array]) -> Array:
    shape = jets.primal(at.environment.value(name)).shape
    level = _next_level(at.environment, list(at.parameters.values()))
    slopes = _slopes(level, changed, here)
    return jets.linear(lambda part: _behind(part, shape, f"{NUDGED}{level}"), slopes)


def derivative_of_function(environment: Environment, function: Definition, argument: Array, order: int = 1) -> Array:
    """Return a derivative of a function of one parameter that is defined, entry by entry."""
    return derivative_at(environment, lambda x: applied(environment, function, [x]), argument, order)


def derivative_at(
    environment: Environment, function: Callable[[Array], Array], argument: Array, order: int = 1
) -> Array:
    """Return a derivative of a function of one number, entry by entry; of the order 0 its value."""
    if order == 0:
        return function(argument)

    def changed(by: Nudge) -> Array:
        like = jets.primal(argument)
        ones = Tensor(like.axes, np.full_like(like.data, balls.ONE), like.row)
        return derivative_at(environment, function, Jet(by, argument, ones), order - 1)

    level = _next_level(environment, [argument])
    return _slopes(level, changed, lambda: derivative_at(environment, function, argument, order - 1))


def _next_level(environment: Environment, within: list[Array]) -> int:
    outer = jets.innermost(within)
    return 1 + max(environment.level, outer.level if outer else 0)


def _slopes(level: int, changed: Callable[[Nudge], Array], here: Callable[[], Array]) -> Array:
    """Return a derivative; at a kink a ball around all that may be taken for it, at a jump what is not a number.

    What may be taken for it are both one-sided derivatives, and what the chain rule gives with one of the two
    one-sided derivatives at every kink on the way.
    """
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
    tangent = Tensor((f"{NUDGED}{by.level}", *like.axes), np.broadcast_to(data, (count, *like.data.shape)), like.row)
    return Jet(by, value, tangent)


def _behind(derivative: Tensor, shape: tuple[int, ...], axis: str) -> Tensor:
    """Turn the axis of the entries that change into the axes of their symbol."""
    if axis not in derivative.axes:  # nothing depends on the symbol
        data = derivative.data.reshape(derivative.data.shape + (1,) * len(shape))
        return Tensor(derivative.axes, np.broadcast_to(data, derivative.data.shape + shape), derivative.row)
    i = derivative.axes.index(axis)
    axes = derivative.axes[:i] + derivative.axes[i + 1 :]
    if not shape:
        return Tensor(axes, tensor.boxed(derivative.data.take(0, axis=i)), derivative.row)
    data = np.moveaxis(derivative.data, i, -1)
    return Tensor(axes, data.reshape(data.shape[:-1] + shape))
