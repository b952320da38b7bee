"""Definitions, and the values that a worked example gives: what stands on the left of ``:=``, and what may."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

from nnmath.latex.claims import printed
from nnmath.latex.errors import DerivationError, ShapeError
from nnmath.latex.numbers.known_functions import KNOWN
from nnmath.latex.semantics.check import ShapeCheck
from nnmath.latex.symbols.dimensions import ANY, OPEN, Dim
from nnmath.latex.symbols.scope import SCALAR, Definition, Ranges, Scope, Shape
from nnmath.latex.symbols.table import Symbol
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr, base_name, has_derivative


class DefinesRow(DerivationError):
    """The right side of a definition is a row."""


def definition_of(chain: tree.Chain, scope: Scope, found: dict[Dim, Dim] | None = None) -> tuple[Definition, Ranges]:
    """Check a chain that begins with ``:=``; what follows for dimensions that may be any is added to `found`."""
    found = {} if found is None else found
    left, body = chain.sides[:2]
    name, letters, parameters = _left_side(left, scope)
    definition = _defined(name, letters, parameters, body, scope, found)
    if is_zero(body) and not letters and name in scope.declared:
        definition = replace(definition, shape=scope.declared[name].shape)
    _compare_with_table(ShapeCheck(scope, found=found), name, definition.shape, left)
    if len(chain.sides) == 2:
        return definition, definition.ranges
    if parameters:
        raise DerivationError(
            "a function is defined by one expression; claim the rest in an equation of its own", body.at
        )
    after = ShapeCheck(scope.defining(definition), found=found)
    check_links(after, chain, [after.shape(side) for side in chain.sides])
    return definition, after.ranges()


def length_of(chain: tree.Chain, check: ShapeCheck) -> tuple[str, Expr]:
    """Check ``P := T - U + 1``, which says how large a dimension is."""
    dimension, length = chain.sides[0], chain.sides[1]
    assert isinstance(dimension, tree.Name)
    if len(chain.sides) > 2 or dimension.name in check.scope.lengths:
        raise DerivationError(f"the dimension {dimension.name} is defined once, by one expression", dimension.at)
    names = _names(length)
    known = check.scope.dimensions | check.scope.inputs.keys() | {one.name for one in KNOWN.values() if one.is_whole}
    before = {used for name in names for used in _length_uses(name, check.scope)}
    if not names <= known or dimension.name in before or check.shape(length) != SCALAR:
        problem = (
            f"{dimension.name} is a dimension in the table; its size is calculated from other dimensions and inputs"
        )
        raise DerivationError(f"{problem}, and another quantity has another letter", length.at)
    return dimension.name, length


def _length_uses(name: str, scope: Scope) -> set[str]:
    """Return the names that the size of a dimension depends on, itself included."""
    length = scope.lengths.get(name)
    return {name} | {used for other in (_names(length) if length else ()) for used in _length_uses(other, scope)}


def _defined(
    name: str,
    letters: tuple[str, ...],
    parameters: tuple[str, ...],
    body: Expr,
    scope: Scope,
    found: dict[Dim, Dim],
) -> Definition:
    """Check the right side of a definition, of a function with parameters of the fewest dimensions that fit.

    What takes arrays may take others as well: the ranks of the arguments of a call choose among them.
    """
    if parameters and has_derivative(body):
        raise DerivationError("the value of a function is without a derivative in it", body.at)
    first: DerivationError | None = None
    fitting: list[tuple[Definition, dict[Dim, Dim]]] = []
    declared = [len(scope.declared[one].shape) if one in scope.declared else 0 for one in parameters]

    def unusual(one: tuple[Definition, dict[Dim, Dim]]) -> tuple[bool, bool, bool]:
        """Return whether open dimensions or entries are numbers for it, and whether it is no number for the table's."""
        shapes = one[0].parameter_shapes
        ranks = [len(shape.dims) for shape in shapes]
        forced = any(isinstance(other, int) and dim not in found for dim, other in one[1].items())
        check = ShapeCheck(scope, dict(zip(parameters, shapes, strict=True)), found=dict(found))
        return forced, not (any(declared) and ranks == declared and not one[0].shape), _is_for_arrays(body, check)

    for shapes in _parameter_shapes(parameters, body, scope):
        check = ShapeCheck(scope, dict(zip(parameters, shapes, strict=True)), found=dict(found))
        try:
            definition = _with_shapes(name, letters, body, check, shapes)
        except DerivationError as error:
            first = first or error
            continue
        own = {dim for one in shapes for dim in one.dims}
        fitting.append((definition, {dim: other for dim, other in check.found.items() if dim not in own}))
        of_numbers = not any(declared) and not any(one.dims for one in shapes)
        if of_numbers and unusual(fitting[0]) == (False, True, False):
            break
    if not fitting:
        assert first is not None
        raise first
    fitting.sort(key=unusual)
    found.update(fitting[0][1])
    takes_arrays = any(one.dims for one in fitting[0][0].parameter_shapes)
    return replace(fitting[0][0], others=tuple(one for one, _ in fitting[1:]) if takes_arrays else ())


