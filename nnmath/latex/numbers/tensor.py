"""Arrays of balls whose first axes have names: the indices of an equation.

``x_{nd} W_{dm}`` is a tensor with the named axes n, d, m; the sum over d takes one away. What an expression is
in matrix form stands in the axes behind them, which have no names. So one rule, numpy's broadcasting, does both forms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from math import prod
from typing import Any

import numpy as np

from nnmath.latex.numbers import balls
from nnmath.latex.numbers.polynomials import Polynomial, applied
from nnmath.latex.numbers.work import TooMuchWork, spend

Objects = np.ndarray[Any, np.dtype[Any]]

#: More entries than this in one intermediate array are refused.
MAX_ENTRIES = 400_000


@dataclass(frozen=True)
class Tensor:
    """An array of numbers.

    Attributes
    ----------
    axes : tuple of str
        The names of the first axes of `data`.
    data : object array
        The numbers, balls throughout.
    row : bool
        Whether a vector is a row; otherwise it is a column.
    """

    axes: tuple[str, ...]
    data: Objects
    row: bool = False

    @property
    def rank(self) -> int:
        """How many axes have no name."""
        return self.data.ndim - len(self.axes)

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes that have no name."""
        return tuple(self.data.shape[len(self.axes) :])

    def renamed(self, rename: Callable[[str], str]) -> Tensor:
        """Return the same tensor with other names."""
        return Tensor(tuple(map(rename, self.axes)), self.data, self.row)


def boxed(value: Any) -> Objects:
    """Return `value` as an object array, also where numpy has unpacked a single number."""
    if isinstance(value, np.ndarray):
        return value
    box = np.empty((), dtype=object)
    box[()] = value
    return box


def number(value: Any) -> Tensor:
    """Return a single number as a tensor."""
    return Tensor((), boxed(balls.ball(value)))


def laid_out(tensor: Tensor, axes: Sequence[str], rank: int | None = None) -> Objects:
    """Return the data with its named axes in the order `axes`, of length 1 where it lacks one.

    With `rank`, a single number gets that many further axes of length 1.
    """
    data = tensor.data
    if tensor.axes != tuple(axes):
        order = [tensor.axes.index(axis) for axis in axes if axis in tensor.axes]
        behind = range(len(tensor.axes), data.ndim)
        data = data.transpose(*order, *behind)[tuple(slice(None) if axis in tensor.axes else None for axis in axes)]
    if rank is not None and tensor.rank == 0 and rank:
        data = data.reshape(data.shape + (1,) * rank)
    return data


def all_axes(tensors: Sequence[Tensor]) -> tuple[str, ...]:
    """Return the names of all axes, in the order of their first appearance."""
    return tuple(dict.fromkeys(axis for tensor in tensors for axis in tensor.axes))


def conformed(tensors: Sequence[Tensor]) -> list[Tensor]:
    """Turn columns into (N, 1) and rows into (1, N) where a matrix stands beside them."""
    if max(tensor.rank for tensor in tensors) != 2 or all(tensor.rank != 1 for tensor in tensors):
        return list(tensors)
    return [matrix(tensor) if tensor.rank == 1 else tensor for tensor in tensors]


def pointwise(function: Callable[..., Any], *tensors: Tensor) -> Tensor:
    """Apply a function entry by entry; a single number goes with every entry."""
    tensors = tuple(conformed(tensors))
    axes = all_axes(tensors)
    rank = max(tensor.rank for tensor in tensors)
    laid = [laid_out(tensor, axes, rank) for tensor in tensors]
    entries = prod(np.broadcast(*laid).shape)
    if entries > MAX_ENTRIES:
        raise TooMuchWork("an intermediate array is too large")
    spend(entries)
    row = any(tensor.row for tensor in tensors)
    return Tensor(axes, boxed(function(*laid)), row and rank == 1)


def entrywise(function: Callable[[Any], Any], tensor: Tensor) -> Tensor:
    """Apply a function of balls to balls, or to what depends on random numbers."""
    # flint's functions take anything for a ball, and read memory that is none
    is_random = any(isinstance(x, Polynomial) for x in tensor.data.flat)
    return pointwise(np.frompyfunc(partial(applied, function) if is_random else function, 1, 1), tensor)


def matrix(tensor: Tensor) -> Tensor:
    """Return a vector as a matrix of one column, or of one row."""
    axis = len(tensor.axes) if tensor.row else tensor.data.ndim
    return Tensor(tensor.axes, np.expand_dims(tensor.data, axis))


def product(left: Tensor, right: Tensor) -> Tensor:
    """Multiply: numbers with anything, matrices with matrices and vectors."""
    if left.rank == 0 or right.rank == 0:
        return pointwise(np.multiply, left, right)
    axes = all_axes([left, right])
    two = [matrix(tensor) if tensor.rank == 1 else tensor for tensor in (left, right)]
    spend(left.data.size * right.shape[-1])
    data = np.matmul(*(laid_out(tensor, axes) for tensor in two))
    if left.row:
        data = data[..., 0, :]
    if right.rank == 1 and not right.row:
        data = data[..., 0]
    return Tensor(axes, boxed(data), row=left.row and right.rank == 2)


def kronecker(left: Tensor, right: Tensor) -> Tensor:
    """Multiply by blocks: each entry of `left` with the whole of `right`."""
    axes, rank = all_axes([left, right]), left.rank
    one, other = (laid_out(tensor, axes) for tensor in (left, right))
    behind = range(len(axes), len(axes) + 2 * rank)
    one = np.expand_dims(one, tuple(behind[1::2]))
    other = np.expand_dims(other, tuple(behind[0::2]))
    spend(one.size * other.size)
    shape = tuple(a * b for a, b in zip(left.shape, right.shape, strict=True))
    data = boxed(one * other)
    return Tensor(axes, data.reshape(data.shape[: len(axes)] + shape), left.row)


