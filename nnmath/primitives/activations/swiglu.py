"""SwiGLU: one number opens a gate for another.

Derivation: derivations/activations/swiglu.md.
"""

from collections.abc import Callable

from numpy.typing import ArrayLike

from nnmath.primitives.activations.silu import double, single
from nnmath.primitives.arguments import real_array, same_dtype, same_shape
from nnmath.primitives.entrywise import entrywise
from nnmath.primitives.primitive import Primitive
from nnmath.typing import Array


@Primitive
def swiglu(z: Array, x: Array) -> tuple[Array, Callable[[Array], tuple[Array, Array]]]:
    """SwiGLU silu(z) x, entry by entry.

    Parameters
    ----------
    z : float array, any shape
        What opens the gate.
    x : float array, shape of z
        What passes through it.

    Returns
    -------
    y : float array, shape of z
    backward : callable
        ``backward(dy)`` takes the upstream gradient, shape of y, and returns (dz, dx), each of the shape of its input.
        It keeps x, and the gate and its slope, two arrays of the size of z.

    Raises
    ------
    TypeError
        An input is not float32 or float64, or they are not both of one dtype.
    ValueError
        The shapes differ, an input has no entries, or dy has not the shape of y.
    """
    a, slope = entrywise(double, z, single)  # (1)
    y = a * x  # (2)

    def backward(dy: Array) -> tuple[Array, Array]:
        dz = dy * x * slope  # (8)
        dx = dy * a  # (9)
        return dz, dx

    return y, backward


@swiglu.check_arguments
def _checked(z: ArrayLike, x: ArrayLike) -> tuple[Array, Array]:
    z, x = real_array("z", z), real_array("x", x)
    same_dtype(("z", "x"), (z, x))
    same_shape(("z", "x"), (z, x))
    return z, x
