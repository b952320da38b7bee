"""Claims that hold wherever they have a value, and say nothing because they have one in few places, or none."""

from __future__ import annotations

from collections.abc import Mapping

from nnmath.latex.claims.derivation import Equation
from nnmath.latex.claims.derivation_report import EquationResult
from nnmath.latex.syntax import tree
from nnmath.notes.shapes.windows import runs_out
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.statements.roles import Role

#: Why nothing is known of what a definition with a logarithm of negative numbers alone gives.
NOT_TRIED = "which has no value at the inputs that were tried"


def without_value(i: int, roles: Mapping[int, Role], results: Mapping[int, EquationResult]) -> str:
    """Return what stands in an equation and has a definition, but no value; empty where there is nothing."""
    failed = {roles[j].name for j, one in results.items() if not one.ok and roles[j].name}
    return min(failed & trees.names(roles[i].chain), default="")


def missing_value(
    i: int, roles: Mapping[int, Role], results: Mapping[int, EquationResult], result: EquationResult | None
) -> str:
    """Return why nothing is known of an equation that holds; empty where it has values."""
    if not roles[i].name and (unknown := without_value(i, roles, results)):
        return f"it uses {unknown}, {NOT_TRIED}"
    if result is not None and result.not_judged and runs_out(roles[i].chain):
        return "indices in it are less than 1, and entries have no value there"
    return ""


def is_conditional(equation: Equation | None) -> bool:
    """Whether a condition is a factor of both sides of an equation that does not say that something is 0."""
    first = equation.sides[0] if equation is not None else None
    return (
        equation is not None
        and isinstance(first, tree.Product)
        and isinstance(first.factors[0], tree.Compare)
        and not any(map(trees.is_zero, equation.sides))
    )
