"""Definitions, and the values that a worked example gives: what stands on the left of ``:=``, and what may."""

from __future__ import annotations

from typing import Any

from nnmath.latex.claims import printed
from nnmath.latex.errors import DerivationError
from nnmath.latex.semantics.check import ShapeCheck
from nnmath.latex.symbols.scope import Definition, Ranges, Scope, Shape
from nnmath.latex.symbols.table import Symbol
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr, base_name, has_derivative


def definition_of(chain: tree.Chain, scope: Scope) -> tuple[Definition, Ranges]:
    """Check a chain that begins with ``:=``."""
    left, body = chain.sides[:2]
    name, letters, parameters = _left_side(left, scope)
    check = ShapeCheck(scope, parameters)
    uses = scope.uses(body, parameters)
    if name in uses:
        raise DerivationError(f"{name} is used in its own definition", body.at)
    shape = check.shape(body)
    if letters and shape.dims:
        raise DerivationError(f"{name} has indices on the left; the right side has shape {shape}", body.at)
    if shape.row:
        raise DerivationError(
            f"a vector is defined as a column; transpose the right side, or define {name}^\\top nowhere", body.at
        )
    if parameters and (shape.dims or has_derivative(body)):
        raise DerivationError("the value of a function is a number, without a derivative in it", body.at)
    ranges = _ranges_of_definition(check, name, letters, body, scope)
    dims = tuple(ranges.free[letter] for letter in letters) if letters else shape.dims
    _compare_with_table(scope, name, dims, left)
    definition = Definition(name, letters, parameters, body, dims, ranges, uses)
    if len(chain.sides) == 2:
        return definition, ranges
    if parameters:
        raise DerivationError(
            "a function is defined by one expression; claim the rest in an equation of its own", body.at
        )
    after = ShapeCheck(scope.defining(definition))
    check_links(after, chain, [after.shape(side) for side in chain.sides])
    return definition, after.ranges()


def _left_side(left: Expr, scope: Scope) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Return what is defined, its indices and its parameters."""
    if any(isinstance(node, tree.Partial) for node in tree.walk(left)) or (isinstance(left, tree.Call) and left.primes):
        raise DerivationError("a definition never has a derivative on its left; claim it with =", left.at)
    name = left.function if isinstance(left, tree.Call) else base_name(left)
    arguments = (
        left.arguments if isinstance(left, tree.Call) else left.indices if isinstance(left, tree.Element) else ()
    )
    plain = all(isinstance(argument, tree.Name) for argument in arguments)
    inner = [argument.name for argument in arguments if isinstance(argument, tree.Name)]
    if (
        not name
        or not plain
        or len(set(inner)) != len(inner)
        or (isinstance(left, tree.Element) and not isinstance(left.array, tree.Name))
    ):
        raise DerivationError(
            "the left side of := is a symbol, a symbol with indices, or a function of letters", left.at
        )
    if scope.shape_of(name) is not None or scope.function(name):
        what = "is an input; it cannot be defined" if name in scope.inputs else "is defined above already"
        raise DerivationError(f"{name} {what}", left.at)
    if name in scope.dimensions or name == r"\pi":
        raise DerivationError(f"{name} has a scope already", left.at)
    if isinstance(left, tree.Call):
        if any(letter in ("e", r"\pi") or letter in scope.dimensions for letter in inner):
            raise DerivationError("a parameter is a letter that means nothing else", left.at)
        return name, (), tuple(inner)
    return name, tuple(inner), ()


def _ranges_of_definition(check: ShapeCheck, name: str, letters: tuple[str, ...], body: Expr, scope: Scope) -> Ranges:
    declared = scope.declared.get(name)
    if declared and len(declared.shape) == len(letters):
        for letter, dim in zip(letters, declared.shape, strict=True):
            check.index(tree.Name(letter, at=body.at), dim)
    ranges = check.ranges()
    unexplained = [letter for letter in ranges.free if letter not in letters]
    if unexplained:
        problem = (
            f"{unexplained[0]} stands on the right of := and not on the left; it is neither a symbol that is declared "
            "or defined above nor a summed index"
        )
        raise DerivationError(problem, check.free[unexplained[0]].at)
    missing = [letter for letter in letters if letter not in ranges.free]
    if missing:
        raise DerivationError(f"nothing says how far {missing[0]} runs", body.at)
    return ranges


def _compare_with_table(scope: Scope, name: str, dims: tuple[Any, ...], left: Expr) -> None:
    declared = scope.declared.get(name)
    if declared and not (len(dims) == len(declared.shape) and all(map(scope.same, dims, declared.shape))):
        raise DerivationError(
            f"{name} has the shape {Shape(declared.shape)} in the table and {Shape(dims)} here", left.at
        )


def sizes_given(check: ShapeCheck, symbol: Symbol, given: Shape, right: Expr) -> dict[str, int]:
    """Return the dimensions that follow from the shape of a given value."""
    dims = given.dims
    if len(symbol.shape) == 2 and len(dims) == 1:
        dims = (1, *dims) if given.row else (*dims, 1)
    sizes: dict[str, int] = {}
    fits = len(dims) == len(symbol.shape) and not (given.row and len(symbol.shape) == 1)
    for dimension, dim in zip(symbol.shape, dims, strict=False):
        size = check.scope.sizes.get(str(dim), dim)
        known = check.scope.sizes.get(dimension, sizes.get(dimension, size))
        fits = fits and isinstance(size, int) and known == size
        sizes[dimension] = int(size) if isinstance(size, int) else 0
    if not fits:
        raise DerivationError(
            f"{symbol.latex} has the shape {Shape(symbol.shape)}; what it is given has {given}", right.at
        )
    return sizes


def check_links(check: ShapeCheck, chain: tree.Chain, shapes: list[Shape]) -> None:
    """Check that both sides of every link have the same shape."""
    for i, relation in enumerate(chain.relations):
        left, right = shapes[i], shapes[i + 1]
        if relation == "≈":
            printed.refuse_without_digits(chain.sides[i], chain.sides[i + 1])
        differ_allowed = relation == "≠" and len(left.dims) == len(right.dims)
        if not check.conform(left, right) and not differ_allowed:
            raise DerivationError(f"the sides of {relation} have the shapes {left} and {right}", chain.sides[i + 1].at)
