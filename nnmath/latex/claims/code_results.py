"""The results of the code: which equation computes each of them, and which side of it."""

from __future__ import annotations

from nnmath.latex.claims.derivation import Derivation, Equation
from nnmath.latex.errors import DerivationError
from nnmath.latex.symbols.scope import Shape
from nnmath.latex.symbols.table import Symbol
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr, base_name


def side_that_computes(derivation: Derivation, symbol: Symbol) -> tuple[Equation, Expr, Expr]:
    """Return the equation that computes a result, the side that names it and the side that computes it."""
    assert symbol.result is not None
    tag = symbol.result.tag
    equation = next((one for one in derivation.equations if one.block.tag == tag), None)
    if equation is None:
        raise DerivationError(f"there is no equation ({tag}), or it is not run", symbol.place)
    named = [side for side in equation.sides if _names(side, symbol)]
    others = [side for side in equation.sides if not _names(side, symbol)]
    exact = all(relation in (":=", "=") for relation in equation.relations)
    if not named or not others or not exact or equation.stage.worked:
        raise DerivationError(
            f"equation ({tag}) neither defines {symbol.latex} nor says what it is equal to", symbol.place
        )
    scope = equation.stage.scope
    shape = scope.shape_of(symbol.name or base_name(symbol.derivative.bottom if symbol.derivative else named[0]))
    if shape != symbol.shape:
        shapes = f"{Shape(symbol.shape)} in the table and {Shape(shape or ())} in the equations"
        raise DerivationError(f"{symbol.latex} has the shape {shapes}", symbol.place)
    return equation, named[0], others[-1]


def _names(side: Expr, symbol: Symbol) -> bool:
    """Whether a side is a symbol itself, or an element of it with free indices."""
    if symbol.derivative is None:
        return base_name(side) == symbol.name and (isinstance(side, tree.Name) or _letters(side) is not None)
    return (
        isinstance(side, tree.Partial)
        and side.top == symbol.derivative.top
        and base_name(side.bottom) == base_name(symbol.derivative.bottom)
        and _letters(side.bottom) is not None
    )


def _letters(side: Expr) -> list[str] | None:
    """Return the indices of an element if they are different letters."""
    if not isinstance(side, tree.Element):
        return []
    letters = [index.name for index in side.indices if isinstance(index, tree.Name)]
    return letters if len(set(letters)) == len(side.indices) else None


def letters_of(side: Expr) -> list[str]:
    """Return the indices that name the entries of a result, in order."""
    return _letters(side.bottom if isinstance(side, tree.Partial) else side) or []
