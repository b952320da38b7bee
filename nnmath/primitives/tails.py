"""What functions with exponential tails need: exponents with twice the digits, exponentials that do not underflow.

An absolute error of an exponent is a relative error of the exponential. So the exponent is computed as two numbers, the
rounded one and what the rounding has taken away.
"""

import numpy as np

from nnmath.typing import Array

#: Up to here an exponential of a negative number is far from underflow, and so is its product with any slope.
FAR = 600.0


def decaying_exponential(h: Array) -> tuple[Array, Array | float]:
    """Return exp(-h) as a product of two numbers, the first of which does not underflow.

    What is multiplied by the first one before the second keeps its digits where exp(-h) alone would be subnormal.

    Parameters
    ----------
    h : float64 array, 0 or more

    Returns
    -------
    near : array, shape of h
    far : array, shape of h, or 1.0
        1 where h is at most 600.
    """
    if not (h > FAR).any():
        return np.exp(-h), 1.0
    near = np.minimum(h, FAR)
    return np.exp(-near), np.exp(near - h)


def two_sum(x: Array | float, y: Array | float) -> tuple[Array, Array]:
    """Return x + y rounded, and what the rounding has taken away, exactly (Knuth)."""
    total = np.add(x, y)
    back = total - x
    return total, (x - (total - back)) + (y - back)


def two_product(x: Array | float, y: Array) -> tuple[Array, Array]:
    """Return x y rounded, and what the rounding has taken away, exactly (Dekker 1971, Veltkamp's splitting)."""
    product = x * y
    (x_high, x_low), (y_high, y_low) = split(x), split(y)
    rest = ((x_high * y_high - product) + x_high * y_low + x_low * y_high) + x_low * y_low
    return product, rest


def split(x: Array | float) -> tuple[Array | float, Array | float]:
    """Return two numbers of 26 bits each whose sum is x, which is below 1e300."""
    scaled = x * (2.0**27 + 1)
    high = scaled - (scaled - x)
    return high, x - high
