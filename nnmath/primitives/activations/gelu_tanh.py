"""GELU in its tanh form, as GPT-2 uses it: a smooth gate that lets large inputs pass and holds negative ones back.

Derivation: derivations/activations/gelu_tanh.md.
"""

from collections.abc import Callable

import numpy as np

from nnmath.primitives.primitive import Primitive
from nnmath.typing import Array

#: 2 c and 2 c k, the constants of the exponent, to twice the digits of double precision: the nearest number, and the
#: rest.
TWO_C = (1.5957691216057308, -9.96930880911092e-17)
TWO_CK = (0.07135481627260025, -6.175149918155315e-19)

#: Beyond this the gate is 0 or 1 to the last digit, in both precisions.
SATURATED = 40.0

#: Numbers that are computed at a time, in double precision, so that they stay in the cache of one core.
BLOCK = 16384


@Primitive
def gelu_tanh(z: Array) -> tuple[Array, Callable[[Array], Array]]:
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
    z = np.asarray(z, order="C")
    a, slope = np.empty_like(z), np.empty_like(z)
    entries, values, slopes = z.ravel(), a.ravel(), slope.ravel()  # views
    compute = single if z.dtype.type is np.float32 else double
    for first in range(0, z.size, BLOCK):
        block = slice(first, first + BLOCK)
        compute(entries[block], values[block], slopes[block])

    def backward(da: Array) -> Array:
        dz: Array = da * slope  # (18)
        return dz

    return a, backward


def single(z: Array, a: Array, slope: Array) -> None:
    """Write value and slope of float32 numbers. All is computed in double precision, so that one rounding is left."""
    z = np.clip(z.astype(np.float64), -SATURATED, 1e100)  # infinity times 0 is no number
    q = z * z
    e = q * -TWO_CK[0]
    e -= TWO_C[0]
    e *= z  # (10)
    np.minimum(e, 700, out=e)  # then e s is 1 to the last digit, and s too small for a float32
    np.exp(e, out=e)
    s = 1 + e
    np.divide(1, s, out=s)  # (11)
    np.multiply(z, s, out=a, casting="same_kind")  # (13)
    e *= s
    e *= s
    q *= 3 * TWO_CK[0]
    q += TWO_C[0]
    q *= z
    q *= e
    np.add(s, q, out=slope, casting="same_kind")  # (17)


def double(z: Array, a: Array, slope: Array) -> None:
    """Write value and slope of float64 numbers. The exponent w is carried to twice their digits.

    Where the exponential of -|w| would underflow, a factor of it is multiplied in at the end.
    """
    inside = np.clip(z, -SATURATED, SATURATED)
    q, q_rest = two_product(inside, inside)
    r, r_rest = two_product(TWO_CK[0], q)
    r_rest += TWO_CK[0] * q_rest + TWO_CK[1] * q
    u = TWO_C[0] + r
    u_rest = (TWO_C[0] - (u - r)) + r_rest + TWO_C[1]
    w, w_rest = two_product(inside, u)  # (10)
    w_rest += inside * u_rest
    size = np.abs(w)
    near = np.minimum(size, 600)
    e = np.exp(-near)  # (19)
    e -= e * np.copysign(1, w) * w_rest
    far = np.where(w < 0, np.exp(near - size), 1)
    t = 1 / (1 + e)
    s = np.where(w < 0, e, 1) / (1 + e)  # (20)
    a[...] = np.maximum(z, -SATURATED) * s * far  # (13)
    slope[...] = (s + inside * (TWO_C[0] + 3 * TWO_CK[0] * q) * e * t * t) * far  # (17), (21)


def two_product(x: Array | float, y: Array) -> tuple[Array, Array]:
    """Return x y rounded, and what the rounding has taken away, exactly (Dekker 1971, Veltkamp's splitting)."""
    product = x * y
    (x_high, x_low), (y_high, y_low) = split(x), split(y)
    rest = ((x_high * y_high - product) + x_high * y_low + x_low * y_high) + x_low * y_low
    return product, rest


def split(x: Array | float) -> tuple[Array | float, Array | float]:
    """Return two numbers of 26 bits each whose sum is x."""
    scaled = x * (2.0**27 + 1)
    high = scaled - (scaled - x)
    return high, x - high
