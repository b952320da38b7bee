"""What came of an equation is remembered while assignments are searched through: most do not change between two.

It is for the search alone. The assignment that is found is checked anew, with nothing remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from nnmath.latex import DerivationError
from nnmath.latex.claims.derivation import Equation
from nnmath.latex.semantics.check import ShapeCheck
from nnmath.latex.symbols.dimensions import Dim
from nnmath.latex.symbols.scope import Definition
from nnmath.notes.shapes.model import Model
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.statements.left_out import LeftOut
from nnmath.notes.syntax.statements.roles import Role


@dataclass(frozen=True)
class _Change:
    """What an equation changed in a model."""

    equation: Equation | None
    definition: Definition | None
    error: DerivationError | None
    found: dict[Dim, Dim]
    settled: frozenset[Dim]
    meanings: list[Equation] | None
    tied: dict[Dim, Dim] | None
    left_out: list[LeftOut] | None
    turned: bool
    row: bool
    row_vectors: bool


@dataclass
class Remembered:
    """What came of the equations of a file, by what is known of the symbols that stand in them.

    Attributes
    ----------
    names : dict
        For each equation the names that stand in it, and in the functions that it calls.
    """

    names: dict[int, tuple[str, ...]] = field(default_factory=dict)
    _changes: dict[tuple[Any, ...], _Change] = field(default_factory=dict)

    @classmethod
    def of(cls, roles: Mapping[int, Role]) -> Remembered:
        """Look up which names stand in each equation."""
        functions = {role.name: role for role in roles.values() if role.parameters}
        return cls({number: tuple(sorted(_names(role, functions))) for number, role in roles.items()})

    def add(self, model: Model, number: int, role: Role, add: Callable[[Model, int, Role], None]) -> None:
        """Add an equation to a model: as the last time if all that it depends on is as it was then."""
        key = self._key(model, number)
        change = self._changes.get(key)
        if change is None:
            self._changes[key] = _added(model, number, role, add)
        else:
            _repeat(model, number, role, change)
        if (error := self._changes[key].error) is not None:
            raise error

    def _key(self, model: Model, number: int) -> tuple[Any, ...]:
        check = ShapeCheck(model.scope, found=model.found)
        settled = {model.resolved(dim) for dim in model.settled}
        known: list[Any] = [number, model.row_vectors]
        for name in self.names[number]:
            symbol = model.scope.declared.get(name)
            shapes = model.scope.shape_of(name) or (), symbol.shape if symbol else ()
            dims = [*chain(*shapes), *([name] if name in model.scope.dimensions else [])]
            dims += [symbol.domain.classes] if symbol and isinstance(symbol.domain.classes, str) else []
            resolved = tuple(map(check.resolved, dims))
            known.append((resolved, tuple(dim in settled for dim in resolved), name in model.failed,
                          name in model.rows, name in model.scope.definitions))  # fmt: skip
        return tuple(known)


def _names(role: Role, functions: Mapping[str, Role]) -> set[str]:
    found: set[str] = set()
    waiting = [role]
    while waiting:
        new = trees.names(waiting.pop().chain) - found
        found |= new
        waiting += [functions[name] for name in new & functions.keys()]
    return found


def _added(model: Model, number: int, role: Role, add: Callable[[Model, int, Role], None]) -> _Change:
    before, settled, row_vectors = model.found, set(model.settled), model.row_vectors
    error = None
    try:
        add(model, number, role)
    except DerivationError as problem:
        error = problem
    found = {dim: other for dim, other in model.found.items() if before.get(dim) != other}
    return _Change(model.equations.get(number), model.scope.definitions.get(role.name), error, found,
                   frozenset(model.settled - settled), model.meanings.get(number), model.tied.get(number),
                   model.left_out.get(number), number in model.turned, role.name in model.rows,
                   model.row_vectors and not row_vectors)  # fmt: skip


def _repeat(model: Model, number: int, role: Role, change: _Change) -> None:
    if change.definition is not None:
        model.scope = model.scope.defining(change.definition)
    model.found = {**model.found, **change.found}
    model.settled |= change.settled
    kept: list[tuple[dict[int, Any], Any]] = [
        (model.equations, change.equation), (model.meanings, change.meanings), (model.tied, change.tied),
        (model.left_out, change.left_out)]  # fmt: skip
    for where, what in kept:
        if what is not None:
            where[number] = what
    model.turned |= {number} if change.turned else set()
    model.rows |= {role.name} if change.row else set()
    model.row_vectors |= change.row_vectors
