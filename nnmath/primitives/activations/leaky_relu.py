"""Leaky ReLU: keeps what is positive, and a small share of what is not.

Derivation: derivations/activations/leaky_relu.md.
"""

import numpy as np
from numpy.typing import ArrayLike

from nnmath.primitives.arguments import finite_number, real_array
from nnmath.primitives.precision import rounded_once_by_rows
from nnmath.primitives.primitive import Primitive
from nnmath.typing import Array, Backward


@Primitive
@rounded_once_by_rows
def leaky_relu(z: Array, alpha: float = 0.01) -> tuple[Array, Backward]:
    """Leaky ReLU of each entry: z where it is positive, otherwise alpha z; with slope alpha at 0.

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
    a = np.maximum(z, 0) + alpha * np.minimum(z, 0)  # (1)

    def backward(da: Array) -> Array:
        dz: Array = da * (positive + alpha * ~positive)  # (8)
        return dz

    return a, backward


@leaky_relu.check_arguments
def _checked(z: ArrayLike, alpha: float = 0.01) -> tuple[Array, float]:
    return real_array("z", z), finite_number("alpha", alpha)
