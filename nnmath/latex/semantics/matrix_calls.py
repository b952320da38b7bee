"""Transposes, norms, and arrays that everybody knows: what is written with a sign, and is more than a signature."""

from __future__ import annotations

import numpy as np

from nnmath.latex.errors import DerivationError
from nnmath.latex.numbers import balls, functions, jets, matrices, tensor
from nnmath.latex.numbers.jets import Array
from nnmath.latex.numbers.tensor import Tensor
from nnmath.latex.semantics.check import MAX_INDICES, ShapeCheck, transposed_shape
from nnmath.latex.semantics.evaluation import Evaluator
from nnmath.latex.semantics.rules import Rule
from nnmath.latex.symbols.scope import SCALAR, Shape
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import NORM, ONES, SINGLE, TRANSPOSE


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


MATRIX_SIGNS: dict[str, Rule] = {
    SINGLE: Rule(_single_shape, _single),
    TRANSPOSE: Rule(_transpose_shape, _transpose),
    ONES: Rule(_ones_shape, _ones),
    **{NORM + order: _norm(order) for order in ("", *_NORMED)},
}
