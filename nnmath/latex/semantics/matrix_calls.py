"""Functions of matrices that everybody knows, and arrays that everybody knows; see `calls`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nnmath.latex.errors import DerivationError
from nnmath.latex.numbers import balls, functions, jets, matrices, tensor
from nnmath.latex.numbers.jets import Array
from nnmath.latex.numbers.tensor import Tensor
from nnmath.latex.semantics.check import MAX_INDICES, ShapeCheck, refuse_unless_square, transposed_shape
from nnmath.latex.semantics.evaluation import Evaluator
from nnmath.latex.semantics.rules import Rule
from nnmath.latex.symbols.dimensions import times
from nnmath.latex.symbols.scope import SCALAR, Shape
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import NORM, ONES, PSEUDOINVERSE, SINGLE, TRANSPOSE


def expect(count: int, node: tree.Call) -> None:
    """Refuse another number of arguments, and primes."""
    if len(node.arguments) != count:
        raise DerivationError(f"{node.function} takes {arguments(count)}", node.at)
    if node.primes:
        raise DerivationError(
            f"{node.function} takes {arguments(count)}; a prime stands after a function of one that is defined above",
            node.at,
        )


def arguments(count: int) -> str:
    """Say how many arguments there are."""
    return "one argument" if count == 1 else f"{count} arguments"


def _of_square(function: Callable[[Array], Array]) -> Rule:
    """Return the rule of a function of a square matrix whose value is a number."""

    def shape(check: ShapeCheck, node: tree.Call) -> Shape:
        expect(1, node)
        refuse_unless_square(check, check.shape(node.arguments[0]), node)
        return SCALAR

    return Rule(shape, lambda at, node: function(at.value(node.arguments[0])))


def _diag_shape(check: ShapeCheck, node: tree.Call) -> Shape:
    expect(1, node)
    shape = check.shape(node.arguments[0])
    if len(shape.dims) == 2:
        refuse_unless_square(check, shape, node)
        return Shape(shape.dims[:1])
    if len(shape.dims) != 1:
        raise DerivationError("diag takes a vector, or a square matrix, whose diagonal it is", node.at)
    return Shape(shape.dims * 2)


def _diag(at: Evaluator, node: tree.Call) -> Array:
    """Return the matrix with a vector on its diagonal; of a matrix the diagonal."""

    def diagonal(part: Tensor) -> Tensor:
        if part.rank == 2:
            return Tensor(part.axes, np.diagonal(part.data, axis1=-2, axis2=-1))
        one = matrices.identity(part.shape[0]).data
        return Tensor(part.axes, part.data[..., None] * one)

    return jets.linear(diagonal, at.value(node.arguments[0]))


def _transpose_shape(check: ShapeCheck, node: tree.Call) -> Shape:
    return transposed_shape(check.shape(node.arguments[0]), node.at)


def _transpose(at: Evaluator, node: tree.Call) -> Array:
    return jets.linear(tensor.transposed, at.value(node.arguments[0]))


def _ones_shape(check: ShapeCheck, node: tree.Call) -> Shape:
    if not node.arguments:
        return Shape(check.constant(node.at, 1))
    (dimension,) = node.arguments
    if not isinstance(dimension, tree.Name) or dimension.name not in check.scope.dimensions:
        raise DerivationError(f"{getattr(dimension, 'name', 'this')} is no dimension of any symbol", node.at)
    return Shape((dimension.name,))


def _ones(at: Evaluator, node: tree.Call) -> Array:
    (dimension,) = node.arguments or (None,)
    size = at.size(at.ranges.constants[node.at][0] if dimension is None else tree.base_name(dimension))
    return Tensor((), np.full(size, balls.ONE, dtype=object))


def _single_shape(check: ShapeCheck, node: tree.Call) -> Shape:
    dims = check.constant(node.at, len(node.arguments))
    for index, dim in zip(node.arguments, dims, strict=True):
        check.index(index, dim)
    return Shape(dims)


def _single(at: Evaluator, node: tree.Call) -> Array:
    """Return a matrix or a vector that is 1 at its indices and 0 elsewhere."""
    units = []
    for index, dim in zip(node.arguments, at.ranges.constants[node.at], strict=True):
        rows = matrices.identity(at.size(dim))
        units.append(tensor.gathered(rows, [jets.primal(at.value(index))]))
    return units[0] if len(units) == 1 else tensor.product(units[0], tensor.transposed(units[1]))


def _pseudoinverse_shape(check: ShapeCheck, node: tree.Call) -> Shape:
    shape = check.shape(node.arguments[0])
    if len(shape.dims) != 2:
        raise DerivationError("X^+ is the pseudoinverse of a matrix", node.at)
    return transposed_shape(shape, node.at)


def _vec_shape(check: ShapeCheck, node: tree.Call) -> Shape:
    expect(1, node)
    shape = check.shape(node.arguments[0])
    if len(shape.dims) != 2:
        raise DerivationError("vec takes a matrix", node.at)
    return Shape((times(*map(check.resolved, shape.dims)),))


def _vec(at: Evaluator, node: tree.Call) -> Array:
    return jets.linear(tensor.by_columns, at.value(node.arguments[0]))


#: Of how many dimensions something is that has a norm.
_NORMED = {"1": (1,), "2": (0, 1), "F": (2,), r"\infty": (1,)}


def squares(array: Array) -> Array:
    """Return the sum of the squares of all entries."""
    return jets.linear(tensor.total, jets.multiply(array, array))


def _norm(order: str) -> Rule:
    def shape(check: ShapeCheck, node: tree.Call) -> Shape:
        if len(check.shape(node.arguments[0]).dims) not in _NORMED.get(order, range(1, MAX_INDICES)):
            raise DerivationError(
                "a norm is that of a vector; _F that of a matrix; a number has \\lvert \\rvert", node.at
            )
        return SCALAR

    def value(at: Evaluator, node: tree.Call) -> Array:
        array = at.value(node.arguments[0])
        if order == "1":
            return jets.linear(tensor.total, functions.absolute(array))
        return functions.largest(functions.absolute(array)) if order == r"\infty" else functions.sqrt(squares(array))

    return Rule(shape, value)


MATRIX_FUNCTIONS: dict[str, Rule] = {
    "diag": Rule(_diag_shape, _diag),
    "vec": Rule(_vec_shape, _vec),
    SINGLE: Rule(_single_shape, _single),
    TRANSPOSE: Rule(_transpose_shape, _transpose),
    ONES: Rule(_ones_shape, _ones),
    PSEUDOINVERSE: Rule(_pseudoinverse_shape, lambda at, node: matrices.pseudoinverse(at.value(node.arguments[0]))),
    **{name: _of_square(matrices.trace) for name in ("tr", "Tr", "trace")},
    "det": _of_square(matrices.determinant),
    **{NORM + order: _norm(order) for order in ("", *_NORMED)},
}
