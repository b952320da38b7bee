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
from nnmath.latex.symbols.scope import ANY, Definition, Dim, Ranges, Scope
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
    sizes : mapping
        The dimensions of the arguments, inside of a function.
    steps : mapping
        The indices that stand for one step only, inside of a recursion.
    """

    environment: Environment
    ranges: Ranges
    parameters: Mapping[str, Array] = field(default_factory=dict)
    indices: Mapping[str, Dim] = field(default_factory=dict)
    reprinted: Mapping[int, Any] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)
    steps: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, environment: Environment, ranges: Ranges) -> Evaluator:
        """Start with the free indices in scope."""
        return cls(environment, ranges, indices=ranges.free)

    def size(self, dim: Dim) -> int:
        """Return a dimension as a number."""
        return self.sizes[str(dim)] if dim in self.sizes else self.environment.size(dim)

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
        self._nudge: Array | None = None
        self._jacobians: dict[Any, Array] = {}
        #: A derivative that is known already, by the equation that computes it.
        self.known_derivative: Callable[[tree.Partial], Tensor | None] = lambda _: None

    def size(self, dim: Dim) -> int:
        """Return a dimension as a number."""
        if isinstance(dim, int):
            return dim
        if dim in self.sizes:
            return self.sizes[dim]
        if dim not in self.scope.lengths:
            raise Undefined(f"the dimension {dim} is not known here")
        length: Any = jets.primal(Evaluator(self, Ranges({}, {})).value(self.scope.lengths[dim])).data[()]
        whole = length.unique_fmpz() if length.is_exact() else None
        if whole is None or whole < 1:
            raise Undefined(f"the dimension {dim} is {balls.shown(length)}")
        return int(whole)

    def has(self, name: str) -> bool:
        """Whether a name is a quantity here."""
        return name in self.values or self.scope.shape_of(name) is not None

    def value(self, name: str) -> Array:
        """Return the value of a symbol."""
        if name in self.values:
            return self.values[name]
        definition = self.scope.definitions.get(name)
        if self._original and name != self._changed and self._changed not in self.scope.reached(name):
            return self._original.value(name)
        if definition is None:
            raise Undefined(f"{name} has no value here")
        if name in self.scope.reached(name):
            Recursion(self, self.scope.recursion(name)).run()
        else:
            self.values[name] = self._laid_out(definition, Evaluator.of(self, definition.ranges).value(definition.body))
        return self.values[name]

    def _laid_out(self, definition: Definition, found: Array) -> Array:
        """Return the value of a body as the array that it defines."""
        shape = tuple(self.size(dim) for dim in definition.shape)

        def laid_out(part: Tensor) -> Tensor:
            if definition.letters:
                others = tuple(axis for axis in part.axes if axis not in definition.letters)
                data = tensor.laid_out(part, others + definition.letters)
                return Tensor(others, np.broadcast_to(data, data.shape[: len(others)] + shape))
            return tensor.matrix(part) if len(shape) == 2 and part.rank == 1 else part

        return jets.linear(laid_out, found)

    def with_first_step(self, name: str, indices: list[Tensor], found: Array) -> Array:
        """Put the value that a recursion starts with, ``h_0``, where the index of the step is 0."""
        first = self.scope.first_step(name) if name else ""
        group = self.scope.recursion(name) if first else []
        if not group:
            return found
        position = steps_of(group)[name]
        if position >= len(indices) or not any(index.is_zero() for index in indices[position].data.flat):
            return found
        start = indices[position]
        others = [index for i, index in enumerate(indices) if i != position]
        begun = jets.linear(lambda part: tensor.gathered(part, others), self.value(first))
        return jets.chosen(jets.compared("=", start, tensor.number(0)), begun, found)

    # ------------------------------------------------------------------ functions

    def call(self, function: Definition, arguments: list[Array]) -> Array:
        """Apply a function that the derivation defines, entry by entry.

        The indices of the caller are renamed meanwhile, so that the body can use the same letters for its own sums.
        """
        spend(_CALL)
        ranks = [len(shape.dims) for shape in function.parameter_shapes]
        primals = [jets.primal(argument) for argument in arguments]
        if not any(ranks):
            primals = tensor.conformed(primals)
        leading = [primal.shape[: primal.rank - rank] for primal, rank in zip(primals, ranks, strict=True)]
        rank = max(map(len, leading))
        behind = tuple(f"{ENTRY}{i}" for i in range(rank))
        lengths = next((lead for lead in leading if lead), ())
        sizes = {
            str(dim): length
            for primal, shape in zip(primals, function.parameter_shapes, strict=True)
            for dim, length in zip(shape.dims, primal.shape[primal.rank - len(shape.dims) :], strict=True)
        }
        row = any(primal.row for primal in primals)
        inner = tuple(sizes[str(dim)] if dim in sizes else self.size(dim) for dim in function.shape)

        def flat(part: Tensor, own: int) -> Tensor:
            part = tensor.matrix(part) if part.rank == 1 and rank == 2 and not own else part
            return Tensor(part.axes + behind[: part.rank - own], part.data).renamed(_hide)

        def shaped(part: Tensor) -> Tensor:
            named = tuple(axis for axis in part.axes if axis not in behind + function.letters)
            data = tensor.laid_out(part, named + behind + function.letters)
            data = np.broadcast_to(data, data.shape[: len(named)] + lengths + inner)
            return Tensor(named, data, row and data.ndim - len(named) == 1).renamed(_show)

        values = [
            jets.linear(lambda part, own=own: flat(part, own), argument)
            for own, argument in zip(ranks, arguments, strict=True)
        ]
        parameters = dict(zip(function.parameters, values, strict=True))
        return jets.linear(shaped, self._body(function, parameters, sizes))

    def _body(self, function: Definition, parameters: Mapping[str, Array], sizes: Mapping[str, int]) -> Array:
        if function.home:
            foreign = {dim.removeprefix(ANY): length for dim, length in sizes.items()}
            constants = {name: tensor.number(symbol.domain.low) for name, symbol in function.home.inputs.items()
                         if symbol.domain.kind == "constant" and not symbol.shape}  # fmt: skip
            return Environment(function.home, foreign, {**constants, **parameters}).value(_name_of(function.body))
        ranges = function.ranges
        return Evaluator(self, ranges, parameters, ranges.free, sizes=sizes).value(function.body)

    def derivative_of_function(self, function: Definition, argument: Array, order: int = 1) -> Array:
        """Return a derivative of a function of one parameter, entry by entry."""
        if order == 0:
            return self.call(function, [argument])

        def changed(by: Nudge) -> Array:
            like = jets.primal(argument)
            ones = Tensor(like.axes, np.full_like(like.data, balls.ONE), like.row)
            return self.derivative_of_function(function, Jet(by, argument, ones), order - 1)

        return self._slopes([argument], changed, lambda: self.derivative_of_function(function, argument, order - 1))

    # ------------------------------------------------------------------ derivatives

    def jacobian(self, top: Expr, name: str, evaluator: Evaluator) -> Array:
        """Return the derivative of an expression by all entries of a symbol; their axes come last."""
        letters = {one.name for one in tree.walk(top) if isinstance(one, tree.Name)} & evaluator.indices.keys()
        key = top, name, tuple((letter, evaluator.size(evaluator.indices[letter])) for letter in sorted(letters))
        if evaluator.parameters or evaluator.steps:
            return self._jacobian(top, name, evaluator)
        if key not in self._jacobians:
            self._jacobians[key] = self._jacobian(top, name, evaluator)
        return self._jacobians[key]

    def _jacobian(self, top: Expr, name: str, evaluator: Evaluator) -> Array:
        value = self.value(name)
        shape = jets.primal(value).shape

        def changed(by: Nudge) -> Array:
            inside = Environment(self.scope, self.sizes, {})
            if name in self.scope.reached(name):
                inside._nudge = _nudged(value, by)
            else:
                inside.values[name] = _nudged(value, by)
            inside.level, inside._original, inside._changed = by.level, self, name
            return replace(evaluator, environment=inside).value(top)

        slopes = self._slopes(list(evaluator.parameters.values()), changed, lambda: evaluator.value(top))
        axis = f"{NUDGED}{self._next_level(list(evaluator.parameters.values()))}"
        return jets.linear(lambda part: _behind(part, shape, axis), slopes)

    def _next_level(self, within: list[Array]) -> int:
        outer = jets.innermost(within)
        return 1 + max(self.level, outer.level if outer else 0)

    def _slopes(self, within: list[Array], changed: Callable[[Nudge], Array], here: Callable[[], Array]) -> Array:
        """Return a derivative; at a kink a ball around all that may be taken for it, at a jump what is not a number.

        What may be taken for it are both one-sided derivatives, and what the chain rule gives with one of the two
        one-sided derivatives at every kink on the way.
        """
        level = self._next_level(within)
        up = Nudge(level)
        slopes = _slope(changed(up), up, here)
        if up.met_kink:
            for other in (Nudge(level, -1), Nudge(level, 1, fixed=True), Nudge(level, -1, fixed=True)):
                slopes = jets.union(slopes, _slope(changed(other), other, here))
        return slopes


class Recursion:
    """Definitions that depend on each other from one step to the next: evaluated step by step.

    A derivative by such an array is the one by all that comes of it: a change at one step is carried to the later ones.
    """

    def __init__(self, environment: Environment, group: list[Definition]) -> None:
        self.environment = environment
        self.group = group
        self.positions = steps_of(group)

    def run(self) -> None:
        """Compute the values of all definitions of the group."""
        values = self.environment.values
        lengths = {self.environment.size(one.shape[self.positions[one.name]]) for one in self.group}
        if len(lengths) > 1:
            raise Undefined("the parts of a recursion have different numbers of steps")
        (count,) = lengths
        done: dict[str, list[Array]] = {one.name: [] for one in self.group}
        for step in range(1, count + 1):
            for one in self.group:
                values[one.name] = self._padded(one, done[one.name], count)
            for one in self.group:
                done[one.name].append(self._at(one, step))
                values[one.name] = self._padded(one, done[one.name], count)

    def _at(self, one: Definition, step: int) -> Array:
        """Return one step of a definition; the axis of the steps has the length 1."""
        environment, position = self.environment, self.positions[one.name]
        shape = tuple(1 if i == position else environment.size(dim) for i, dim in enumerate(one.shape))
        start = Evaluator.of(environment, one.ranges)
        found = replace(start, steps={one.letters[position]: step}).value(one.body)

        def laid_out(part: Tensor) -> Tensor:
            others = tuple(axis for axis in part.axes if axis not in one.letters)
            data = tensor.laid_out(part, others + one.letters)
            return Tensor(others, np.broadcast_to(data, data.shape[: len(others)] + shape))

        result = jets.linear(laid_out, found)
        if environment._nudge is not None and one.name == environment._changed:
            nudge = environment._nudge
            assert isinstance(nudge, Jet)
            unit = jets.linear(lambda part: tensor.part_of(part, position, step), nudge.tangent)
            result = jets.add(result, Jet(nudge.by, jets.zero_like(result), unit))
        return result

    def _padded(self, one: Definition, steps: list[Array], count: int) -> Array:
        """Return the steps so far, with no numbers for those to come."""
        position = self.positions[one.name]
        shape = [self.environment.size(dim) for dim in one.shape]
        spend(int(np.prod(shape)) + _CALL * len(steps))
        shape[position] = count - len(steps)
        rest = Tensor((), np.full(shape, balls.UNKNOWN, dtype=object))
        return jets.linear(lambda *parts: tensor.joined(parts, position), *steps, rest)


def steps_of(group: list[Definition]) -> dict[str, int]:
    """Return for each definition of a recursion which of its axes counts the steps."""
    known: dict[str, int] = {}
    for one in group:
        for name, (position, letter) in one.delayed.items():
            for other, place in (
                (name, position),
                (one.name, one.letters.index(letter) if letter in one.letters else -1),
            ):
                if place < 0 or known.setdefault(other, place) != place:
                    raise Undefined(f"it is unclear which index of {other} counts the steps")
    for one in group:
        if one.name not in known:
            raise Undefined(f"{one.name} is part of a recursion; nothing says which of its indices counts the steps")
    return known


def _name_of(node: Expr) -> str:
    assert isinstance(node, tree.Name)
    return node.name


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


def _hide(axis: str) -> str:
    return axis if axis.startswith((NUDGED, ENTRY)) else axis + "'"


def _show(axis: str) -> str:
    return axis.removesuffix("'")
