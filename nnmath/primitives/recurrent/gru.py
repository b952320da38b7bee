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
    columns,
    sigmoid_of,
    slope_of_sigmoid,
    slope_of_tanh,
    transposed_product,
)
from nnmath.primitives.sums import column_sums
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
        The state after each step.
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
    steps = np.ascontiguousarray(x.swapaxes(0, 1))  # (T, N, D)
    z = steps @ W
    z += b
    a, v, h = np.empty_like(z), np.empty((T, N, M), x.dtype), np.empty((T + 1, N, M), x.dtype)
    h[0] = h0
    for t in range(T):
        hU = h[t] @ U
        z[t, :, : 2 * M] += hU[:, : 2 * M]  # (4), (5)
        np.add(hU[:, 2 * M :], c, out=v[t])  # (6)
        sigmoid_of(z[t, :, : 2 * M], out=a[t, :, : 2 * M])
        r, u, n = columns(a[t], M)
        z[t, :, 2 * M :] += r * v[t]  # (8)
        np.tanh(z[t, :, 2 * M :], out=n)  # (8)
        h[t + 1] = sigmoid(-z[t, :, M : 2 * M]) * n + u * h[t]  # (7), (24)

    def backward(dh: Array) -> tuple[Array, Array, Array, Array, Array, Array]:
        dz, dv = np.empty_like(z), np.empty_like(v)
        later: Array = np.zeros_like(h0)
        for t in reversed(range(T)):
            r, u, n = columns(a[t], M)
            g = dh[:, t] + later  # (14)
            dr, du, dn = columns(dz[t], M)
            np.multiply(g * sigmoid(-z[t, :, M : 2 * M]), slope_of_tanh(z[t, :, 2 * M :]), out=dn)  # (15)
            np.multiply(dn, r, out=dv[t])  # (12)
            np.multiply(dn, v[t], out=dr)
            np.multiply(g, h[t] - n, out=du)
            dz[t, :, : 2 * M] *= slope_of_sigmoid(z[t, :, : 2 * M])  # (15)
            later = g * u + dz[t, :, : 2 * M] @ U[:, : 2 * M].T + dv[t] @ U[:, 2 * M :].T
        dx = dz.swapaxes(0, 1) @ W.T  # (18)
        dW = transposed_product(steps, dz)  # (19)
        by_state = np.concatenate([dz[..., : 2 * M], dv], axis=2)
        dU = transposed_product(h[:-1], by_state)  # (20)
        db = column_sums(dz.reshape(N * T, -1))  # (21)
        dc = column_sums(dv.reshape(N * T, -1))  # (22)
        return dx, later, dW, dU, db, dc  # (23)

    return h[1:].swapaxes(0, 1), backward


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
