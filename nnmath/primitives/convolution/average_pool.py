"""Average pooling: the mean of every window of an image.

Derivation: derivations/convolution/average_pool.md.
"""

import numpy as np

from nnmath.primitives.primitive import Primitive
from nnmath.primitives.windows import check_pooling, entries_of_windows, examples_last, places
from nnmath.typing import Array, Backward


@Primitive
def average_pool(x: Array, size: int = 2, stride: int = 2) -> tuple[Array, Backward]:
    """Mean of the entries of each window.

    Parameters
    ----------
    x : float array, shape (N, C, H, W)
        N images of C channels.
    size : int, 1 or more
        Height and width of the window.
    stride : int, 1 or more
        How far it moves. Rows and columns that are left over at the end are not seen.

    Returns
    -------
    y : float array, shape (N, C, P, Q)
        P = (H - size) // stride + 1, and Q the same with W. In memory the examples lie side by side.
    backward : callable
        ``backward(dy)`` takes the upstream gradient, shape (N, C, P, Q), and returns dx, shape (N, C, H, W). It keeps
        nothing.

    Raises
    ------
    TypeError
        x is not float32 or float64, or an option is no whole number.
    ValueError
        x has not four axes or no entries, an option is less than 1, the window is larger than the image, or dy has not
        the shape of y.
    """
    N, C, H, W = x.shape
    P, Q = places(H, size, stride), places(W, size, stride)
    images = examples_last(x)
    y = np.zeros((C, P, Q, N), x.dtype)
    for rows, columns in entries_of_windows(P, Q, size, stride):
        y += images[:, rows, columns]
    y /= size * size  # (9)

    def backward(dy: Array) -> Array:
        share = dy.transpose(1, 2, 3, 0) / (size * size)
        dx = np.zeros((C, H, W, N), dy.dtype)
        for rows, columns in entries_of_windows(P, Q, size, stride):
            dx[:, rows, columns] += share  # (8)
        return dx.transpose(3, 0, 1, 2)

    return y.transpose(3, 0, 1, 2), backward


average_pool.check_arguments(check_pooling)
