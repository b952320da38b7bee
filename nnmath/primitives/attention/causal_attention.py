"""Causal attention: each position of a sequence takes a weighted mean of what it and those before it hold.

Derivation: derivations/attention/causal_attention.md.
"""

from collections.abc import Callable
from functools import lru_cache
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnmath.primitives._checks import checked, real_array, same_dtype
from nnmath.typing import Array


def _inputs(q: ArrayLike, k: ArrayLike, v: ArrayLike) -> tuple[Array, Array, Array]:
    q, k, v = (real_array(name, array, ndim=3) for name, array in (("q", q), ("k", k), ("v", v)))
    same_dtype(q=q, k=k, v=v)
    if k.shape != q.shape:
        raise ValueError(f"k: expected shape {q.shape}, that of q, got {k.shape}")
    if v.shape[:2] != q.shape[:2]:
        raise ValueError(f"v: expected {q.shape[:2]} along its first two axes, as q has, got shape {v.shape}")
    return q, k, v


@checked(_inputs)
def causal_attention(
    q: Array, k: Array, v: Array
) -> tuple[Array, Callable[[Array], tuple[Array, Array, Array]]]:
    """Scaled dot-product attention, softmax(q k' / sqrt(D)) v, in which no position looks at a later one.

    Parameters
    ----------
    q, k : float arrays, shape (N, T, D)
        Queries and keys of N sequences, or of the heads of sequences, of T positions each.
    v : float array, shape (N, T, M)
        Values.

    Returns
    -------
    a : float array, shape (N, T, M)
        Row i is the mean of the rows 0..i of v, each weighted by how well its key fits query i.
    backward : callable
        ``backward(da)`` takes the upstream gradient, shape (N, T, M), and returns (dq, dk, dv), each of the shape of
        its input. It keeps the weights, shape (N, T, T).

    Raises
    ------
    TypeError
        An input is not float32 or float64, or they are not all of one dtype.
    ValueError
        The shapes do not fit each other, an input has no entries, or da has not the shape of a.
    """
    p = attention_weights(q, k)
    a = p @ v
    scale = q.dtype.type(1 / sqrt(q.shape[-1]))

    def backward(da: Array) -> tuple[Array, Array, Array]:
        dv = p.swapaxes(1, 2) @ da
        dp = da @ v.swapaxes(1, 2)
        dp -= np.einsum("nij,nij->ni", dp, p)[..., np.newaxis]
        dp *= p
        dp *= scale
        return dp @ k, dp.swapaxes(1, 2) @ q, dv

    return a, backward


def attention_weights(q: Array, k: Array) -> Array:
    """Return the weight with which position i looks at position j, shape (N, T, T): rows sum to 1, 0 where j > i."""
    s = (q * q.dtype.type(1 / sqrt(q.shape[-1]))) @ k.swapaxes(1, 2)
    s += mask(q.shape[1], q.dtype)
    s -= s.max(axis=2, keepdims=True)
    p = np.exp(s, out=s)
    p /= p.sum(axis=2, keepdims=True)
    return p


@lru_cache(maxsize=16)
def mask(T: int, dtype: np.dtype[Any]) -> Array:
    """Return what is added to the scores: 0 up to the diagonal, and minus infinity to the right of it."""
    added = np.triu(np.full((T, T), -np.inf, dtype), 1)
    added.setflags(write=False)
    return added
