"""Determinants, inverses and powers of square matrices, by sums and products alone, so that they have derivatives."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, reduce

import numpy as np

from nnmath.latex.numbers import balls, blocks, functions, jets, tensor
from nnmath.latex.numbers.jets import Array
from nnmath.latex.numbers.tensor import Tensor


def entry(matrix: Array, i: int, j: int) -> Array:
    """Return one entry, counted from 0."""
    return jets.linear(lambda part: Tensor(part.axes, tensor.boxed(part.data[..., i, j])), matrix)


def size(matrix: Array) -> int:
    """Return the number of rows."""
    return jets.primal(matrix).shape[0]


def trace(matrix: Array) -> Array:
    """Return the sum of the diagonal."""
    return jets.add(*(entry(matrix, i, i) for i in range(size(matrix))))


def determinant(matrix: Array) -> Array:
    """Return the determinant, expanded by rows."""
    everything = tuple(range(size(matrix)))
    return _minor(matrix)(everything, everything)


def _minor(matrix: Array) -> Callable[[tuple[int, ...], tuple[int, ...]], Array]:
    @cache
    def minor(rows: tuple[int, ...], columns: tuple[int, ...]) -> Array:
        if not rows:
            return functions.number(1)
        terms = []
        for position, column in enumerate(columns):
            rest = minor(rows[1:], columns[:position] + columns[position + 1 :])
            term = jets.multiply(entry(matrix, rows[0], column), rest)
            terms.append(jets.negative(term) if position % 2 else term)
        return jets.add(*terms)

    return minor


def inverse(matrix: Array) -> Array:
    """Return the inverse, its cofactors over the determinant."""
    everything = tuple(range(size(matrix)))
    minor = _minor(matrix)
    whole = minor(everything, everything)
    cofactors = []
    for i in everything:
        for j in everything:
            without = (tuple(k for k in everything if k != other) for other in (j, i))
            cofactor = minor(*without)
            cofactors.append(jets.negative(cofactor) if (i + j) % 2 else cofactor)
    shape = (len(everything), len(everything))
    adjugate = jets.linear(lambda *parts: blocks.stacked(parts, shape), *cofactors)
    return functions.divide(adjugate, whole)


def power(matrix: Array, exponent: int) -> Array:
    """Return a whole power, by squaring."""
    if not exponent:
        return identity(size(matrix))
    base, left = inverse(matrix) if exponent < 0 else matrix, abs(exponent)
    factors = [base] if left % 2 else []
    while left := left // 2:
        base = jets.product(base, base)
        factors += [base] if left % 2 else []
    return reduce(jets.product, factors)


def identity(count: int) -> Tensor:
    """Return the identity matrix."""
    rows = [[balls.ONE if i == j else balls.ZERO for j in range(count)] for i in range(count)]
    return Tensor((), np.array(rows, dtype=object))


def diagonal(array: Array) -> Array:
    """Return the matrix with a vector on its diagonal; of a matrix the diagonal."""

    def one(part: Tensor) -> Tensor:
        if part.rank == 2:
            return Tensor(part.axes, np.diagonal(part.data, axis1=-2, axis2=-1))
        return Tensor(part.axes, part.data[..., None] * identity(part.shape[0]).data)

    return jets.linear(one, array)


def by_columns(matrix: Array) -> Array:
    """Return the columns of a matrix as one vector, one below the other."""
    return jets.linear(tensor.by_columns, matrix)


def kronecker(left: Array, right: Array) -> Array:
    """Multiply by blocks: each entry of one array with the whole of the other one."""
    return jets.bilinear(tensor.kronecker, left, right)


def bars(array: Array) -> Array:
    """Return what bars around an array stand for: the determinant of a matrix, otherwise the absolute values."""
    return determinant(array) if jets.primal(array).rank == 2 else functions.absolute(array)


def pseudoinverse(matrix: Array) -> Array:
    """Return the inverse of Moore and Penrose of a matrix whose rank is as large as it can be."""
    rows, columns = jets.primal(matrix).shape
    transposed = jets.linear(tensor.transposed, matrix)
    if rows >= columns:
        return jets.product(inverse(jets.product(transposed, matrix)), transposed)
    return jets.product(transposed, inverse(jets.product(matrix, transposed)))
