"""GRU: a recurrent layer whose state is a weighted mean of the state before and of a candidate.

Derivation: derivations/recurrent/gru.md.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from nnmath.primitives.arguments import real_array, same_dtype
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
def gru(
    x: Array, h0: Array, W: Array, U: Array, b: Array, c: Array
) -> tuple[Array, Callable[[Array], tuple[Array, Array, Array, Array, Array, Array]]]:
    """Gated recurrent unit over a sequence; the reset gate acts on the product with the state, as in cuDNN and PyTorch.

    Parameters
    ----------
    x : float array, shape (N, T, D)
        N sequences of T steps; T is 1 for a single cell.
    h0 : float array, shape (N, M)
        The state before the first step.
    W : float array, shape (D, 3 M)
        Weights of the input, for the reset gate, the update gate and the candidate, in this order.
    U : float array, shape (M, 3 M)
        Weights of the state before, for the same.
    b : float array, shape (3 M,)
        Biases, for the same.
    c : float array, shape (M,)
        Biases within the reset gate of the candidate.

    Returns
    -------
    h : float array, shape (N, T, M)
        The state after each step. In memory the sequences lie side by side.
    backward : callable
        ``backward(dh)`` takes the upstream gradient, shape (N, T, M), and returns (dx, dh0, dW, dU, db, dc), each of
        the shape of its input. Beside inputs and value it keeps a copy of x and arrays of the shapes
        (N, T, 3 M), twice, and (N, T, M).

    Raises
    ------
    TypeError
        An input is not float32 or float64, or they are not all of one dtype.
    ValueError
        The shapes do not fit each other, an input has no entries, or dh has not the shape of h.
    """
    (N, T, _), M = x.shape, U.shape[0]
    steps = sequences_last(x)
    z = W.T @ steps
    z += b[:, np.newaxis]
    z = z.reshape(T, 3, M, N)
    a, v, h = np.empty_like(z), np.empty((T, M, N), x.dtype), np.empty((T + 1, M, N), x.dtype)
    h[0] = h0.T
    for t in range(T):
        Uh = (U.T @ h[t]).reshape(3, M, N)
        z[t, :2] += Uh[:2]  # (4), (5)
        np.add(Uh[2], c[:, np.newaxis], out=v[t])  # (6)
        sigmoid_of(z[t, :2], out=a[t, :2])
        r, u, n = a[t]
        z[t, 2] += r * v[t]  # (8)
        np.tanh(z[t, 2], out=n)  # (8)
        np.add(sigmoid(-z[t, 1]) * n, u * h[t], out=h[t + 1])  # (7), (24)

    def backward(dh: Array) -> tuple[Array, Array, Array, Array, Array, Array]:
        r, u, n = a.swapaxes(0, 1)
        dh, dz = sequences_last(dh), np.empty_like(z)
        dz[:, :2], dz[:, 2] = slope_of_sigmoid(z[:, :2]), slope_of_tanh(z[:, 2])
        for gate, factor in enumerate((v, h[:-1] - n, sigmoid(-z[:, 1]))):
            dz[:, gate] *= factor
        dv, later = np.empty_like(v), np.zeros_like(h[0])
        for t in reversed(range(T)):
            g = dh[t] + later  # (14)
            dz[t, 1:] *= g  # (15)
            dz[t, 0] *= dz[t, 2]  # (15)
            np.multiply(dz[t, 2], r[t], out=dv[t])  # (12)
            later = g * u[t] + U[:, : 2 * M] @ dz[t, :2].reshape(2 * M, N) + U[:, 2 * M :] @ dv[t]
        q = side_by_side(dz)
        dx = sequences_first(W @ q, T)  # (18)
        dW = side_by_side(steps) @ q.T  # (19)
        db = q.sum(axis=1)  # (21); NumPy adds up what lies side by side in parts
        q[2 * M :] = side_by_side(dv)
        dU = side_by_side(h[:-1]) @ q.T  # (20)
        dc = q[2 * M :].sum(axis=1)  # (22)
        return dx, later.T, dW, dU, db, dc  # (23)

    return h[1:].transpose(2, 0, 1), backward


def sigmoid(z: Array) -> Array:
    """Return 1 / (1 + exp(-z)); of -z, what a gate leaves: one minus its value, with all digits."""
    a = np.empty_like(z)
    sigmoid_of(z, out=a)
    return a


@gru.check_arguments
def _checked(
    x: ArrayLike, h0: ArrayLike, W: ArrayLike, U: ArrayLike, b: ArrayLike, c: ArrayLike
) -> tuple[Array, Array, Array, Array, Array, Array]:
    arrays = check_sequence(x, h0, W, U, b, gates=3, states=1, names=("x", "h0", "W", "U", "b"))
    c = real_array("c", c, ndim=1)
    same_dtype(("x", "c"), (arrays[0], c))
    if len(c) != len(arrays[3]):
        raise ValueError(f"c: expected shape ({len(arrays[3])},), one for each row of U, got {c.shape}")
    return *arrays, c
