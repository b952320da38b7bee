"""What is known before any equation is checked: inputs, distributions, and dimensions that annotations name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace

from nnmath.latex import DerivationError, Place, Symbol
from nnmath.latex.claims.declared_distributions import distribution_of
from nnmath.latex.symbols.dimensions import OPEN, Dim
from nnmath.latex.symbols.scope import Scope
from nnmath.latex.symbols.table import Result
from nnmath.latex.syntax import tree
from nnmath.notes.shapes.model import Quantity


def is_given(dim: Dim) -> bool:
    """Whether a dimension that is open has its letter from an annotation."""
    return str(dim).startswith(OPEN) and "." not in str(dim)


def with_distributions(scope: Scope, drawn: Iterable[tree.Chain]) -> Scope:
    for chain in drawn:
        left, right = chain.sides
        if isinstance(right, tree.Call):
            listed = tree.Matrix(tuple((one,) for one in right.arguments), True, at=right.at)
            right = tree.Product((tree.Name(right.function, at=right.at), listed), at=right.at)
        with suppress(DerivationError):
            name, distribution, _ = distribution_of(replace(chain, sides=(left, right)), scope)
            scope = scope.with_distribution(name, distribution)
    return scope


def symbol(name: str, one: Quantity, result: Result | None, place: Place) -> Symbol:
    return Symbol(name, None, name, "", one.dims, one.domain, "", place, result)  # type: ignore[arg-type]


def parameters(drawn: Iterable[tree.Chain]) -> Iterator[tree.Expr]:
    """Yield the parameters of distributions: nothing else need speak of them."""
    for chain in drawn:
        match chain.sides[-1]:
            case tree.Call(arguments=every) | tree.Product(factors=(tree.Name(), *every)):
                yield from every
