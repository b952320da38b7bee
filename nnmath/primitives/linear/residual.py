"""Residual addition: what a layer computes is added to what it was given.

Derivation: derivations/linear/residual.md.
"""

from collections.abc import Callable

from numpy.typing import ArrayLike

from nnmath.primitives.arguments import real_array, same_dtype, same_shape
from nnmath.primitives.primitive import Primitive
from nnmath.typing import Array


@Primitive
def residual(x: Array, f: Array) -> tuple[Array, Callable[[Array], tuple[Array, Array]]]:
    """Sum x + f of what a layer was given and what it computed.

    Parameters
    ----------
    x : float array, any shape
        What the layer was given.
    f : float array, shape of x
        What it computed.

    Returns
    -------
    y : float array, shape of x
    backward : callable
        ``backward(dy)`` takes the upstream gradient, shape of y, and returns (dx, df), two copies of it. What the
        layer passes back for df has to be added to dx. It keeps nothing.

    Raises
    ------
    TypeError
        An input is not float32 or float64, or they are not both of one dtype.
    ValueError
        The shapes differ, an input has no entries, or dy has not the shape of y.
    """
    y = x + f  # (1)

    def backward(dy: Array) -> tuple[Array, Array]:
        return dy.copy(), dy.copy()  # (4), (5)

    return y, backward


@residual.check_arguments
def _checked(x: ArrayLike, f: ArrayLike) -> tuple[Array, Array]:
    x, f = real_array("x", x), real_array("f", f)
    same_dtype(("x", "f"), (x, f))
    same_shape(("x", "f"), (x, f))
    return x, f
