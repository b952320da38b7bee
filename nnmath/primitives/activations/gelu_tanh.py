"""GELU in its tanh form, as GPT-2 uses it: a smooth gate that lets large inputs pass and holds negative ones back.

Derivation: derivations/activations/gelu_tanh.md.
"""

import numpy as np

from nnmath.primitives.entrywise import entrywise
from nnmath.primitives.primitive import Primitive
from nnmath.primitives.tails import decaying_exponential, two_product, two_sum
from nnmath.typing import Array, Backward

#: 2 c and 2 c k, the constants of the exponent, to twice the digits of double precision: the nearest number, and the
#: rest.
TWO_C = (1.5957691216057308, -9.96930880911092e-17)
TWO_CK = (0.07135481627260025, -6.175149918155315e-19)

#: Of the input at which the slope is 0: the exponent there, z times its derivative, and its exponential.
W_ZERO = (-1.2311548723318988, 1.449217884953896e-17)
V_ZERO = (-1.291955211914767, -1.0243969451078615e-16)
EXP_ZERO = 0.29195521191476714

#: Beyond this the gate is 0 or 1 to the last digit.
SATURATED = 40.0
#: Below this value and slope are 0 in single precision.
SMALLEST = -12.0


@Primitive
def gelu_tanh(z: Array) -> tuple[Array, Backward]:
    """GELU, tanh form: z (1 + tanh(c (z + k z**3))) / 2, where c is sqrt(2 / pi) and k is 0.044715, entry by entry.

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
    e = q * -TWO_CK[0]
    e -= TWO_C[0]
    e *= z  # (10)
    np.exp(e, out=e)
    s = 1 + e
    np.divide(1, s, out=s)  # (11)
    e *= s
    e *= s
    q *= 3 * TWO_CK[0]
    q += TWO_C[0]
    q *= z
    q *= e
    q += s
    s *= z
    return s, q  # (13), (17)


def double(z: Array) -> tuple[Array, Array]:
    """Value and slope of float64 numbers. The exponent w, and z times its derivative, have twice the digits."""
    inside = np.clip(z, -SATURATED, SATURATED)
    q, q_rest = two_product(inside, inside)
    p, p_rest = two_product(TWO_CK[0], q)
    p_rest += TWO_CK[0] * q_rest + TWO_CK[1] * q
    u, u_rest = two_sum(TWO_C[0], p)
    u_rest += p_rest + TWO_C[1]
    w, w_rest = two_product(inside, u)  # (10)
    w_rest += inside * u_rest
    cube, cube_rest = two_product(2 * inside, p)
    v, v_rest = two_sum(w, cube)  # (22)
    v_rest += w_rest + (cube_rest + 2 * inside * p_rest)

    negative = w < 0
    e, far = decaying_exponential(np.abs(w))  # (19)
    e -= e * np.copysign(1, w) * w_rest
    factor = np.where(negative, far, 1)
    a = np.maximum(z, -SATURATED) * (np.where(negative, e, 1) / (1 + e)) * factor  # (21)
    t, t_rest = two_sum(v, -V_ZERO[0])
    growth = np.expm1(np.minimum((w - W_ZERO[0]) + (w_rest - W_ZERO[1]), -W_ZERO[0]))
    h = t + ((t_rest + (v_rest - V_ZERO[1])) + EXP_ZERO * growth)  # (26)
    slope = np.where(negative, e * h, 1 + e * (1 + v)) / (1 + e * (2 + e)) * factor  # (23)
    return a, slope