def _is_for_arrays(body: Expr, check: ShapeCheck) -> bool:
    r"""Whether a parameter that is a number stands where an array is usual.

    That is for each entry of an array, as x in (x - m)^T (x - m), or within ``\operatorname{sum}``.
    """
    numbers = {name for name, shape in check.parameters.items() if not shape.dims}
    for node in tree.walk(body):
        if isinstance(node, (tree.Sum, tree.Hadamard)):
            parts = node.terms if isinstance(node, tree.Sum) else node.factors
            with suppress(DerivationError):
                if any(base_name(part) in numbers for part in parts) and check.shape(node).dims:
                    return True
        if isinstance(node, tree.Call) and node.function == "sum":
            with suppress(DerivationError):
                if check.shape(node.arguments[0]) == SCALAR:
                    return True
    return False


def _with_shapes(
    name: str, letters: tuple[str, ...], body: Expr, check: ShapeCheck, shapes: tuple[Shape, ...]
) -> Definition:
    """Check the right side of a definition for parameters of some shapes."""
    scope, parameters = check.scope, tuple(check.parameters)
    shape = check.shape(body)
    _refuse_own_name(name, body, check)
    if shape.row:
        problem = f"a vector is defined as a column; transpose the right side, or define {name}^\\top nowhere"
        raise DefinesRow(problem, body.at)
    written_out = isinstance(body, tree.Matrix) and not body.listed
    if (letters or shape.dims) and parameters and not any(one.dims for one in shapes) and not written_out:
        raise DerivationError("the value of a function of a number is a number", body.at)
    ranges = _ranges_of_definition(check, name, letters, body, scope)
    dims = (*(ranges.free[letter] for letter in letters), *map(check.resolved, shape.dims))
    shapes = tuple(Shape(tuple(map(check.resolved, one.dims))) for one in shapes)
    expected = [node for node in tree.walk(body) if isinstance(node, tree.Expected)]
    uses = frozenset(_names(body)).union(*map(scope.uses_of_distributions, expected))
    uses = uses - set(parameters) | {f"{earlier}_{{0}}" for earlier in check.delayed}
    return Definition(name, letters, parameters, body, dims, ranges, uses, shapes, check.delayed)


def _parameter_shapes(parameters: tuple[str, ...], body: Expr, scope: Scope) -> Iterator[tuple[Shape, ...]]:
    """Yield the shapes that parameters may have: as many dimensions as indices; without indices none, one or two.

    One that the body does not hold, but perhaps what stands in it, has as many as the quantity of its name.
    """
    ranks: list[tuple[int, ...]] = []
    for parameter in parameters:
        indexed = [node for node in tree.walk(body) if isinstance(node, tree.Element) and base_name(node) == parameter]
        free = (0, 1, 2) if parameter in _names(body) else (len(scope.shape_of(parameter) or ()),)
        ranks.append((max(len(node.indices) for node in indexed),) if indexed else free)
    for chosen in sorted(product(*ranks), key=sum):
        yield tuple(
            Shape(tuple(f"{ANY}{parameter}{i}" for i in range(rank)))
            for parameter, rank in zip(parameters, chosen, strict=True)
        )


def _names(body: Expr) -> set[str]:
    nodes = list(tree.walk(body))
    return {node.name for node in nodes if isinstance(node, tree.Name)} | {
        node.function for node in nodes if isinstance(node, tree.Call)
    }


def _refuse_own_name(name: str, body: Expr, check: ShapeCheck) -> None:
    if name in _names(body) and name not in check.delayed:
        raise DerivationError(f"{name} is used in its own definition", body.at)


