"""SiLU, or swish: the input times its own sigmoid.

Derivation: derivations/activations/silu.md.
"""

import numpy as np

from nnmath.primitives.double_double import DoubleDouble, choose, decaying_exponential, exponential_near
from nnmath.primitives.entrywise import entrywise
from nnmath.primitives.primitive import Primitive
from nnmath.typing import Array, Backward

#: r, the number next to the input at which the slope is 0, and exp(r).
ZERO, EXP_ZERO = DoubleDouble(-1.2784645427610737), DoubleDouble(0.27846454276107385, -2.658001456480662e-17)
#: Beyond this the sigmoid is 0 or 1 to the last digit.
SATURATED = 800.0
#: Below this value and slope are 0 in single precision.
SMALLEST = -200.0


@Primitive
def silu(z: Array) -> tuple[Array, Backward]:
    """SiLU z / (1 + exp(-z)) of each entry.

    At -infinity and infinity the value is 0 and infinity, the slope 0 and 1. Of NaN both are NaN.

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
    """Value and slope of float64 numbers, with twice the digits but for the exponentials, and rounded once."""
    inside = np.clip(z, -SATURATED, SATURATED)  # infinity times 0 is no number
    x = DoubleDouble(inside)
    e, power = decaying_exponential(DoubleDouble(np.abs(inside)))  # (9)
    negative = z < 0
    power = np.where(negative, power, 1)
    bottom = 1 + e
    ez = e * x
    a = (choose(negative, ez, x) / bottom).rounded() * power  # (10)
    near = exponential_near(x, ZERO, EXP_ZERO)  # (14)
    top = choose(negative, e * near, DoubleDouble(np.ones_like(z))) + e + ez
    slope = (top / (bottom * bottom)).rounded() * power  # (11)
    return np.where(np.abs(z) <= SATURATED, a, np.maximum(z, 0)), slope
