"""Recurrent layer: at each step of a sequence, a state is computed from the input and from the state before.

Derivation: derivations/recurrent/rnn.md.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from nnmath.primitives.primitive import Primitive
from nnmath.primitives.sequences import check_sequence, earlier_states, slope_of_tanh, transposed_product
from nnmath.primitives.sums import column_sums
from nnmath.typing import Array


@Primitive
def rnn(
    x: Array, h0: Array, W: Array, U: Array, b: Array
) -> tuple[Array, Callable[[Array], tuple[Array, Array, Array, Array, Array]]]:
    """States tanh(x_t W + h_(t-1) U + b) of a sequence, one after the other.

    Parameters
    ----------
    x : float array, shape (N, T, D)
        N sequences of T steps; T is 1 for a single cell.
    h0 : float array, shape (N, M)
        The state before the first step.
    W : float array, shape (D, M)
        Weights of the input.
    U : float array, shape (M, M)
        Weights of the state before: U[j, m] leads from entry j to entry m.
    b : float array, shape (M,)

    Returns
    -------
    h : float array, shape (N, T, M)
        The state after each step.
    backward : callable
        ``backward(dh)`` takes the upstream gradient, shape (N, T, M), and returns (dx, dh0, dW, dU, db), each of the
        shape of its input. Beside inputs and value it keeps one array of the size of the value.

    Raises
    ------
    TypeError
        An input is not float32 or float64, or they are not all of one dtype.
    ValueError
        The shapes do not fit each other, an input has no entries, or dh has not the shape of h.
    """
    N, T, _ = x.shape
    z = x @ W
    z += b
    h = np.empty_like(z)
    for t in range(T):
        z[:, t] += (h[:, t - 1] if t else h0) @ U  # (2)
        np.tanh(z[:, t], out=h[:, t])  # (3)

    def backward(dh: Array) -> tuple[Array, Array, Array, Array, Array]:
        dz = slope_of_tanh(z)  # (15)
        later: Array = np.zeros_like(h0)
        for t in reversed(range(T)):
            dz[:, t] *= dh[:, t] + later  # (8)
            later = dz[:, t] @ U.T  # (14)
        dx = dz @ W.T  # (10)
        dW = transposed_product(x, dz)  # (11)
        dU = transposed_product(earlier_states(h0, h), dz)  # (12)
        db = column_sums(dz.reshape(N * T, -1))  # (13)
        return dx, later, dW, dU, db

    return h, backward


@rnn.check_arguments
def _checked(x: ArrayLike, h0: ArrayLike, W: ArrayLike, U: ArrayLike, b: ArrayLike) -> tuple[Array, ...]:
    return check_sequence(x, h0, W, U, b, gates=1, states=1, names=("x", "h0", "W", "U", "b"))