def _left_side(left: Expr, scope: Scope) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Return what is defined, its indices and its parameters."""
    if any(isinstance(node, tree.Partial) for node in tree.walk(left)) or (isinstance(left, tree.Call) and left.primes):
        raise DerivationError("a definition never has a derivative on its left; claim it with =", left.at)
    array = left.array if isinstance(left, tree.Element) else left
    name = array.function if isinstance(array, tree.Call) else array.name if isinstance(array, tree.Name) else ""
    arguments = array.arguments if isinstance(array, tree.Call) else ()
    indices = left.indices if isinstance(left, tree.Element) else ()
    plain = all(isinstance(argument, tree.Name) for argument in (*arguments, *indices))
    parameters = tuple(argument.name for argument in arguments if isinstance(argument, tree.Name))
    letters = tuple(index.name for index in indices if isinstance(index, tree.Name))
    if isinstance(array, tree.Power):
        raise DerivationError("a number above that belongs to a name stands in brackets: z^{(2)}, z^{[2]}", left.at)
    if not name or not plain or len({*parameters, *letters}) != len(parameters) + len(letters):
        raise DerivationError(
            "the left side of := is a symbol, a symbol with indices, or a function of letters", left.at
        )
    if scope.shape_of(name) is not None or scope.function(name):
        what = (
            "is an input; it cannot be defined" if name in scope.inputs else "is defined above already; claim it with ="
        )
        raise DerivationError(f"{name} {what}", left.at)
    numbered = [other for other in scope.definitions if re.match(re.escape(name) + r"[_^]\{[1-9]", other)]
    if numbered:
        problem = (
            f"{numbered[0]} is a name, defined above, which {name} would give a second meaning; use another letter"
        )
        raise DerivationError(problem, left.at)
    if name in scope.dimensions:
        raise DerivationError(f"{name} is a dimension already; take another letter", left.at)
    if any(letter in ("e", r"\pi") or letter in scope.dimensions for letter in parameters):
        raise DerivationError("a parameter is a letter that means nothing else", left.at)
    return name, letters, parameters


def _ranges_of_definition(check: ShapeCheck, name: str, letters: tuple[str, ...], body: Expr, scope: Scope) -> Ranges:
    declared = scope.declared.get(name)
    if declared and len(declared.shape) >= len(letters):
        for letter, dim in zip(letters, declared.shape, strict=False):
            check.index(tree.Name(letter, at=body.at), dim)
    if scope.later is not None and not check.parameters:
        opened = {letter: f"{OPEN}{name}.{i}" for i, letter in enumerate(letters)}
        check.later = {letter: scope.later.get(dim, dim) for letter, dim in opened.items()}
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
        problem = f"nothing says how far {missing[0]} runs; a row for {name} in the table does"
        within = f"; a name has it in \\text: {name}_{{\\text{{{''.join(letters)}}}}}"
        raise DerivationError(problem + within, body.at)
    return ranges


def _compare_with_table(check: ShapeCheck, name: str, dims: tuple[Any, ...], left: Expr) -> None:
    declared = check.scope.declared.get(name)
    if declared and not (len(dims) == len(declared.shape) and all(map(check.same, dims, declared.shape))):
        raise DerivationError(
            f"{name} has the shape {Shape(declared.shape)} in the table and {Shape(dims)} here", left.at
        )


def _beside_zero(sides: Sequence[Expr]) -> bool:
    """Whether one of two sides is the number 0, which stands for an array of zeros as well."""
    return any(map(is_zero, sides))


def is_zero(node: Expr) -> bool:
    """Whether an expression is the number 0."""
    return isinstance(node, tree.Number) and not Fraction(node.text)


def sizes_given(check: ShapeCheck, symbol: Symbol, given: Shape, right: Expr) -> dict[str, int]:
    """Return the dimensions that follow from the shape of a given value."""
    dims = given.dims
    if len(symbol.shape) == 2 and len(dims) == 1:
        dims = (1, *dims) if given.row else (*dims, 1)
    sizes: dict[str, int] = {}
    fits = len(dims) == len(symbol.shape) and not (given.row and len(symbol.shape) == 1)
    for dimension, dim in zip(symbol.shape, dims, strict=False):
        size = check.scope.sizes.get(str(dim), dim)
        written = check.scope.written_out(dimension)  # a number, or a dimension that is defined as one, has its size
        known = written if isinstance(written, int) else sizes.get(dimension, size)
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
        if not check.conform(left, right) and not differ_allowed and not _beside_zero(chain.sides[i : i + 2]):
            raise ShapeError(f"the sides of {relation} have the shapes {left} and {right}", chain.sides[i + 1].at)
