"""LSTM: a recurrent layer with a cell that forgets only what a gate tells it to.

Derivation: derivations/recurrent/lstm.md.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from nnmath.primitives.primitive import Primitive
from nnmath.primitives.sequences import (
    check_sequence,
    columns,
    sigmoid_of,
    slope_of_sigmoid,
    slope_of_tanh,
    transposed_product,
)
from nnmath.primitives.sums import column_sums
from nnmath.typing import Array


@Primitive
def lstm(
    x: Array, s0: Array, W: Array, U: Array, b: Array
) -> tuple[Array, Callable[[Array], tuple[Array, Array, Array, Array, Array]]]:
    """Long short-term memory over a sequence.

    The state s is the output h and the cell c side by side: h is ``s[..., :M]`` and c is ``s[..., M:]``. The last one,
    ``s[:, -1]``, is the first state of what follows.

    Parameters
    ----------
    x : float array, shape (N, T, D)
        N sequences of T steps; T is 1 for a single cell.
    s0 : float array, shape (N, 2 M)
        The state before the first step.
    W : float array, shape (D, 4 M)
        Weights of the input, for the input gate, the forget gate, the candidate and the output gate, in this order.
    U : float array, shape (M, 4 M)
        Weights of the output before, for the same.
    b : float array, shape (4 M,)

    Returns
    -------
    s : float array, shape (N, T, 2 M)
        The state after each step.
    backward : callable
        ``backward(ds)`` takes the upstream gradient, shape (N, T, 2 M), and returns (dx, ds0, dW, dU, db), each of the
        shape of its input. Beside inputs and value it keeps a copy of x and two arrays of the
        shape (N, T, 4 M).

    Raises
    ------
    TypeError
        An input is not float32 or float64, or they are not all of one dtype.
    ValueError
        The shapes do not fit each other, an input has no entries, or ds has not the shape of s.
    """
    (N, T, _), M = x.shape, U.shape[0]
    steps = np.ascontiguousarray(x.swapaxes(0, 1))  # (T, N, D)
    z = steps @ W
    z += b
    a, s = np.empty_like(z), np.empty((T + 1, N, 2 * M), x.dtype)
    s[0] = s0
    for t in range(T):
        z[t] += s[t, :, :M] @ U  # (7)
        sigmoid_of(z[t], out=a[t])  # (8)
        i, f, g, o = columns(a[t], M)
        np.tanh(z[t, :, 2 * M : 3 * M], out=g)  # (15)
        s[t + 1, :, M:] = f * s[t, :, M:] + i * g  # (9)
        s[t + 1, :, :M] = o * np.tanh(s[t + 1, :, M:])  # (10)

    def backward(ds: Array) -> tuple[Array, Array, Array, Array, Array]:
        dz = np.empty_like(z)
        dh, dc = np.zeros((2, N, M), z.dtype)
        for t in reversed(range(T)):
            i, f, g, o = columns(a[t], M)
            cell = s[t + 1, :, M:]
            dh = dh + ds[:, t, :M]  # (23)
            dc = dc + ds[:, t, M:] + dh * (o * slope_of_tanh(cell))  # (24)
            np.multiply(dc, g, out=dz[t, :, :M])
            np.multiply(dc, s[t, :, M:], out=dz[t, :, M : 2 * M])
            np.multiply(dc, i * slope_of_tanh(z[t, :, 2 * M : 3 * M]), out=dz[t, :, 2 * M : 3 * M])  # (25)
            np.multiply(dh, np.tanh(cell), out=dz[t, :, 3 * M :])
            dz[t, :, : 2 * M] *= slope_of_sigmoid(z[t, :, : 2 * M])  # (25)
            dz[t, :, 3 * M :] *= slope_of_sigmoid(z[t, :, 3 * M :])  # (25)
            dh, dc = dz[t] @ U.T, dc * f
        dx = dz.swapaxes(0, 1) @ W.T  # (27)
        dW = transposed_product(steps, dz)  # (28)
        dU = transposed_product(s[:-1, :, :M], dz)  # (29)
        db = column_sums(dz.reshape(N * T, -1))  # (30)
        return dx, np.concatenate([dh, dc], axis=1), dW, dU, db  # (31)

    return s[1:].swapaxes(0, 1), backward


@lstm.check_arguments
def _checked(x: ArrayLike, s0: ArrayLike, W: ArrayLike, U: ArrayLike, b: ArrayLike) -> tuple[Array, ...]:
    return check_sequence(x, s0, W, U, b, gates=4, states=2, names=("x", "s0", "W", "U", "b"))
