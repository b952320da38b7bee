"""The quantities of a derivation that are compared with numbers, each with its own thresholds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from nnmath.latex.claims.crossings import Line, Threshold, bends, crossings, line_of, thresholds_of
from nnmath.latex.claims.derivation import Derivation, Equation
from nnmath.latex.symbols.dimensions import Dim
from nnmath.latex.symbols.scope import Ranges, Scope
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr

#: More quantities than this are not taken: each adds to the examples.
MOST_QUANTITIES = 8


@dataclass(frozen=True)
class Quantity:
    """A quantity that is compared with numbers.

    Attributes
    ----------
    node : Expr
        A name that is defined, or an expression.
    ranges : Ranges
        How far the indices of its equation run.
    indices : dict
        For each index that may stand in it its dimension, those of sums among them.
    thresholds : tuple of Fraction
        The numbers that it is compared with, in order.
    """

    node: Expr
    ranges: Ranges
    indices: dict[str, Dim]
    thresholds: tuple[Fraction, ...]


def quantities_of(derivation: Derivation, lines: Mapping[str, Line]) -> tuple[Quantity, ...]:
    """Return the quantities that are compared with numbers, those first that others depend on; no inputs among them.

    What is compared with 0 alone, a slope of ReLU, is on either side of it in any examples.
    """
    found: dict[Expr, tuple[Equation, set[Fraction]]] = {}
    inside: dict[str, list[tuple[int, Fraction]]] = {}
    for equation in derivation.equations:
        if equation.stage.worked:
            continue
        compared = [one for side in equation.sides for one in _thresholds(side, inside, lines)]
        definition = equation.definition
        if definition and definition.parameters:
            places = {name: place for place, name in enumerate(definition.parameters)}
            named = [(one.quantity.name, one.number) for one in compared if isinstance(one.quantity, tree.Name)]
            inside[definition.name] = [(places[name], number) for name, number in named if name in places]
            continue
        for one in compared:
            found.setdefault(one.quantity, (equation, set()))[1].add(one.number)
    quantities = [
        Quantity(node, equation.ranges, indices_in(equation.ranges), tuple(sorted(numbers)))
        for node, (equation, numbers) in found.items()
        if numbers != {0} and _is_computed(node, equation.stage.scope)
    ]
    scope = derivation.equations[0].stage.scope
    return tuple(sorted(quantities[:MOST_QUANTITIES], key=lambda one: len(scope.uses(one.node))))


def _thresholds(
    side: Expr, inside: Mapping[str, list[tuple[int, Fraction]]], lines: Mapping[str, Line]
) -> Iterator[Threshold]:
    """Yield what is compared in an expression, and in the functions that are called in it."""
    for node in tree.walk(side):
        if bends(node):
            yield from crossings(node, lines)
        elif isinstance(node, tree.Call):
            for place, number in inside.get(node.function, ()):
                yield from thresholds_of(line_of(node.arguments[place], lines), number, lines)


def indices_in(ranges: Ranges) -> dict[str, Dim]:
    """Return for each index of an equation its dimension, those of sums among them."""
    bound: Iterable[dict[str, Dim]] = ranges.bound.values()
    return {letter: dim for dims in (*bound, ranges.free) for letter, dim in dims.items()}


def _is_computed(node: Expr, scope: Scope) -> bool:
    """Whether a quantity follows from inputs; a letter that a function is defined with does not."""
    uses = scope.uses(node)
    if isinstance(node, tree.Name):
        return scope.shape_of(node.name) is not None and node.name not in scope.inputs and bool(uses - {node.name})
    return bool(uses & scope.inputs.keys()) and not uses & scope.parameters
