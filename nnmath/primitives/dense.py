"""Dense layer: a linear map and a shift. Derivation: derivations/dense.md."""

from collections.abc import Callable

from numpy.typing import ArrayLike

from nnmath.primitives._checks import Array, real_array, same_dtype, upstream_gradient


def dense(x: ArrayLike, W: ArrayLike, b: ArrayLike) -> tuple[Array, Callable[..., tuple[Array | None, Array, Array]]]:
    """Dense layer x W + b.

    Parameters
    ----------
    x : float array, shape (N, D)
        One row an example.
    W : float array, shape (D, M)
    b : float array, shape (M,)

    Returns
    -------
    z : float array, shape (N, M)
    backward : callable
        ``backward(dz)`` takes the upstream gradient, shape (N, M), and returns (dx, dW, db), each of the shape of its
        input. ``backward(dz, skip_dx=True)`` returns (None, dW, db) and does not compute dx: the first layer of a
        network has no use for it.

    Raises
    ------
    TypeError
        An input is not float32 or float64, or they are not all of one dtype.
    ValueError
        The shapes do not fit each other, an input has no entries, or dz has not the shape of z.
    """
    x, W, b = real_array("x", x, ndim=2), real_array("W", W, ndim=2), real_array("b", b, ndim=1)
    same_dtype(x=x, W=W, b=b)
    if W.shape[0] != x.shape[1]:
        raise ValueError(f"W: expected {x.shape[1]} rows, one for each column of x {x.shape}, got shape {W.shape}")
    if b.shape[0] != W.shape[1]:
        raise ValueError(f"b: expected shape ({W.shape[1]},), one for each column of W {W.shape}, got {b.shape}")
    z = x @ W + b  # (2)

    def backward(dz: ArrayLike, *, skip_dx: bool = False) -> tuple[Array | None, Array, Array]:
        dz = upstream_gradient("dz", dz, z.shape, z.dtype)
        dx = None if skip_dx else dz @ W.T  # (20)
        dW = x.T @ dz  # (23)
        db = dz.sum(axis=0)  # (25)
        return dx, dW, db

    return z, backward
