"""Numbers with twice the digits of double precision: unevaluated sums of two float64 numbers.

Where several roundings would add up to more than the last digit, all but the exponential is computed with such numbers
and rounded once. Sums and products are exact but for a few units of 2**-106 (T. J. Dekker, "A floating-point technique
for extending the available precision", Numerische Mathematik 18, 1971; D. E. Knuth's sum of two numbers).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.typing import Array

#: Up to here an exponential of a negative number is far from underflow, and so is its product with any slope.
FAR = 600.0
#: 256 log(2) to twice the digits, and the power of two whose logarithm it is the negative of.
SHIFT, POWER = (177.445678223346, 5.936759843446527e-15), 2.0**-256


class DoubleDouble:
    """A number, or an array of them, as its float64 approximation and the rest.

    Parameters
    ----------
    high : float64 array or float
        Finite, below 1e300.
    low : array of the same shape, or float
        At most an ulp of `high`.
    """

    __slots__ = ("high", "low")
    __array_ufunc__ = None  # an array on the left leaves the operation to this class

    def __init__(self, high: Array | float, low: Array | float = 0.0) -> None:
        self.high, self.low = high, low

    def __add__(self, other: Any) -> "DoubleDouble":
        other = _with_rest(other)
        total, rest = two_sum(self.high, other.high)
        rest += self.low
        rest += other.low
        return _normalized(total, rest)

    __radd__ = __add__

    def __neg__(self) -> "DoubleDouble":
        return DoubleDouble(-self.high, -self.low)

    def __sub__(self, other: Any) -> "DoubleDouble":
        return self + -_with_rest(other)

    def __rsub__(self, other: Any) -> "DoubleDouble":
        return _with_rest(other) + -self

    def __mul__(self, other: Any) -> "DoubleDouble":
        other = _with_rest(other)
        product, rest = two_product(self.high, other.high)
        rest += self.high * other.low
        rest += self.low * other.high
        return _normalized(product, rest)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> "DoubleDouble":
        other = _with_rest(other)
        quotient = self.high / other.high
        product, rest = two_product(quotient, other.high)
        remainder = ((self.high - product) - rest) + (self.low - quotient * other.low)
        return _normalized(quotient, remainder / other.high)

    def times_power_of_two(self, power: Array | float) -> "DoubleDouble":
        """Return the product with a power of two, which is exact."""
        return DoubleDouble(self.high * power, self.low * power)

    def rounded(self) -> Array:
        """Return the nearest float64 number, but for the few units of 2**-106."""
        return np.add(self.high, self.low)


def choose(condition: NDArray[np.bool_], x: DoubleDouble, y: DoubleDouble) -> DoubleDouble:
    """Return the first where a condition holds, and the second elsewhere."""
    return DoubleDouble(np.where(condition, x.high, y.high), np.where(condition, x.low, y.low))


def decaying_exponential(h: DoubleDouble) -> tuple[DoubleDouble, Array | float]:
    """Return exp(-h) as a product of a number that does not underflow and a power of two.

    What is multiplied by the first one before the second keeps its digits where exp(-h) alone would be subnormal. An
    absolute error of an exponent is a relative error of the exponential: that is why h has a rest.

    Parameters
    ----------
    h : float64 array with its rest, from 0 to 800

    Returns
    -------
    near : array with its rest, shape of h
        Its only error is that of NumPy's exponential.
    power : array, shape of h, or 1.0
        1 where h is at most 600.
    """
    power: Array | float = 1.0
    far = np.greater(h.high, FAR)
    if far.any():
        power = np.where(far, POWER, 1.0)
        h = choose(far, h - DoubleDouble(*SHIFT), h)
    e = np.exp(-h.high)
    return DoubleDouble(e, -e * h.low), power


def exponential_near(x: DoubleDouble, r: DoubleDouble, exp_r: DoubleDouble) -> DoubleDouble:
    """Return exp(x), with an error that is small beside its distance from exp(r), where x is 0 or less.

    Parameters
    ----------
    x : float64 array with its rest
    r, exp_r : floats with their rests
        A negative number and its exponential.
    """
    t = x - r
    m = np.expm1(np.minimum(t.high, -r.high))
    return exp_r * (1 + DoubleDouble(m, (1 + m) * t.low))


def two_sum(x: Array | float, y: Array | float) -> tuple[Array, Array]:
    """Return x + y rounded, and what the rounding has taken away, exactly (Knuth)."""
    total = np.add(x, y)
    back = total - x
    rest = total - back
    rest -= x
    back -= y
    rest += back
    return total, -rest


def two_product(x: Array | float, y: Array | float) -> tuple[Array, Array]:
    """Return x y rounded, and what the rounding has taken away, exactly (Dekker, with Veltkamp's splitting)."""
    product = np.multiply(x, y)
    (x_high, x_low), (y_high, y_low) = _split(x), _split(y)
    rest = x_high * y_high - product
    rest += x_high * y_low
    rest += x_low * y_high
    rest += x_low * y_low
    return product, rest


def _split(x: Array | float) -> tuple[Array | float, Array | float]:
    """Return two numbers of 26 bits each whose sum is x."""
    high = x * (2.0**27 + 1)
    high -= high - x
    return high, x - high


def _normalized(high: Array, low: Array) -> DoubleDouble:
    total = high + low
    low -= total - high
    return DoubleDouble(total, low)


def _with_rest(x: Any) -> DoubleDouble:
    return x if isinstance(x, DoubleDouble) else DoubleDouble(x)
