"""Evaluating an expression in an environment, at the precision that mpmath is set to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
from mpmath import mp

from nnmath.latex import arithmetic, tensor, tree
from nnmath.latex.errors import Undefined
from nnmath.latex.meaning import Ranges
from nnmath.latex.shapes import is_euler
from nnmath.latex.tensor import Tensor
from nnmath.latex.tree import Expr

if TYPE_CHECKING:
    from nnmath.latex.environment import Environment


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
    parameters: Mapping[str, Tensor] = field(default_factory=dict)
    indices: Mapping[str, Any] = field(default_factory=dict)
    reprinted: Mapping[int, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, environment: Environment, ranges: Ranges, parameters: Mapping[str, Tensor] | None = None) -> Evaluator:
        """Start with the free indices in scope."""
        return cls(environment, ranges, parameters or {}, ranges.free)

    def value(self, node: Expr) -> Tensor:
        """Return the value of an expression."""
        return getattr(self, "_" + type(node).__name__.lower())(node)  # type: ignore[no-any-return]

    # ------------------------------------------------------------------ names and numbers

    def _number(self, node: tree.Number) -> Tensor:
        return tensor.number(self.reprinted.get(id(node), node.text))

    def _name(self, node: tree.Name) -> Tensor:
        if node.name in self.parameters:
            return self.parameters[node.name]
        if node.name in self.indices:
            size = self.environment.size(self.indices[node.name])
            counted = np.empty(size, dtype=object)
            counted[:] = [mp.mpf(i + 1) for i in range(size)]
            return Tensor((node.name,), counted)
        if self.environment.has(node.name):
            return self.environment.value(node.name)
        if node.name in self.environment.meaning.dimensions:
            return tensor.number(self.environment.size(node.name))
        if node.name == r"\pi":
            return tensor.number(mp.pi)
        return self.environment.value(node.name)

    def _element(self, node: tree.Element) -> Tensor:
        return tensor.gathered(self.value(node.array), [self.value(index) for index in node.indices])

    def _group(self, node: tree.Group) -> Tensor:
        return self.value(node.inner)

    # ------------------------------------------------------------------ arithmetic

    def _sum(self, node: tree.Sum) -> Tensor:
        values = [self.value(term) for term in node.terms]
        signed = [
            value if sign > 0 else tensor.pointwise(np.negative, value)
            for sign, value in zip(node.signs, values, strict=True)
        ]
        return reduce(lambda left, right: tensor.pointwise(np.add, left, right), signed)

    def _product(self, node: tree.Product) -> Tensor:
        return reduce(tensor.product, map(self.value, node.factors))

    def _hadamard(self, node: tree.Hadamard) -> Tensor:
        return reduce(lambda left, right: tensor.pointwise(np.multiply, left, right), map(self.value, node.factors))

    def _quotient(self, node: tree.Quotient) -> Tensor:
        return tensor.pointwise(arithmetic.divide, self.value(node.top), self.value(node.bottom))

    def _power(self, node: tree.Power) -> Tensor:
        if is_euler(node.base):
            return tensor.pointwise(arithmetic.FUNCTIONS["exp"], self.value(node.exponent))
        return tensor.pointwise(arithmetic.power, self.value(node.base), self.value(node.exponent))

    def _transpose(self, node: tree.Transpose) -> Tensor:
        return tensor.transposed(self.value(node.array))

    # ------------------------------------------------------------------ functions

    def _call(self, node: tree.Call) -> Tensor:
        arguments = [self.value(argument) for argument in node.arguments]
        function = self.environment.meaning.function(node.function)
        if function is None:
            return _builtin(node.function, arguments)
        if node.primes:
            return self.environment.slope_of_function(node.function, arguments[0]).central
        return self.environment.call(node.function, arguments)

    def _norm(self, node: tree.Norm) -> Tensor:
        array = self.value(node.array)
        if node.order == "1":
            return _total(tensor.pointwise(arithmetic.FUNCTIONS["abs"], array))
        return tensor.pointwise(arithmetic.FUNCTIONS["sqrt"], _total(tensor.pointwise(np.multiply, array, array)))

    # ------------------------------------------------------------------ sums over indices

    def _reduce(self, node: tree.Reduce) -> Tensor:
        if not node.ranges:
            return _total(self.value(node.body))
        indices = self.ranges.bound[node.at]
        inside = replace(self, indices={**self.indices, **indices})
        body = inside.value(node.body)
        counted = [inside.value(tree.Name(letter, at=node.at)) for letter in indices]
        kept = inside._kept(node, counted)
        if node.kind.startswith("arg"):
            return _first_extreme(node.kind, body, counted[0], kept)
        operation, nothing = _REDUCTIONS[node.kind]
        everywhere = tensor.pointwise(lambda value, *_: value, *_spread([body, *counted]))
        if kept is not None:
            everywhere = tensor.pointwise(
                np.frompyfunc(lambda value, keep: value if keep else nothing(), 2, 1), everywhere, kept
            )
        for letter in indices:
            everywhere = tensor.reduced(operation, everywhere, letter)
        return everywhere

    def _kept(self, node: tree.Reduce, counted: list[Tensor]) -> Tensor | None:
        """Return where the terms of a sum count: between its bounds, where its conditions hold."""
        tests = [self.value(condition) for condition in node.conditions]
        for one, index in zip(node.ranges, counted, strict=True):
            if one.low is not None and one.high is not None:
                low, high = self.value(one.low), self.value(one.high)
                self._refuse_bounds(one.letter, low, high, len(index.data))
                tests.append(tensor.pointwise(arithmetic.RELATIONS["≥"], index, low))
                tests.append(tensor.pointwise(arithmetic.RELATIONS["≤"], index, high))
        return reduce(lambda left, right: tensor.pointwise(np.multiply, left, right), tests) if tests else None

    def _refuse_bounds(self, letter: str, low: Tensor, high: Tensor, length: int) -> None:
        if any(value < 1 for value in low.data.flat):
            raise Undefined(f"the index {letter} begins before 1, where indices start")
        if any(value > length for value in high.data.flat):
            raise Undefined(f"the index {letter} runs beyond the {length} entries of its dimension")

    # ------------------------------------------------------------------ conditions

    def _compare(self, node: tree.Compare) -> Tensor:
        sides = [self.value(side) for side in node.sides]
        links = [
            tensor.pointwise(arithmetic.RELATIONS[relation], sides[i], sides[i + 1])
            for i, relation in enumerate(node.relations)
        ]
        return reduce(lambda left, right: tensor.pointwise(np.multiply, left, right), links)

    def _kronecker(self, node: tree.Kronecker) -> Tensor:
        return tensor.pointwise(arithmetic.RELATIONS["="], self.value(node.left), self.value(node.right))

    def _cases(self, node: tree.Cases) -> Tensor:
        flat: list[Tensor] = []
        for row in node.rows:
            flat += [self.value(row.value), self.value(row.condition) if row.condition else tensor.number(-1)]
        return tensor.pointwise(np.frompyfunc(_choose, len(flat), 1), *flat)

    # ------------------------------------------------------------------ arrays

    def _matrix(self, node: tree.Matrix) -> Tensor:
        columns = len(node.rows[0])
        whole = self._stacked([entry for row in node.rows for entry in row], (len(node.rows), columns))
        if columns == 1:
            return Tensor(whole.axes, whole.data[..., 0])
        return Tensor(whole.axes, whole.data[..., 0, :], row=True) if len(node.rows) == 1 else whole

    def _vector(self, node: tree.Vector) -> Tensor:
        return self._stacked(list(node.entries), (len(node.entries),))

    def _stacked(self, entries: list[Expr], shape: tuple[int, ...]) -> Tensor:
        values = _spread([self.value(entry) for entry in entries])
        stacked = np.stack([value.data for value in values], axis=-1)
        return Tensor(values[0].axes, stacked.reshape(stacked.shape[:-1] + shape))

    def _ones(self, node: tree.Ones) -> Tensor:
        return Tensor((), np.full(self.environment.size(node.dimension), mp.one, dtype=object))

    # ------------------------------------------------------------------ derivatives

    def _partial(self, node: tree.Partial) -> Tensor:
        return self.slopes(node, lambda slopes: slopes.central)

    def slopes(self, node: tree.Partial, which: Callable[[Any], Tensor]) -> Tensor:
        """Return one of the slopes of a derivative: `which` chooses central, low or high."""
        known = self.environment.known_derivative(node)
        derivative = known if known is not None else which(self.environment.jacobian(node, self))
        if not isinstance(node.bottom, tree.Element):
            return derivative
        return tensor.gathered(derivative, [self.value(index) for index in node.bottom.indices])


def _builtin(name: str, arguments: list[Tensor]) -> Tensor:
    if name == "diag":
        (vector,) = arguments
        size = vector.shape[0]
        one = np.array([[mp.mpf(i == j) for j in range(size)] for i in range(size)], dtype=object)
        return Tensor(vector.axes, vector.data[..., None] * one)
    if name in ("max", "min"):
        better = arithmetic.larger if name == "max" else arithmetic.smaller
        return reduce(lambda left, right: tensor.pointwise(better, left, right), arguments)
    return tensor.pointwise(arithmetic.FUNCTIONS[name], arguments[0])


def _total(array: Tensor) -> Tensor:
    """Sum all entries that stand behind the named axes."""
    named = array.data.shape[: len(array.axes)]
    return Tensor(array.axes, tensor.boxed(array.data.reshape(*named, -1).sum(axis=-1)))


def _spread(values: list[Tensor]) -> list[Tensor]:
    """Give all tensors the same named axes, in full length."""
    axes = tensor.all_axes(values)
    laid = [tensor.laid_out(value, axes) for value in values]
    lengths = np.broadcast_shapes(*(data.shape[: len(axes)] for data in laid))
    return [
        Tensor(axes, np.broadcast_to(data, lengths + data.shape[len(axes) :]), value.row)
        for data, value in zip(laid, values, strict=True)
    ]


def _first_extreme(kind: str, body: Tensor, index: Tensor, kept: Tensor | None) -> Tensor:
    """Return the index, counted from 1, of the first largest or smallest entry."""
    (letter,) = index.axes
    sign = 1 if kind == "argmax" else -1
    keep = kept or tensor.number(1)
    body, keep, _ = _spread([body, keep, index])
    i = body.axes.index(letter)
    length = body.data.shape[i]
    ranked = tensor.boxed(np.frompyfunc(lambda value, k: sign * value if k else -mp.inf, 2, 1)(body.data, keep.data))
    rows = np.moveaxis(ranked, i, -1).reshape(-1, length)
    best = np.array([mp.mpf(max(range(length), key=row.__getitem__) + 1) for row in rows], dtype=object)
    axes = body.axes[:i] + body.axes[i + 1 :]
    return Tensor(axes, best.reshape(body.data.shape[:i] + body.data.shape[i + 1 :]))


def _choose(*flat: Any) -> Any:
    """Choose the case whose condition holds; a condition of -1 means otherwise."""
    chosen = [value for value, condition in zip(flat[::2], flat[1::2], strict=True) if condition == 1]
    if any(mp.isnan(condition) for condition in flat[1::2]):
        return mp.nan
    if not chosen and flat[-1] == -1:
        return flat[-2]
    if not chosen:
        raise Undefined("no case applies")
    if any(other != chosen[0] for other in chosen[1:] if not mp.isnan(other) and not mp.isnan(chosen[0])):
        raise Undefined("two cases apply, and they differ")
    return chosen[0]


_REDUCTIONS: dict[str, tuple[Any, Callable[[], Any]]] = {
    "sum": (np.add, lambda: mp.zero),
    "prod": (np.multiply, lambda: mp.one),
    "max": (arithmetic.larger, lambda: -mp.inf),
    "min": (arithmetic.smaller, lambda: mp.inf),
}
