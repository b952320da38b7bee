"""Putting tensors together, entry by entry or block by block, and taking parts out of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nnmath.latex.numbers.tensor import Objects, Tensor, all_axes, boxed, laid_out, matrix, spread


def stacked(entries: Sequence[Tensor], shape: tuple[int, ...]) -> Tensor:
    """Make an array of numbers."""
    values = spread(entries)
    data = np.stack([value.data for value in values], axis=-1)
    return Tensor(values[0].axes, data.reshape(data.shape[:-1] + shape))


def of_blocks(blocks: Sequence[Tensor], columns: int) -> Tensor:
    """Put numbers, columns, rows and matrices together, so many side by side; one column or one row is a vector."""
    parts = spread(blocks)
    rank = len(parts[0].axes)
    flat = [_as_block(part) for part in parts]
    rows = [np.concatenate(flat[i : i + columns], axis=rank + 1) for i in range(0, len(flat), columns)]
    data = np.concatenate(rows, axis=rank)
    if data.shape[-1] == 1:
        return Tensor(parts[0].axes, data[..., 0])
    return Tensor(parts[0].axes, data[..., 0, :], row=True) if data.shape[-2] == 1 else Tensor(parts[0].axes, data)


def _as_block(part: Tensor) -> Objects:
    if part.rank == 0:
        return part.data[..., None, None]
    return matrix(part).data if part.rank == 1 else part.data


def sliced(tensor: Tensor, axis: str, i: int) -> Tensor:
    """Return what stands at position `i` of a named axis."""
    at = tensor.axes.index(axis)
    return Tensor(tensor.axes[:at] + tensor.axes[at + 1 :], boxed(tensor.data.take(i, axis=at)), tensor.row)


def joined(parts: Sequence[Tensor], position: int) -> Tensor:
    """Put arrays one behind the other along an axis that has no name."""
    axes = all_axes(parts)
    laid = [laid_out(part, axes) for part in parts]
    named = np.broadcast_shapes(*(data.shape[: len(axes)] for data in laid))
    whole = [np.broadcast_to(data, named + data.shape[len(axes) :]) for data in laid]
    return Tensor(axes, np.concatenate(whole, axis=len(axes) + position))


def part_of(tensor: Tensor, position: int, step: int) -> Tensor:
    """Return what stands at one place, counted from 1, of an axis that has no name; the axis keeps the length 1."""
    axis = len(tensor.axes) + position
    return Tensor(tensor.axes, tensor.data.take([step - 1], axis=axis), tensor.row)
