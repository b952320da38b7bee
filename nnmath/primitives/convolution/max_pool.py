"""Max pooling: the largest entry of every window of an image.

Derivation: derivations/convolution/max_pool.md.
"""

import numpy as np

from nnmath.primitives.primitive import Primitive
from nnmath.primitives.windows import check_pooling, entries_of_windows, examples_last, places
from nnmath.typing import Array, Backward


@Primitive
def max_pool(x: Array, size: int = 2, stride: int = 2) -> tuple[Array, Backward]:
    """Largest entry of each window; in the backward pass the first of several largest takes it all.

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
        an integer of 32 bits for each entry of y: which entry of the window was the largest.

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
    entries = list(entries_of_windows(P, Q, size, stride))
    y = images[:, entries[0][0], entries[0][1]].copy()
    which = np.zeros(y.shape, np.int32)
    for number, (rows, columns) in enumerate(entries[1:], start=1):
        entry = images[:, rows, columns]
        np.maximum(which, (entry > y) * np.int32(number), out=which)  # (6); a number is larger than those before
        np.maximum(y, entry, out=y)  # (5)

    def backward(dy: Array) -> Array:
        dy = dy.transpose(1, 2, 3, 0)
        dx = np.zeros((C, H, W, N), dy.dtype)
        for number, (rows, columns) in enumerate(entries):
            dx[:, rows, columns] += dy * (which == number)  # (10)
        return dx.transpose(3, 0, 1, 2)

    return y.transpose(3, 0, 1, 2), backward


max_pool.check_arguments(check_pooling)
