"""GELU in its tanh form, as GPT-2 uses it: a smooth gate that lets large inputs pass and holds negative ones back.

Derivation: derivations/activations/gelu_tanh.md.
"""

import numpy as np

from nnmath.primitives.double_double import DoubleDouble, choose, decaying_exponential, exponential_near
from nnmath.primitives.entrywise import entrywise
from nnmath.primitives.primitive import Primitive
from nnmath.typing import Array, Backward

#: 2 c and 2 c k, the constants of the exponent.
TWO_C = DoubleDouble(1.5957691216057308, -9.96930880911092e-17)
TWO_CK = DoubleDouble(0.07135481627260025, -6.175149918155315e-19)

#: The exponent at the input at which the slope is 0, and its exponential.
W_ZERO = DoubleDouble(-1.2311548723318988, 1.449217884953896e-17)
EXP_ZERO = DoubleDouble(0.29195521191476714, -8.582607951729513e-18)

#: Beyond this the gate is 0 or 1 to the last digit.
SATURATED = 40.0
#: Below this value and slope are 0 in single precision.
SMALLEST = -12.0


@Primitive
def gelu_tanh(z: Array) -> tuple[Array, Backward]:
    """GELU, tanh form: z (1 + tanh(c (z + k z**3))) / 2, where c is sqrt(2 / pi) and k is 0.044715, entry by entry.

    At -infinity and infinity the value is 0 and infinity, the slope 0 and 1. Of NaN both are NaN.

    Parameters
    ----------
    z : float array, any shape

    Returns
    -------
    a : float array, shape of z
    backward : callable
        ``backward(da)`` takes the upstream gradient, shape of z, and returns dz, shape of z. It keeps the slope, one
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
        dz: Array = da * slope  # (18)
        return dz

    return a, backward


def single(z: Array) -> tuple[Array, Array]:
    """Value and slope of float32 numbers, which are given in double precision: one rounding is left."""
    z = np.clip(z, SMALLEST, 1e100)  # infinity times 0 is no number
    q = z * z
    e = q * -TWO_CK.high
    e -= TWO_C.high
    e *= z  # (10)
    np.exp(e, out=e)
    s = 1 + e
    np.divide(1, s, out=s)  # (11)
    e *= s
    e *= s
    q *= 3 * TWO_CK.high
    q += TWO_C.high
    q *= z
    q *= e
    q += s
    s *= z
    return s, q  # (13), (17)


def double(z: Array) -> tuple[Array, Array]:
    """Value and slope of float64 numbers, with twice the digits but for the exponentials, and rounded once."""
    inside = np.clip(z, -SATURATED, SATURATED)  # infinity times 0 is no number
    p = TWO_CK * (DoubleDouble(inside) * inside)
    w = (TWO_C + p) * inside  # (10)
    v = w + (p * inside).times_power_of_two(2)  # (22)
    negative = z < 0
    e, power = decaying_exponential(choose(negative, -w, w))  # (19)
    power = np.where(negative, power, 1)
    bottom = 1 + e
    a = (choose(negative, e * inside, DoubleDouble(inside)) / bottom).rounded() * power  # (21)
    near = exponential_near(w, W_ZERO, EXP_ZERO)  # (26)
    top = choose(negative, e * near, DoubleDouble(np.ones_like(z))) + e + e * v
    slope = (top / (bottom * bottom)).rounded() * power  # (23)
    return np.where(np.abs(z) <= SATURATED, a, np.maximum(z, 0)), slope
