r"""Derivatives that are declared, ``\operatorname{relu}'(u) := [u > 0]``: claims that decide at kinks as well.

Where the derivative exists, what is declared has to be it. At a kink it has to lie within the one-sided derivatives,
and every later derivative is taken with it.
"""

from __future__ import annotations

from nnmath.latex.claims.definitions import check_links
from nnmath.latex.errors import DerivationError
from nnmath.latex.semantics.check import ShapeCheck
from nnmath.latex.symbols.scope import SCALAR, Convention, Ranges, Scope, Shape
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr, base_name


def declares_derivative(left: Expr) -> bool:
    """Whether the left side of ``:=`` is a derivative."""
    return isinstance(left, tree.Partial) or (isinstance(left, tree.Call) and left.primes > 0)


def convention_of(chain: tree.Chain, scope: Scope) -> tuple[str, Convention, Ranges]:
    """Check a chain that begins with a derivative and ``:=``; return what is differentiated, and what is declared."""
    left, body = chain.sides[:2]
    if len(chain.sides) > 2:
        raise DerivationError(
            "a derivative is declared by one expression; claim the rest in an equation of its own", body.at
        )
    name, by, above, below = _of_function(left, scope) if isinstance(left, tree.Call) else _of_quantity(left, scope)
    if name in scope.conventions:
        raise DerivationError(f"a derivative of {name} is declared above already", left.at)
    check = ShapeCheck(scope)
    check_links(check, chain, [check.shape(side) for side in chain.sides])
    ranges = check.ranges()
    inside = ShapeCheck(scope, {by: SCALAR} if isinstance(left, tree.Call) else {})
    if inside.shape(body) != SCALAR or (ranges.free.keys() - {*above, *below}):
        raise DerivationError("give what is differentiated and what it is differentiated by indices", left.at)
    return name, Convention(by, above, below, body, ranges), ranges


def _of_function(left: tree.Call, scope: Scope) -> tuple[str, str, tuple[str, ...], tuple[str, ...]]:
    function = scope.function(left.function)
    if function is None or left.primes > 1 or function.parameter_shapes != (Shape(),):
        raise DerivationError(
            "the first derivative of a function of a number is declared, one that is defined above", left.at
        )
    (argument,) = left.arguments
    if argument != tree.Name(function.parameters[0], at=left.at):
        raise DerivationError(
            f"the derivative is declared with the letter of the function, {function.parameters[0]}", left.at
        )
    return function.name, function.parameters[0], (), ()


def _of_quantity(left: Expr, scope: Scope) -> tuple[str, str, tuple[str, ...], tuple[str, ...]]:
    assert isinstance(left, tree.Partial)
    name, by = base_name(left.top), base_name(left.bottom)
    definition = scope.definitions.get(name)
    if definition is None or definition.parameters or scope.shape_of(by) is None:
        raise DerivationError("a derivative is declared of a quantity that is defined above, by another one", left.at)
    above, below = (_letters(side, len(scope.shape_of(base_name(side)) or ())) for side in (left.top, left.bottom))
    return name, by, above, below


def _letters(side: Expr, rank: int) -> tuple[str, ...]:
    indices = side.indices if isinstance(side, tree.Element) else ()
    letters = tuple(index.name for index in indices if isinstance(index, tree.Name))
    if len(set(letters)) != rank or len(indices) != rank:
        raise DerivationError(
            "a derivative is declared for every entry: give it as many indices as there are dimensions", side.at
        )
    return letters
