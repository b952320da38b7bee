"""Causal attention: each position of a sequence takes a weighted mean of what it and those before it hold.

Derivation: derivations/attention/causal_attention.md.
"""

from collections.abc import Callable
from functools import lru_cache
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnmath.primitives.arguments import real_array, same_dtype, same_shape
from nnmath.primitives.primitive import Primitive
from nnmath.primitives.sums import indices, ones
from nnmath.typing import Array


@Primitive
def causal_attention(q: Array, k: Array, v: Array) -> tuple[Array, Callable[[Array], tuple[Array, Array, Array]]]:
    """Scaled dot-product attention, softmax(q k' / sqrt(D)) v, in which no position looks at a later one.

    Parameters
    ----------
    q, k : float arrays, shape (..., T, D)
        Queries and keys of the T positions of a sequence. Axes before these number sequences and heads.
    v : float array, shape (..., T, M)
        Values.

    Returns
    -------
    a : float array, shape (..., T, M)
        Row i is the mean of the rows 0..i of v, each weighted by how well its key fits query i. A score of minus
        infinity has the weight 0; with one of plus infinity or NaN weights are NaN, also those of earlier rows, and an
        infinite value makes its column NaN in earlier rows: 0 times infinity.
    backward : callable
        ``backward(da)`` takes the upstream gradient, shape (..., T, M), and returns (dq, dk, dv), each of the shape of
        its input. It keeps the weights, shape (..., T, T), beside inputs and value.

    Raises
    ------
    TypeError
        An input is not float32 or float64, or they are not all of one dtype.
    ValueError
        The shapes do not fit each other, an input has no entries, or da has not the shape of a.
    """
    p = attention_weights(q, k)
    a = p @ v  # (6)
    scale, T = q.dtype.type(1 / sqrt(q.shape[-1])), q.shape[-2]

    def backward(da: Array) -> tuple[Array, Array, Array]:
        dv = p.swapaxes(-1, -2) @ da  # (8)
        ds = da @ v.swapaxes(-1, -2)  # (9)
        ds -= np.einsum("...m,...m->...", da, a)[..., np.newaxis]  # (17)
        ds *= p  # (18)
        replace_largest(ds.reshape(-1, T), p.reshape(-1, T))  # (22)
        ds *= scale
        dq = ds @ k  # (19)
        dk = ds.swapaxes(-1, -2) @ q  # (20)
        return dq, dk, dv

    return a, backward


def attention_weights(q: Array, k: Array) -> Array:
    """Return the weight with which position i looks at position j, shape (..., T, T).

    Each row sums to 1, and holds zeros to the right of the diagonal.
    """
    s = (q * q.dtype.type(1 / sqrt(q.shape[-1]))) @ k.swapaxes(-1, -2)  # (1)
    s += mask(q.shape[-2], q.dtype)
    s -= s.max(axis=-1, keepdims=True)  # (15)
    p: Array = np.exp(s, out=s)
    p /= p.sum(axis=-1, keepdims=True)  # (16)
    return p


def replace_largest(ds: Array, p: Array) -> None:
    """Write minus the sum of the others for the gradient of a score whose weight is above one half, in rows of scores.

    As a difference it would have no digits left where that weight is nearly 1.
    """
    rows = indices(len(p))
    h = p.argmax(axis=1)
    rows = rows[p[rows, h] > 0.5]
    h = h[rows]
    ds[rows, h] = 0
    ds[rows, h] = -ds.dot(ones(p.shape[1], p.dtype))[rows]


@lru_cache(maxsize=16)
def mask(T: int, dtype: np.dtype[Any]) -> Array:
    """Return what is added to the scores: 0 up to the diagonal, and minus infinity to the right of it."""
    added: Array = np.triu(np.full((T, T), -np.inf, dtype), 1)
    added.setflags(write=False)
    return added


@causal_attention.check_arguments
def _checked(q: ArrayLike, k: ArrayLike, v: ArrayLike) -> tuple[Array, Array, Array]:
    q, k, v = real_array("q", q), real_array("k", k), real_array("v", v)
    same_dtype(("q", "k", "v"), (q, k, v))
    if q.ndim < 2:
        raise ValueError(f"q: expected two axes or more, positions and entries, got shape {q.shape}")
    same_shape(("q", "k"), (q, k))
    if v.shape[:-1] != q.shape[:-1]:
        raise ValueError(f"v: expected shape {q.shape[:-1]} and one more axis, as q has, got {v.shape}")
    return q, k, v
