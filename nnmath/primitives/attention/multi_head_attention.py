"""Multi-head attention: causal attention several times side by side, each with queries, keys and values of its own.

Derivation: derivations/attention/multi_head_attention.md.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from nnmath.primitives.arguments import real_array, same_dtype
from nnmath.primitives.attention.causal_attention import causal_attention
from nnmath.primitives.linear.linear import linear
from nnmath.primitives.primitive import Primitive
from nnmath.typing import Array

# The mathematics alone: what goes in is checked once, below.
project, attend = linear.mathematics, causal_attention.mathematics


@Primitive
def multi_head_attention(x: Array, W: Array, V: Array) -> tuple[Array, Callable[..., tuple[Array, Array, Array]]]:
    """Causal self-attention of several heads, with the linear maps before and after it.

    How many heads there are follows from the shapes. A matrix of the layout of GPT-2, (C, 3 H D) with the columns of
    all queries first, is ``W.reshape(C, 3, H, D)``, which copies nothing.

    Parameters
    ----------
    x : float array, shape (..., T, C)
        T positions with C entries. Axes before these number sequences.
    W : float array, shape (C, 3, H, D)
        From an input to the queries, the keys and the values of H heads, D numbers each.
    V : float array, shape (H, D, M)
        From what the heads have found to an output.

    Returns
    -------
    y : float array, shape (..., T, M)
        Row i depends on the rows 0..i of x.
    backward : callable
        ``backward(dy)`` takes the upstream gradient, shape (..., T, M), and returns (dx, dW, dV), each of the shape of
        its input. ``backward(dy, out=(dW, dV))`` writes these two into arrays that there are. Beside the inputs it
        keeps, for each position, 3 H D numbers of queries, keys and values, the H T weights with which it looks at
        the others, and 2 H D of what it has found.

    Raises
    ------
    TypeError
        An input is not float32 or float64, or they are not all of one dtype.
    ValueError
        The shapes do not fit each other, an input has no entries, or dy has not the shape of y.
    """
    (T, C), (_, _, H, D), M = x.shape[-2:], W.shape, V.shape[-1]
    z, back_z = project(x.reshape(-1, C), W.reshape(C, 3 * H * D))  # (2)
    q, k, v = z.reshape(-1, T, 3, H, D).transpose(2, 0, 3, 1, 4)  # each (sequences, H, T, D)
    a, back_a = attend(q, k, v)  # (5)
    y, back_y = project(a.swapaxes(1, 2).reshape(-1, H * D), V.reshape(H * D, M))  # (7)

    def backward(dy: Array, *, out: tuple[Array, Array] | None = None) -> tuple[Array, Array, Array]:
        dW, dV = (np.empty_like(W), np.empty_like(V)) if out is None else out
        da, _ = back_y(dy.reshape(-1, M), out=dV.reshape(H * D, M))  # (10), (11)
        dz = np.empty_like(z)
        dq, dk, dv = dz.reshape(-1, T, 3, H, D).transpose(2, 0, 3, 1, 4)  # views
        dq[...], dk[...], dv[...] = back_a(da.reshape(-1, T, H, D).swapaxes(1, 2))  # (16)
        dx, _ = back_z(dz, out=dW.reshape(C, 3 * H * D))  # (17), (18)
        return dx.reshape(x.shape), dW, dV

    return y.reshape(*x.shape[:-1], M), backward


@multi_head_attention.check_arguments
def _checked(x: ArrayLike, W: ArrayLike, V: ArrayLike) -> tuple[Array, Array, Array]:
    x, W, V = real_array("x", x), real_array("W", W, ndim=4), real_array("V", V, ndim=3)
    same_dtype(("x", "W", "V"), (x, W, V))
    if x.ndim < 2:
        raise ValueError(f"x: expected two axes or more, positions and entries, got shape {x.shape}")
    (_, _, H, D), C = W.shape, x.shape[-1]
    if W.shape[:2] != (C, 3):
        expected = f"({C}, 3, heads, entries), for the {C} entries of a position of x {x.shape}"
        raise ValueError(f"W: expected shape {expected}, got {W.shape}")
    if V.shape[:2] != (H, D):
        raise ValueError(f"V: expected shape ({H}, {D}, outputs), for the {H} heads of W {W.shape}, got {V.shape}")
    return x, W, V
