"""Leaky ReLU: keeps what is positive, and a small share of what is not.

Derivation: derivations/activations/leaky_relu.md.
"""

import numpy as np
from numpy.typing import ArrayLike

from nnmath.primitives.arguments import finite_number, real_array
from nnmath.primitives.primitive import Primitive
from nnmath.typing import Array, Backward


@Primitive
def leaky_relu(z: Array, alpha: float = 0.01) -> tuple[Array, Backward]:
    """Leaky ReLU of each entry: z where it is positive, otherwise alpha z; with slope alpha at 0.

    At an infinity the value is alpha z or z, the slope alpha or 1. Of NaN the value is NaN, the slope alpha.

    Parameters
    ----------
    z : float array, any shape
    alpha : float, finite
        The slope of the negative side. No gradient is taken of it.

    Returns
    -------
    a : float array, shape and dtype of z
    backward : callable
        ``backward(da)`` takes the upstream gradient, shape of a, and returns dz, shape of z. It keeps where z is
        positive, one byte an entry.

    Raises
    ------
    TypeError
        z is not float32 or float64, or alpha is no real number.
    ValueError
        z has no entries, alpha is not finite or no single number, or da has not the shape of a.
    """
    positive = z > 0
    a = np.empty_like(z)
    np.multiply(np.clip(z, None, 0), alpha, out=a, dtype=np.float64, casting="same_kind")  # rounded once
    a += np.clip(z, 0, None)  # (1); one of the two is 0

    def backward(da: Array) -> Array:
        dz: Array = da * (positive + z.dtype.type(alpha) * ~positive)  # (8)
        return dz

    return a, backward


@leaky_relu.check_arguments
def _checked(z: ArrayLike, alpha: float = 0.01) -> tuple[Array, float]:
    return real_array("z", z), finite_number("alpha", alpha)