def by_columns(tensor: Tensor) -> Tensor:
    """Return the columns of a matrix as one vector, one below the other."""
    data = np.swapaxes(tensor.data, -1, -2)
    return Tensor(tensor.axes, data.reshape(*data.shape[:-2], -1))


def transposed(tensor: Tensor) -> Tensor:
    """Transpose a matrix, or turn a column into a row and back."""
    if tensor.rank == 1:
        return Tensor(tensor.axes, tensor.data, not tensor.row)
    return Tensor(tensor.axes, np.swapaxes(tensor.data, -1, -2))


def gathered(array: Tensor, indices: Sequence[Tensor], outside: Any = balls.UNKNOWN) -> Tensor:
    """Take the elements of `array` at `indices`, which count from 1; outside of the array there is only `outside`.

    With fewer indices than axes they are taken for the first axes, and what is taken are slices.
    """
    plain = [
        index.axes[0] if _runs_through(index, length) else None
        for index, length in zip(indices, array.shape, strict=False)
    ]
    names = [name for name in plain if name is not None]
    if len(names) == len(plain) == len(set(names)) and not set(names) & set(array.axes):
        return Tensor((*array.axes, *names), array.data)
    axes = all_axes([array, *indices])
    places: list[Any] = []
    for axis, length in zip(array.axes, array.data.shape, strict=False):
        places.append(np.arange(length).reshape([-1 if other == axis else 1 for other in axes]))
    beyond = np.zeros([1] * len(axes), dtype=bool)
    for index, length in zip(indices, array.shape, strict=False):
        whole = np.frompyfunc(_to_index, 1, 1)(laid_out(index, axes))
        position = np.asarray(whole, dtype=np.int64)
        beyond = beyond | (position < 0) | (position >= length)
        places.append(np.clip(position, 0, length - 1))
    data = boxed(array.data[tuple(places)])
    missing: Any = np.frompyfunc(lambda out, x: outside if out else x, 2, 1)
    beyond = beyond.reshape(beyond.shape + (1,) * (array.rank - len(indices)))
    return Tensor(axes, boxed(missing(beyond, data)))


def gathered_behind(array: Tensor, indices: Sequence[Tensor], count: int) -> Tensor:
    """Take elements or slices along the last `count` axes; see `gathered`."""
    before = array.rank - count
    if not before:
        return gathered(array, indices)
    named = len(array.axes)
    data = np.moveaxis(array.data, range(named, named + before), range(-before, 0))
    taken = gathered(Tensor(array.axes, data), indices)
    named = len(taken.axes)
    rest = count - len(indices)
    return Tensor(
        taken.axes,
        np.moveaxis(taken.data, range(named + rest, named + rest + before), range(named, named + before)),
        array.row,
    )


def _runs_through(index: Tensor, length: int) -> bool:
    """Whether an index is a letter that runs over the whole axis."""
    return (
        len(index.axes) == 1 and len(index.data) == length and all(value == i + 1 for i, value in enumerate(index.data))
    )


def _to_index(value: Any) -> int:
    whole = balls.whole(value)
    return -1 if whole is None or abs(whole) > 10**6 else whole - 1


def reduced(operation: Callable[[Any, Any], Any], tensor: Tensor, axis: str) -> Tensor:
    """Reduce over a named axis."""
    i = tensor.axes.index(axis)
    spend(tensor.data.size)
    slices = [tensor.data.take(j, axis=i) for j in range(tensor.data.shape[i])]
    return Tensor(tensor.axes[:i] + tensor.axes[i + 1 :], boxed(reduce(operation, map(boxed, slices))), tensor.row)


def spread(values: Sequence[Tensor]) -> list[Tensor]:
    """Give all tensors the same named axes, in full length."""
    axes = all_axes(values)
    laid = [laid_out(value, axes) for value in values]
    lengths = np.broadcast_shapes(*(data.shape[: len(axes)] for data in laid))
    return [
        Tensor(axes, np.broadcast_to(data, lengths + data.shape[len(axes) :]), value.row)
        for data, value in zip(laid, values, strict=True)
    ]


def filled(tensor: Tensor, like: Tensor) -> Tensor:
    """Repeat a tensor along the axes of another one that it lacks."""
    axes = all_axes([tensor, like])
    data = laid_out(tensor, axes, like.rank)
    whole = np.broadcast_shapes(data.shape, laid_out(like, axes).shape)
    return Tensor(axes, np.broadcast_to(data, whole), like.row)


def entry(tensor: Tensor, i: int) -> Tensor:
    """Return one entry of a vector, counted from 0."""
    return Tensor(tensor.axes, boxed(tensor.data[..., i]))


def total(tensor: Tensor) -> Tensor:
    """Sum all entries that stand behind the named axes."""
    named = tensor.data.shape[: len(tensor.axes)]
    return Tensor(tensor.axes, boxed(tensor.data.reshape(*named, -1).sum(axis=-1)))


def row_sums(tensor: Tensor) -> Tensor:
    """Return an array of the same shape in which every entry is the sum along the last axis."""
    sums = tensor.data.sum(axis=-1, keepdims=True)
    return Tensor(tensor.axes, np.broadcast_to(sums, tensor.data.shape), tensor.row)


def as_batch(tensor: Tensor) -> Tensor:
    """Return an array as the only one of a batch."""
    return Tensor(tensor.axes, np.expand_dims(tensor.data, len(tensor.axes)))


def first_of_batch(tensor: Tensor) -> Tensor:
    """Return the first array of a batch."""
    return Tensor(tensor.axes, boxed(tensor.data.take(0, axis=len(tensor.axes))))
