"""What the names of a derivation mean at some point of it: dimensions, symbols, functions, and what depends on what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from nnmath.latex.errors import Place
from nnmath.latex.symbols.dimensions import Dim, dimension_of, is_any, replaced
from nnmath.latex.symbols.table import Symbol
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.names import KnownNames
from nnmath.latex.syntax.tree import Expr


class Shape(NamedTuple):
    """The shape of an expression; a vector is a column unless `row`."""

    dims: tuple[Dim, ...] = ()
    row: bool = False

    def __str__(self) -> str:
        dims = ["any" if is_any(dim) else str(dim) for dim in self.dims]
        if len(dims) == 1:
            return f"(1, {dims[0]})" if self.row else f"({dims[0]},)"
        return f"({', '.join(dims)})"


SCALAR = Shape()


@dataclass(frozen=True)
class Ranges:
    """How far the indices of one equation run.

    Attributes
    ----------
    free : dict
        For each free index its dimension.
    bound : dict
        For each sum, by its place, the dimensions of its indices.
    literals : dict
        For dimensions the largest number that stands as an index or as a bound.
    constants : dict
        The shapes of constant arrays such as identity matrices, by their places.
    chosen : dict
        Where a function is one of several for arrays, how many dimensions its arguments have, by the place.
    """

    free: dict[str, Dim]
    bound: dict[Place, dict[str, Dim]]
    literals: dict[Dim, int] = field(default_factory=dict)
    constants: dict[Place, tuple[Dim, ...]] = field(default_factory=dict)
    chosen: dict[Place, tuple[int, ...]] = field(default_factory=dict)


class Delay(NamedTuple):
    """How a recursion reaches another step: the position of the index, its letter, and 1 if the step is a later one."""

    position: int
    letter: str
    direction: int = -1


@dataclass(frozen=True)
class Definition:
    """What a ``:=`` says.

    Attributes
    ----------
    name : str
        What is defined.
    letters : tuple of str
        The indices on the left; empty for a whole array or a number.
    parameters : tuple of str
        The parameters of a function; empty for a quantity.
    body : Expr
        The right side.
    shape : tuple
        The dimensions of the quantity.
    ranges : Ranges
        How far its indices run.
    uses : frozenset of str
        The symbols and functions that stand in its body.
    parameter_shapes : tuple of Shape
        The shapes of the parameters; a dimension that begins with `ANY` is that of the argument.
    delayed : mapping
        For each symbol that is used one or more steps earlier, as ``h_{t-1}``, or later: see `Delay`.
    home : Scope or None
        Where the body is evaluated, for a function that another derivation defines.
    others : tuple of Definition
        The same function of arguments with other numbers of dimensions, if it is one of arrays.
    """

    name: str
    letters: tuple[str, ...]
    parameters: tuple[str, ...]
    body: Expr
    shape: tuple[Dim, ...]
    ranges: Ranges
    uses: frozenset[str]
    parameter_shapes: tuple[Shape, ...] = ()
    delayed: Mapping[str, Delay] = field(default_factory=dict)
    home: Scope | None = None
    others: tuple[Definition, ...] = ()

    def of(self, ranks: tuple[int, ...] | None) -> Definition:
        """Return the function for arguments with so many dimensions, if that is one of the others."""
        every = {tuple(len(shape.dims) for shape in one.parameter_shapes): one for one in self.others}
        return every.get(ranks, self) if ranks else self


@dataclass(frozen=True)
class Convention:
    """A derivative that is declared with ``:=``, which holds at kinks as well.

    Attributes
    ----------
    by : str
        What it is a derivative by: a quantity, or the parameter of a function.
    above, below : tuple of str
        The indices of what is differentiated and of what it is differentiated by.
    body : Expr
        The right side.
    ranges : Ranges
        How far its indices run.
    """

    by: str
    above: tuple[str, ...]
    below: tuple[str, ...]
    body: Expr
    ranges: Ranges


@dataclass(frozen=True)
class Drawn:
    r"""How the entries of an input are distributed, ``x_i \sim \mathcal{N}(0, s^2)``.

    Attributes
    ----------
    kind : str
        ``normal``, ``uniform`` or ``Bernoulli``.
    parameters : tuple of Expr
        Mean and variance, from and to, or the probability of 1.
    letters : tuple of str
        The indices of the input, which may stand in the parameters.
    ranges : Ranges
        How far they run.
    """

    kind: str
    parameters: tuple[Expr, ...]
    letters: tuple[str, ...]
    ranges: Ranges


@dataclass(frozen=True)
class Scope:
    """The names that may be used at some point of a derivation. Never changed; `defining` returns a new one."""

    inputs: dict[str, Symbol]
    declared: dict[str, Symbol]
    dimensions: frozenset[str]
    definitions: dict[str, Definition] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    lengths: dict[str, Expr] = field(default_factory=dict)
    #: By the name of what is differentiated.
    conventions: dict[str, Convention] = field(default_factory=dict)
    distributions: dict[str, Drawn] = field(default_factory=dict)
    #: What the dimensions of definitions are that only later equations say, by their open names; None where such are
    #: refused.
    later: Mapping[Dim, Dim] | None = None
    _reached: dict[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, symbols: Iterable[Symbol]) -> Scope:
        """Start with what the table of symbols declares."""
        declared = {symbol.name: symbol for symbol in symbols if symbol.name}
        dimensions = {dimension for symbol in symbols for dimension in symbol.shape}
        inputs = {name: symbol for name, symbol in declared.items() if symbol.is_input}
        lengths: dict[str, Expr] = {one: tree.Number(one, at=Place(1, 1)) for one in dimensions if one.isdigit()}
        return cls(inputs, declared, frozenset(dimensions), lengths=lengths)

    def defining(self, definition: Definition) -> Scope:
        """Return the scope after a definition."""
        return replace(self, definitions={**self.definitions, definition.name: definition}, _reached={})

    def with_length(self, dimension: str, length: Expr) -> Scope:
        """Return the scope after the definition of a dimension by others."""
        return replace(self, lengths={**self.lengths, dimension: length})

    def with_convention(self, name: str, convention: Convention | None) -> Scope:
        """Return the scope after the declaration of a derivative, or without one."""
        others = {other: one for other, one in self.conventions.items() if other != name}
        return replace(self, conventions=others if convention is None else {**others, name: convention})

    def with_distribution(self, name: str, drawn: Drawn) -> Scope:
        """Return the scope after the declaration of a distribution."""
        return replace(self, distributions={**self.distributions, name: drawn})

    def sized(self, sizes: dict[str, int]) -> Scope:
        """Return the scope in which dimensions are known numbers, as in a worked example."""
        return replace(self, sizes={**self.sizes, **sizes})

    @property
    def known(self) -> KnownNames:
        """The names as the lexer needs them."""
        functions = {name for name, definition in self.definitions.items() if definition.parameters}
        return KnownNames(symbols={*self.declared, *self.definitions} - functions, functions=functions)

    @property
    def parameters(self) -> frozenset[str]:
        """The letters that functions were defined with; in a claim they stand for any number."""
        own = (definition for definition in self.definitions.values() if not definition.home)
        names = {name for definition in own for name in definition.parameters}
        return frozenset(names - self.inputs.keys() - self.definitions.keys())

    def function(self, name: str) -> Definition | None:
        """Return the definition of a function."""
        definition = self.definitions.get(name)
        return definition if definition and definition.parameters else None

    def shape_of(self, name: str) -> tuple[Dim, ...] | None:
        """Return the dimensions of a quantity that has a value here, None if it has none."""
        definition = self.definitions.get(name)
        if definition:
            return None if definition.parameters else definition.shape
        return self.inputs[name].shape if name in self.inputs else None

    def same(self, left: Dim, right: Dim) -> bool:
        """Whether two dimensions are the same."""
        return left == right or self.written_out(left) == self.written_out(right)

    def written_out(self, dim: Dim) -> Dim:
        """Return a dimension by those that are not defined, and by the numbers that a worked example gives."""

        def known(name: str) -> Dim:
            defined = dimension_of(self.lengths[name]) if name in self.lengths else None
            return self.sizes.get(name, name if defined is None else self.written_out(defined))

        return replaced(dim, known)

    def uses(self, expr: Expr, hidden: Iterable[str] = ()) -> frozenset[str]:
        """Return all names that an expression depends on, directly or through definitions."""
        found: set[str] = set()
        for node in tree.walk(expr):
            if isinstance(node, (tree.Name, tree.Call)):
                name = node.name if isinstance(node, tree.Name) else node.function
                if name in hidden:
                    continue
                found |= {name} | self.reached(name)
            if isinstance(node, tree.Expected):
                found |= self.uses_of_distributions(node)
        return frozenset(found)

    def uses_of_distributions(self, node: tree.Expected) -> frozenset[str]:
        """Return all names that the distributions depend on over which an expectation is taken."""
        inside = frozenset[str]().union(*map(self.uses, node.bodies))
        drawn = [drawn for name, drawn in self.distributions.items() if name in inside]
        return frozenset[str]().union(*(self.uses(one) for each in drawn for one in each.parameters))

    def reached(self, name: str) -> frozenset[str]:
        """Return all names that a definition depends on, directly or through others; of a recursion all of it."""
        if name not in self.definitions:
            return frozenset()
        if name not in self._reached:
            found: set[str] = set()
            waiting = [name]
            while waiting:
                definition = self.definitions.get(waiting.pop())
                new = definition.uses - found if definition else frozenset()
                found |= new
                waiting.extend(new)
            self._reached[name] = frozenset(found)
        return self._reached[name]

    def recursion(self, name: str) -> list[Definition]:
        """Return the definitions that depend on each other from step to step, in order; none without a recursion."""
        if name not in self.reached(name):
            return []
        return [one for one in self.definitions.values() if one.name in self.reached(name)
                and name in self.reached(one.name)]  # fmt: skip

    def first_step(self, name: str) -> str:
        """Return the name of what a recursion starts with, ``h_0``, if it has a value; otherwise an empty one."""
        first = f"{name}_{{0}}"
        return first if self.shape_of(first) is not None else ""
