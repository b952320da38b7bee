"""Matrices and vectors that are written out, of numbers or of blocks."""

from __future__ import annotations

from nnmath.latex.errors import DerivationError
from nnmath.latex.numbers import blocks, jets
from nnmath.latex.numbers.jets import Array
from nnmath.latex.semantics.check import ShapeCheck
from nnmath.latex.semantics.evaluation import Evaluator
from nnmath.latex.semantics.rules import RULES, Rule
from nnmath.latex.symbols.dimensions import Dim, total
from nnmath.latex.symbols.scope import Shape
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr


def _matrix_shape(check: ShapeCheck, node: tree.Matrix) -> Shape:
    blocks = [[_block(check, entry, node.listed) for entry in row] for row in node.rows]
    for row, entries in zip(blocks, node.rows, strict=True):
        for (height, _), entry in zip(row[1:], entries[1:], strict=True):
            if not check.same(row[0][0], height):
                raise DerivationError(f"blocks of {row[0][0]} and of {height} rows stand side by side", entry.at)
    widths = [total(*(check.resolved(width) for _, width in row)) for row in blocks]
    for width, entries in zip(widths[1:], node.rows[1:], strict=True):
        if not check.same(widths[0], width):
            raise DerivationError(f"rows of {widths[0]} and of {width} columns stand above each other", entries[0].at)
    height = total(*(check.resolved(row[0][0]) for row in blocks))
    if widths[0] == 1:
        return Shape((height,))
    return Shape((widths[0],), row=True) if height == 1 else Shape((height, widths[0]))


def _block(check: ShapeCheck, entry: Expr, listed: bool) -> tuple[Dim, Dim]:
    """Return how many rows and columns an entry has."""
    shape = check.shape(entry)
    if len(shape.dims) > 2 or (listed and (len(shape.dims) > 1 or shape.row)):
        raise DerivationError("the entries of a vector are numbers or columns, those of a pmatrix blocks", entry.at)
    if len(shape.dims) == 2:
        return shape.dims[0], shape.dims[1]
    length = shape.dims[0] if shape.dims else 1
    return (1, length) if shape.row else (length, 1)


def _matrix(at: Evaluator, node: tree.Matrix) -> Array:
    entries = [at.value(entry) for row in node.rows for entry in row]
    return jets.linear(lambda *parts: blocks.of_blocks(parts, len(node.rows[0])), *entries)


RULES[tree.Matrix] = Rule(_matrix_shape, _matrix)
