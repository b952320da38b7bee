"""Dense layer: a linear map and a shift.

Derivation: derivations/linear/dense.md.
"""

from typing import Any

from numpy.typing import ArrayLike

from nnmath.primitives.arguments import one_for_each_column, real_array, same_dtype
from nnmath.primitives.primitive import Primitive
from nnmath.primitives.sums import column_sums
from nnmath.typing import Array, DenseBackward


@Primitive
def dense(x: Array, W: Array, b: Array) -> tuple[Array, DenseBackward]:
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
        network has no use for it. ``backward(dz, out=(dW, db))`` writes these two into arrays that there are. It keeps
        x and W.

    Raises
    ------
    TypeError
        An input is not float32 or float64, or they are not all of one dtype.
    ValueError
        The shapes do not fit each other, an input has no entries, or dz has not the shape of z.
    """
    z = x.dot(W)  # (2)
    z += b

    def backward(
        dz: Array, *, skip_dx: bool = False, out: tuple[Array, Array] | None = None
    ) -> tuple[Any, Array, Array]:  # None for dx where it is skipped
        to_W, to_b = out or (None, None)
        dx = None if skip_dx else dz.dot(W.T)  # (20)
        dW = x.T.dot(dz, out=to_W)  # (23)
        db = column_sums(dz, out=to_b)  # (25)
        return dx, dW, db

    return z, backward


@dense.check_arguments
def _checked(x: ArrayLike, W: ArrayLike, b: ArrayLike) -> tuple[Array, Array, Array]:
    x, W, b = real_array("x", x, ndim=2), real_array("W", W, ndim=2), real_array("b", b, ndim=1)
    same_dtype(("x", "W", "b"), (x, W, b))
    if W.shape[0] != x.shape[1]:
        raise ValueError(f"W: expected {x.shape[1]} rows, one for each column of x {x.shape}, got shape {W.shape}")
    one_for_each_column("b", b, "W", W)
    return x, W, b
