"""SiLU, or swish: the input times its own sigmoid.

Derivation: derivations/activations/silu.md.
"""

import numpy as np

from nnmath.primitives.entrywise import entrywise
from nnmath.primitives.primitive import Primitive
from nnmath.primitives.tails import decaying_exponential, two_sum
from nnmath.typing import Array, Backward

#: r, the number next to the input at which the slope is 0; what 1 + r + exp(r) is there, and exp(r).
ZERO, REMAINDER, EXPONENTIAL = -1.2784645427610737, 1.3995343912896686e-16, 0.27846454276107385

#: Beyond this the sigmoid is 0 or 1 to the last digit.
SATURATED = 800.0
#: Below this value and slope are 0 in single precision.
SMALLEST = -200.0


@Primitive
def silu(z: Array) -> tuple[Array, Backward]:
    """SiLU z / (1 + exp(-z)) of each entry.

    Parameters
    ----------
    z : float array, any shape

    Returns
    -------
    a : float array, shape and dtype of z, at least -0.2785
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
    a, slope = entrywise(double, z, single)

    def backward(da: Array) -> Array:
        dz: Array = da * slope  # (12)
        return dz

    return a, backward


def single(z: Array) -> tuple[Array, Array]:
    """Value and slope of float32 numbers, which are given in double precision: one rounding is left."""
    z = np.clip(z, SMALLEST, 1e100)  # infinity times 0 is no number
    v = np.exp(-z)
    s = 1 / (1 + v)
    return z * s, (1 + v * (1 + z)) * s * s  # (2), (16)


def double(z: Array) -> tuple[Array, Array]:
    """Value and slope of float64 numbers, which have all their digits, also next to the zero of the slope."""
    inside = np.clip(z, -SATURATED, SATURATED)  # infinity times 0 is no number
    negative = z < 0
    e, far = decaying_exponential(np.abs(inside))  # (9)
    factor = np.where(negative, far, 1)
    bottom, rest = two_sum(1.0, e)
    a = np.maximum(z, -SATURATED) * (np.where(negative, e, 1) / bottom) * factor  # (10)
    t, t_rest = two_sum(inside, -ZERO)
    large = np.where(negative, t, 1)
    below = t_rest + (EXPONENTIAL * np.expm1(np.minimum(t, -ZERO)) + REMAINDER)  # (14)
    small = np.where(negative, below, e * (1 + inside))
    small -= (large + small) * (2 * rest / bottom)  # what rounding has taken away from the denominator
    slope = np.where(negative, e, 1) * (large + small) / bottom / bottom * factor  # (11)
    return a, slope
