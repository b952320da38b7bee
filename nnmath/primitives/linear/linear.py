"""Linear map: a dense layer without biases.

Derivation: derivations/linear/linear.md.
"""

from collections.abc import Callable

from numpy.typing import ArrayLike

from nnmath.primitives.arguments import real_array, same_dtype
from nnmath.primitives.primitive import Primitive
from nnmath.typing import Array


@Primitive
def linear(x: Array, W: Array) -> tuple[Array, Callable[..., tuple[Array, Array]]]:
    """Linear map x W.

    Parameters
    ----------
    x : float array, shape (N, D)
        One row an example.
    W : float array, shape (D, M)

    Returns
    -------
    z : float array, shape (N, M)
    backward : callable
        ``backward(dz)`` takes the upstream gradient, shape (N, M), and returns (dx, dW), each of the shape of its
        input. ``backward(dz, out=dW)`` writes the second into an existing array. It keeps x and W.

    Raises
    ------
    TypeError
        An input is not float32 or float64, or they are not both of one dtype.
    ValueError
        The shapes do not fit each other, an input has no entries, or dz has not the shape of z.
    """
    z = x.dot(W)  # (2)

    def backward(dz: Array, *, out: Array | None = None) -> tuple[Array, Array]:
        dx = dz.dot(W.T)  # (6)
        dW = x.T.dot(dz, out=out)  # (7)
        return dx, dW

    return z, backward


@linear.check_arguments
def _checked(x: ArrayLike, W: ArrayLike) -> tuple[Array, Array]:
    x, W = real_array("x", x, ndim=2), real_array("W", W, ndim=2)
    same_dtype(("x", "W"), (x, W))
    if W.shape[0] != x.shape[1]:
        raise ValueError(f"W: expected {x.shape[1]} rows, one for each column of x {x.shape}, got shape {W.shape}")
    return x, W
