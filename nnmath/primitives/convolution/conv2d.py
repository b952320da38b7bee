"""Convolution: every output is a weighted sum over a window of the image, with the same weights everywhere.

Derivation: derivations/convolution/conv2d.md.
"""

from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import ArrayLike

from nnmath.primitives.arguments import real_array, same_dtype, whole_number
from nnmath.primitives.primitive import Primitive
from nnmath.primitives.sums import ones
from nnmath.primitives.windows import places, stretch
from nnmath.typing import Array


@Primitive
def conv2d(
    x: Array, w: Array, b: Array, stride: int = 1, padding: int = 0, dilation: int = 1, groups: int = 1
) -> tuple[Array, Callable[[Array], tuple[Array, Array, Array]]]:
    """Convolution of images with windows of weights (a cross-correlation: the window is not turned around).

    Parameters
    ----------
    x : float array, shape (N, C, H, W)
        N images of C channels, height H, width W.
    w : float array, shape (M, C / groups, U, V)
        For each of M output channels a window of weights, height U, width V.
    b : float array, shape (M,)
        One bias for each output channel.
    stride : int, 1 or more
        How far the window moves from one output to the next.
    padding : int, 0 or more
        How many zeros surround the image on each side.
    dilation : int, 1 or more
        How far apart the entries of the window lie in the image.
    groups : int, 1 or more
        Into how many groups the channels are cut. Each group of output channels sees its group of input channels only.

    Returns
    -------
    y : float array, shape (N, M, P, Q)
        P = (H + 2 padding - dilation (U - 1) - 1) // stride + 1, and Q the same with W and V. In memory the examples
        lie side by side, which is also how the next convolution reads them fastest.
    backward : callable
        ``backward(dy)`` takes the upstream gradient, shape (N, M, P, Q), and returns (dx, dw, db), each of the shape of
        its input. It keeps V copies of the image, shifted and padded, shape (H + 2 padding, C V, Q N), and U times as
        much where the dilation is not 1.

    Raises
    ------
    TypeError
        An input is not float32 or float64, they are not all of one dtype, or an option is no whole number.
    ValueError
        The shapes do not fit each other or the options, an input has no entries, or dy has not the shape of y.
    """
    (N, C, H, W), (M, _, U, V), G = x.shape, w.shape, groups
    image = padded(x, padding, G)
    P = places(H + 2 * padding, dilation * (U - 1) + 1, stride)
    Q = places(W + 2 * padding, dilation * (V - 1) + 1, stride)
    rows, padded_shape = columns_of_windows(image, V, Q, stride, dilation), image.shape
    windows = rows_of_windows(rows, U, P, stride, dilation)
    weights = w.reshape(G, 1, M // G, C // G, U, V).swapaxes(3, 4).reshape(G, 1, M // G, -1)
    z: Array = weights @ windows
    z += b.reshape(G, 1, -1, 1)
    y = from_columns(z, N)  # (14)

    def backward(dy: Array) -> tuple[Array, Array, Array]:
        dz = to_columns(dy, G)
        db = dz.dot(ones(Q * N, dz.dtype)).sum(axis=1).reshape(M)  # (5)
        products = (windows @ dz.swapaxes(2, 3)).sum(axis=1)  # the faster way round
        dw = products.reshape(G, U, C // G, V, M // G).transpose(0, 4, 2, 1, 3).reshape(w.shape)  # (15)
        dwindows = (weights.swapaxes(2, 3) @ dz).reshape(G, P, U, -1, Q * N)
        drows: Array = np.zeros(rows.shape, dy.dtype)
        for u in range(U):
            drows[:, stretch(u, P, stride, dilation)] += dwindows[:, :, u]
        drows = drows.reshape(*drows.shape[:2], C // G, V, Q, N)
        dimage = np.zeros(padded_shape, dy.dtype)
        for v in range(V):
            dimage[:, :, :, stretch(v, Q, stride, dilation)] += drows[:, :, :, v]
        inside = dimage[:, padding : padding + H, :, padding : padding + W]
        dx = inside.transpose(4, 0, 2, 1, 3).reshape(N, C, H, W)  # (11)
        return dx, dw, db

    return y, backward


def padded(x: Array, padding: int, groups: int) -> Array:
    """Surround images with zeros; shape (G, H + 2 padding, C / G, W + 2 padding, N), the examples side by side."""
    N, C, H, W = x.shape
    image = np.zeros((groups, H + 2 * padding, C // groups, W + 2 * padding, N), x.dtype)
    image[:, padding : padding + H, :, padding : padding + W] = x.reshape(N, groups, -1, H, W).transpose(1, 3, 2, 4, 0)
    return image


def columns_of_windows(image: Array, V: int, Q: int, stride: int, dilation: int) -> Array:
    """Copy the image V times, shifted: entry (c, v) of a row goes to all Q windows at once; (G, H, C V, Q N)."""
    G, H, C, _, N = image.shape
    g, h, c, w, n = image.strides
    shifted = as_strided(image, (G, H, C, V, Q, N), (g, h, c, w * dilation, w * stride, n), writeable=False)
    return shifted.reshape(G, H, C * V, Q * N)


def rows_of_windows(rows: Array, U: int, P: int, stride: int, dilation: int) -> Array:
    """View U rows below each other as the rows of a window: no copy where the dilation is 1; (G, P, U C V, Q N)."""
    G, _, K, S = rows.shape
    g, h, k, s = rows.strides
    below = as_strided(rows, (G, P, U, K, S), (g, h * stride, h * dilation, k, s), writeable=False)
    return below.reshape(G, P, U * K, S)


def from_columns(z: Array, N: int) -> Array:
    """View what is computed for each row of windows, shape (G, P, M / G, Q N), as images, shape (N, M, P, Q)."""
    G, P, M, S = z.shape
    return z.swapaxes(1, 2).reshape(G * M, P, S // N, N).transpose(3, 0, 1, 2)


def to_columns(y: Array, groups: int) -> Array:
    """Lay out images, shape (N, M, P, Q), for each row of windows, shape (G, P, M / G, Q N)."""
    N, M, P, Q = y.shape
    return y.reshape(N, groups, M // groups, P, Q).transpose(1, 3, 2, 4, 0).reshape(groups, P, M // groups, Q * N)


@conv2d.check_arguments
def _checked(
    x: ArrayLike, w: ArrayLike, b: ArrayLike, stride: int = 1, padding: int = 0, dilation: int = 1, groups: int = 1
) -> tuple[Array, Array, Array, int, int, int, int]:
    x, w, b = real_array("x", x, ndim=4), real_array("w", w, ndim=4), real_array("b", b, ndim=1)
    same_dtype(("x", "w", "b"), (x, w, b))
    stride, dilation, groups = (
        whole_number(name, value, 1) for name, value in (("stride", stride), ("dilation", dilation), ("groups", groups))
    )
    padding = whole_number("padding", padding, 0)
    if x.shape[1] % groups or w.shape[0] % groups:
        raise ValueError(f"groups: expected a divisor of {x.shape[1]} and {w.shape[0]} channels, got {groups}")
    if w.shape[1] != x.shape[1] // groups:
        raise ValueError(
            f"w: expected {x.shape[1] // groups} input channels, those of x {x.shape} in a group, got shape {w.shape}"
        )
    if b.shape[0] != w.shape[0]:
        raise ValueError(f"b: expected shape ({w.shape[0]},), one for each output channel, got {b.shape}")
    for axis in (2, 3):
        if x.shape[axis] + 2 * padding <= dilation * (w.shape[axis] - 1):
            raise ValueError(
                f"w: expected a window within the image, {dilation * (w.shape[axis] - 1) + 1} along axis {axis} with "
                f"its dilation, got an image of {x.shape[axis] + 2 * padding} with its padding"
            )
    return x, w, b, stride, padding, dilation, groups
