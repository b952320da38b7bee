"""LSTM: a recurrent layer with a cell that forgets only what a gate tells it to.

Derivation: derivations/recurrent/lstm.md.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from nnmath.primitives.primitive import Primitive
from nnmath.primitives.sequences import (
    check_sequence,
    sequences_first,
    sequences_last,
    side_by_side,
    sigmoid_of,
    slope_of_sigmoid,
    slope_of_tanh,
)
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
        The state after each step. In memory the sequences lie side by side.
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
    (N, T, D), M = x.shape, U.shape[0]
    steps = sequences_last(x)
    z = W.T @ steps
    z += b[:, np.newaxis]
    z = z.reshape(T, 4, M, N)
    a, s = np.empty_like(z), np.empty((T + 1, 2, M, N), x.dtype)
    s[0] = s0.T.reshape(2, M, N)
    for t in range(T):
        z[t] += (U.T @ s[t, 0]).reshape(4, M, N)  # (7)
        sigmoid_of(z[t], out=a[t])  # (8)
        i, f, g, o = a[t]
        np.tanh(z[t, 2], out=g)  # (15)
        np.add(f * s[t, 1], i * g, out=s[t + 1, 1])  # (9)
        np.multiply(o, np.tanh(s[t + 1, 1]), out=s[t + 1, 0])  # (10)

    def backward(ds: Array) -> tuple[Array, Array, Array, Array, Array]:
        i, f, g, o = a.swapaxes(0, 1)
        cells, ds = s[:, 1], sequences_last(ds).reshape(T, 2, M, N)
        to_cell = o * slope_of_tanh(cells[1:])
        dz = slope_of_sigmoid(z)  # (32)
        dz[:, 2] = slope_of_tanh(z[:, 2])  # (33)
        for gate, factor in enumerate((g, cells[:-1], i, np.tanh(cells[1:]))):
            dz[:, gate] *= factor
        dh, dc = np.zeros((2, M, N), z.dtype)
        for t in reversed(range(T)):
            dh = dh + ds[t, 0]  # (23)
            dc = dc + ds[t, 1] + dh * to_cell[t]  # (24)
            dz[t, :3] *= dc  # (25)
            dz[t, 3] *= dh  # (25)
            dh, dc = U @ dz[t].reshape(4 * M, N), dc * f[t]
        q = side_by_side(dz)
        dx = sequences_first(W @ q, T)  # (27)
        products = np.concatenate([side_by_side(steps), side_by_side(s[:-1, 0])]) @ q.T
        dW, dU = products[:D], products[D:]  # (28), (29)
        db = q.sum(axis=1)  # (30); NumPy adds up what lies side by side in parts
        return dx, np.concatenate([dh, dc]).T, dW, dU, db  # (31)

    return s[1:].reshape(T, 2 * M, N).transpose(2, 0, 1), backward


@lstm.check_arguments
def _checked(x: ArrayLike, s0: ArrayLike, W: ArrayLike, U: ArrayLike, b: ArrayLike) -> tuple[Array, ...]:
    return check_sequence(x, s0, W, U, b, gates=4, states=2, names=("x", "s0", "W", "U", "b"))
