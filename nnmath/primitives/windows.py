"""Where the entries of moving windows lie in an image."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from nnmath.primitives.arguments import real_array, whole_number
from nnmath.typing import Array


def places(length: int, window: int, stride: int) -> int:
    """Return at how many places a window fits along an axis."""
    return (length - window) // stride + 1


def stretch(offset: int, count: int, stride: int, dilation: int = 1) -> slice:
    """Return where entry `offset` of each of `count` windows lies."""
    start = offset * dilation
    return slice(start, start + (count - 1) * stride + 1, stride)


def entries_of_windows(P: int, Q: int, size: int, stride: int) -> Iterator[tuple[slice, slice]]:
    """Yield, for each entry of a square window, row by row, where it lies in P rows and Q columns of windows."""
    for u in range(size):
        for v in range(size):
            yield stretch(u, P, stride), stretch(v, Q, stride)


def examples_last(x: Array) -> Array:
    """View images, shape (N, C, H, W), as (C, H, W, N), with the examples side by side in memory."""
    return np.ascontiguousarray(x.transpose(1, 2, 3, 0))


def check_pooling(x: ArrayLike, size: int = 2, stride: int = 2) -> tuple[Array, int, int]:
    """Return images and the two options of a pooling layer; refuse a window that is larger than the image."""
    x = real_array("x", x, ndim=4)
    size, stride = whole_number("size", size, 1), whole_number("stride", stride, 1)
    if size > min(x.shape[2:]):
        raise ValueError(f"size: expected {min(x.shape[2:])} at most, so that it fits into x {x.shape}, got {size}")
    return x, size, stride
