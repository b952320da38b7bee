"""Vectors beside matrices, entry by entry: one that stands for every row of the matrix, or for every column."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from nnmath.latex.symbols.dimensions import Dim
from nnmath.latex.symbols.scope import Shape
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr

#: What says the shape of an expression, if it fits; and whether two dimensions are known to be the same.
_Shapes = Callable[[Expr], Shape | None]
_Same = Callable[[Dim, Dim], bool]


def broadcast(parts: Sequence[Expr], shape: _Shapes, same: _Same) -> tuple[Expr, ...]:
    """Return what stands beside a matrix, with every vector as often as the matrix has rows, or columns.

    Parameters
    ----------
    parts : sequence of Expr
        What is added, multiplied or divided entry by entry.
    shape : callable
        Returns the shape of an expression; None where it does not fit.
    same : callable
        Whether two dimensions are the same by what is known so far.
    """
    shapes = [shape(part) for part in parts]
    matrix = next((i for i, one in enumerate(shapes) if one is not None and len(one.dims) == 2), None)
    done = list(parts)
    for i, one in enumerate(shapes) if matrix is not None else ():
        if matrix is not None and (beside := shapes[matrix]) is not None and one is not None and len(one.dims) == 1:
            for rows in _lies(parts[matrix], one, beside, same):
                new = _repeated(parts[i], one, beside.dims[0 if rows else 1], rows)
                if shape(tree.Hadamard((new, tree.Group(parts[matrix], at=new.at)), at=new.at)) is not None:
                    done[i] = new
                    break
    return tuple(done)


def _lies(matrix: Expr, vector: Shape, beside: Shape, same: _Same) -> Iterator[bool]:
    """Yield whether a vector stands for each row: as long as a row if one of both is known, else as products say.

    In W A + b it is added to the columns first, in A W + b to the rows.
    """
    row, column = (same(vector.dims[0], dim) for dim in beside.dims[::-1])
    first = tree.base_name(matrix.factors[0]) if isinstance(matrix, tree.Product) else ""
    columns = column if row != column else first.removeprefix("\\")[:1] in ("W", "T", "t", "w")
    yield not columns
    yield columns


def _repeated(vector: Expr, shape: Shape, times: Dim, rows: bool) -> Expr:
    """Return the matrix whose rows, or columns, are a vector."""
    if not isinstance(times, str):
        return vector
    at = vector.at
    ones: Expr = tree.Call(tree.ONES, (tree.Name(times, at=at),), at=at)
    if rows:
        factors = ones, vector if shape.row else tree.Call(tree.TRANSPOSE, (vector,), at=at)
    else:
        factors = vector, tree.Call(tree.TRANSPOSE, (ones,), at=at)
    return tree.Group(tree.Product(factors, at=at), at=at)


def as_diagonal(side: Expr, rank: int | None) -> Expr:
    """Return the diagonal matrix of a vector, or of a number; anything else as it is."""
    if rank == 1:
        return tree.Call("diag", (side,), at=side.at)
    if rank == 0:
        return tree.Product((tree.Group(side, at=side.at), tree.Name("I", at=side.at)), at=side.at)
    return side
