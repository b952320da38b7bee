"""What the names of a derivation mean at some point of it: dimensions, symbols, functions, and what depends on what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from nnmath.latex.errors import Place
from nnmath.latex.symbols.table import Symbol
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.names import KnownNames
from nnmath.latex.syntax.tree import Expr

Dim = str | int


class Shape(NamedTuple):
    """The shape of an expression; a vector is a column unless `row`."""

    dims: tuple[Dim, ...] = ()
    row: bool = False

    def __str__(self) -> str:
        if len(self.dims) == 1:
            return f"(1, {self.dims[0]})" if self.row else f"({self.dims[0]},)"
        return f"({', '.join(map(str, self.dims))})"


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
    """

    free: dict[str, Dim]
    bound: dict[Place, dict[str, Dim]]


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
        All symbols and functions it depends on, directly or through others.
    """

    name: str
    letters: tuple[str, ...]
    parameters: tuple[str, ...]
    body: Expr
    shape: tuple[Dim, ...]
    ranges: Ranges
    uses: frozenset[str]


@dataclass(frozen=True)
class Scope:
    """The names that may be used at some point of a derivation. Never changed; `defining` returns a new one."""

    inputs: dict[str, Symbol]
    declared: dict[str, Symbol]
    dimensions: frozenset[str]
    definitions: dict[str, Definition] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, symbols: Iterable[Symbol]) -> Scope:
        """Start with what the table of symbols declares."""
        declared = {symbol.name: symbol for symbol in symbols if symbol.name}
        dimensions = {dimension for symbol in symbols for dimension in symbol.shape}
        inputs = {name: symbol for name, symbol in declared.items() if symbol.is_input}
        return cls(inputs, declared, frozenset(dimensions))

    def defining(self, definition: Definition) -> Scope:
        """Return the scope after a definition."""
        return replace(self, definitions={**self.definitions, definition.name: definition})

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
        names = {name for definition in self.definitions.values() for name in definition.parameters}
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
        return self.sizes.get(str(left), left) == self.sizes.get(str(right), right)

    def uses(self, expr: Expr, hidden: Iterable[str] = ()) -> frozenset[str]:
        """Return all names that an expression depends on, directly or through definitions."""
        found: set[str] = set()
        for node in tree.walk(expr):
            if isinstance(node, (tree.Name, tree.Call)):
                name = node.name if isinstance(node, tree.Name) else node.function
                if name in hidden:
                    continue
                found.add(name)
                if name in self.definitions:
                    found |= self.definitions[name].uses
        return frozenset(found)
