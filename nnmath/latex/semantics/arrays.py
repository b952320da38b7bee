"""Matrices and vectors that are written out."""

from __future__ import annotations

from nnmath.latex.errors import DerivationError
from nnmath.latex.numbers import jets, tensor
from nnmath.latex.numbers.jets import Array
from nnmath.latex.numbers.tensor import Tensor
from nnmath.latex.semantics.check import ShapeCheck
from nnmath.latex.semantics.evaluation import Evaluator
from nnmath.latex.semantics.rules import RULES, Rule
from nnmath.latex.symbols.scope import SCALAR, Shape
from nnmath.latex.syntax import tree


def _matrix_shape(check: ShapeCheck, node: tree.Matrix) -> Shape:
    for entry in (entry for row in node.rows for entry in row):
        if check.shape(entry) != SCALAR:
            raise DerivationError("the entries of a matrix or a vector are numbers", entry.at)
    rows, columns = len(node.rows), len(node.rows[0])
    if columns == 1:
        return Shape((rows,))
    return Shape((columns,), row=True) if rows == 1 else Shape((rows, columns))


def _matrix(at: Evaluator, node: tree.Matrix) -> Array:
    rows, columns = len(node.rows), len(node.rows[0])
    shape = (rows, columns) if rows > 1 and columns > 1 else (rows * columns,)
    is_row = columns > 1 and rows == 1

    def stacked(*entries: Tensor) -> Tensor:
        whole = tensor.stacked(entries, shape)
        return Tensor(whole.axes, whole.data, row=is_row)

    return jets.linear(stacked, *(at.value(entry) for row in node.rows for entry in row))


RULES[tree.Matrix] = Rule(_matrix_shape, _matrix)
