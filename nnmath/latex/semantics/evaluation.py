"""The values of all symbols for one example, computed when they are asked for, at the precision that is set.

For a derivative with respect to B the environment is copied with B made a jet. What depends on B is computed again,
everything else is held.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nnmath.latex.errors import Undefined
from nnmath.latex.numbers import balls, jets, tensor
from nnmath.latex.numbers.jets import Array, Nudge
from nnmath.latex.numbers.tensor import Tensor
from nnmath.latex.semantics import conventions
from nnmath.latex.semantics.recursion import Recursion
from nnmath.latex.semantics.rules import RULES
from nnmath.latex.symbols.dimensions import Dim, is_calculated, replaced
from nnmath.latex.symbols.scope import Convention, Definition, Ranges, Scope
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr

#: Marks the names of axes that are no index of an equation: of the entries that a derivative is taken for, of others.
NUDGED = "∂"
ENTRY = "·"


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
        The dimensions of the indices that are in scope, or the numbers that they count.
    reprinted : mapping
        Other values for numbers that are printed in the equation, by the identity of their nodes.
    sizes : mapping
        The dimensions of the arguments, inside of a function.
    """

    environment: Environment
    ranges: Ranges
    parameters: Mapping[str, Array] = field(default_factory=dict)
    indices: Mapping[str, Dim | range] = field(default_factory=dict)
    reprinted: Mapping[int, Any] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, environment: Environment, ranges: Ranges) -> Evaluator:
        """Start with the free indices in scope."""
        return cls(environment, ranges, indices=ranges.free)

    def size(self, dim: Dim) -> int:
        """Return a dimension as a number."""
        if is_calculated(dim):
            return int(replaced(dim, self.size))
        return self.sizes[str(dim)] if dim in self.sizes else self.environment.size(dim)

    def counted(self, letter: str) -> range:
        """Return the numbers that an index runs through."""
        dim = self.indices[letter]
        return dim if isinstance(dim, range) else range(1, self.size(dim) + 1)

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
        #: What the innermost derivative is taken for, if this is an environment of one.
        self.by: Nudge | None = None
        #: The symbol whose change is carried along a recursion, and the change.
        self.nudge: tuple[str, Array] | None = None
        self.original: Environment | None = None
        self._changed = ""
        self._held: Collection[str] = ()
        self.jacobians: dict[Any, Array] = {}
        #: A derivative that is known already, by the equation that computes it.
        self.known_derivative: Callable[[tree.Partial], Tensor | None] = lambda _: None

    def with_value(self, name: str, value: Array, held: Collection[str] = ()) -> Environment:
        """Return the environment in which a symbol has another value, and what depends on it, but for what is held."""
        inside = self._changing(name, held)
        inside.values[name] = value
        return inside

    def with_change(self, name: str, nudged: Array, by: Nudge, held: Collection[str] = ()) -> Environment:
        """Return the environment in which a symbol is a jet; one with a recursion changes at each step."""
        inside = self._changing(name, held)
        inside.by = by
        if name in self.scope.reached(name) and name not in held:
            inside.nudge = name, nudged
        else:
            inside.values[name] = nudged
        return inside

    def _changing(self, name: str, held: Collection[str]) -> Environment:
        inside = Environment(self.scope, self.sizes, {})
        inside.by, inside.original, inside._changed, inside._held = self.by, self, name, held
        return inside

    @property
    def level(self) -> int:
        """The level of the innermost derivative."""
        return self.by.level if self.by else 0

    def size(self, dim: Dim) -> int:
        """Return a dimension as a number."""
        if isinstance(dim, int):
            return dim
        if is_calculated(dim):
            return int(replaced(dim, self.size))
        if dim in self.sizes:
            return self.sizes[dim]
        if dim not in self.scope.lengths:
            raise Undefined(f"the dimension {dim} is not known here")
        length: Any = jets.primal(Evaluator(self, Ranges({}, {})).value(self.scope.lengths[dim])).data[()]
        whole = balls.whole(length)
        if whole is None or whole < 1:
            raise Undefined(f"the dimension {dim} is {balls.shown(length)}")
        return whole

    def has(self, name: str) -> bool:
        """Whether a name is a quantity here."""
        return name in self.values or self.scope.shape_of(name) is not None

    def value(self, name: str) -> Array:
        """Return the value of a symbol."""
        if name in self.values:
            return self.values[name]
        definition = self.scope.definitions.get(name)
        changes = self._changed in self.scope.reached(name) and name not in self._held
        if self.original and name != self._changed and not changes:
            return self.original.value(name)
        if definition is None:
            raise Undefined(f"{name} has no value here")
        if name in self.scope.reached(name):
            Recursion(self, self.scope.recursion(name)).run()
        else:
            self.values[name] = self._computed(definition)
        return self.values[name]

    def _computed(self, definition: Definition) -> Array:
        convention = self.scope.conventions.get(definition.name)
        if convention is None or self.by is None or convention.by not in self.scope.reached(definition.name):
            return self.defined(definition)
        for name in definition.uses:  # what bends before this definition is reached has no convention here
            if self.has(name):
                self.value(name)
        return conventions.at_kinks(
            self.by, lambda: self.defined(definition), lambda: self._conventional(definition, convention)
        )

    def defined(self, definition: Definition) -> Array:
        """Return the value of a definition, with the shape that it defines."""
        found = self.evaluator(definition.ranges).value(definition.body)
        return self.laid_out(found, definition.letters, definition.shape)

    def evaluator(self, ranges: Ranges) -> Evaluator:
        """Return what evaluates the expressions of an equation here."""
        return Evaluator.of(self, ranges)

    def laid_out(self, found: Array, letters: tuple[str, ...], dims: tuple[Dim, ...]) -> Array:
        """Return a value with the axes of its letters last and unnamed."""
        shape = tuple(self.size(dim) for dim in dims)

        def laid_out(part: Tensor) -> Tensor:
            if letters:
                others = tuple(axis for axis in part.axes if axis not in letters)
                data = tensor.laid_out(part, others + letters)
                return Tensor(others, np.broadcast_to(data, data.shape[: len(others)] + shape))
            if not part.rank:  # one number for every entry
                return Tensor(part.axes, np.broadcast_to(part.data.reshape(part.data.shape + (1,) * len(shape)),
                                                         part.data.shape + shape))  # fmt: skip
            return tensor.matrix(part) if len(shape) == 2 and part.rank == 1 else part

        return jets.linear(laid_out, found)

    def _conventional(self, definition: Definition, convention: Convention) -> Array:
        """Return a jet whose tangent is the declared derivative times the change of what it is a derivative by."""
        assert self.by is not None
        before, change = jets.split(self.value(convention.by), self.by)
        held = self.with_value(convention.by, before).value(definition.name)
        if change is None:
            return held
        named = jets.linear(lambda part: Tensor(part.axes + convention.below, part.data), change)
        slope = Evaluator.of(self.unnudged(self.by), convention.ranges).value(convention.body)
        moved = jets.multiply(slope, named)
        for letter in set(convention.below) - set(convention.above):
            moved = jets.linear(lambda part, letter=letter: tensor.reduced(np.add, part, letter), moved)
        return conventions.moved(held, self.laid_out(moved, convention.above, definition.shape), self.by)

    def unnudged(self, by: Nudge) -> Environment:
        """Return the environment around the one in which something is nudged."""
        here = self
        while here.original is not None and here.by is by:
            here = here.original
        return here
