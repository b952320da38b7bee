"""SELU: an exponential linear unit whose constants keep mean 0 and variance 1 from layer to layer.

Derivation: derivations/activations/selu.md.
"""

import numpy as np

from nnmath.primitives.entrywise import entrywise
from nnmath.primitives.primitive import Primitive
from nnmath.typing import Array, Backward

#: The slope of the positive side, and that of the negative side at 0.
LAMBDA, LAMBDA_ALPHA = 1.0507009873554805, 1.7580993408473768


@Primitive
def selu(z: Array) -> tuple[Array, Backward]:
    """SELU of each entry: lambda z where z is positive, otherwise lambda alpha (exp(z) - 1).

    At -infinity and infinity the value is -1.7581 and infinity, the slope 0 and 1.0507. Of NaN both are NaN.

    Parameters
    ----------
    z : float array, any shape

    Returns
    -------
    a : float array, shape and dtype of z, above -1.7581
    backward : callable
        ``backward(da)`` takes the upstream gradient, shape of a, and returns dz, shape of z. It keeps the slope, one
        array of the size of z.

    Raises
    ------
    TypeError
        z is not float32 or float64.
    ValueError
        z has no entries, or da has not the shape of a.
    """
    a, slope = entrywise(value_and_slope, z)

    def backward(da: Array) -> Array:
        dz: Array = da * slope  # (12)
        return dz

    return a, backward


def value_and_slope(z: Array) -> tuple[Array, Array]:
    """SELU and its derivative; at 0 that of the negative side."""
    negative = np.clip(z, None, 0)  # exp would overflow
    a = LAMBDA * np.clip(z, 0, None) + LAMBDA_ALPHA * np.expm1(negative)  # (10); one of the two is 0
    slope = LAMBDA_ALPHA * np.exp(negative) - (LAMBDA_ALPHA - LAMBDA) * (z > 0)  # (11); both differences are exact
    return a, slope
