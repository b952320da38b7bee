"""Embedding: a table with a row of numbers for each token.

Derivation: derivations/linear/embedding.md.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnmath.primitives.arguments import as_array, real_array
from nnmath.primitives.primitive import Primitive
from nnmath.typing import Array


@Primitive
def embedding(tokens: NDArray[Any], W: Array) -> tuple[Array, Callable[[Array], Array]]:
    """Row tokens[n] of W for each n.

    Parameters
    ----------
    tokens : integer array, shape (N,), in 0..V-1
    W : float array, shape (V, D)
        The table, one row a token.

    Returns
    -------
    x : float array, shape (N, D)
    backward : callable
        ``backward(dx)`` takes the upstream gradient, shape (N, D), and returns dW, shape (V, D). It keeps the tokens.

    Raises
    ------
    TypeError
        The tokens are no integers or have not one axis, or W is not float32 or float64.
    ValueError
        A token is no row of W, or dx has not the shape of x.
    """
    x = W.take(tokens, axis=0)  # (1)

    def backward(dx: Array) -> Array:
        order = tokens.argsort(kind="stable")
        ordered = tokens[order]
        first = np.flatnonzero(np.diff(ordered, prepend=-1))  # where the rows of the next token begin
        dW = np.zeros((len(W), dx.shape[1]), dx.dtype)
        dW[ordered[first]] = np.add.reduceat(dx.take(order, axis=0), first)  # (7)
        return dW

    return x, backward


@embedding.check_arguments
def _checked(tokens: ArrayLike, W: ArrayLike) -> tuple[NDArray[Any], Array]:
    W, tokens = real_array("W", W, ndim=2), as_array("tokens", tokens, "integers")
    if tokens.dtype.kind not in "iu" or tokens.ndim != 1:
        raise TypeError(f"tokens: expected integers with one axis, got {tokens.dtype} of shape {tokens.shape}")
    inside = (tokens >= 0) & (tokens < len(W))
    if not inside.all():
        place = int(np.argmin(inside))
        raise ValueError(f"tokens: expected 0..{len(W) - 1}, the rows of W, got {tokens[place]} at index {place}")
    return tokens, W
