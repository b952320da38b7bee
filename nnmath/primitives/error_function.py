"""The tail of the normal distribution without its exponential factor, which is the error function in other units.

NumPy has no error function. What GELU needs is exp(x**2 / 2) times the probability of a standard normal number above x,
which is half of the scaled complementary error function ``erfcx`` at x / sqrt(2): it falls from one half at 0 to
1 / (sqrt(2 pi) x), and has all its digits where the probability itself is too small for a number.

Derivation: derivations/activations/gelu.md.
"""

import numpy as np

from nnmath.primitives.double_double import DoubleDouble, choose
from nnmath.typing import Array

#: 1 / sqrt(2 pi).
DENSITY_AT_0 = DoubleDouble(0.3989422804014327, -2.49232720227773e-17)

#: The half-line from 0 becomes the interval from -1 to 1 by t = (x - 5) / (x + 5).
MIDDLE = 5.0
#: There, 1 + x times the scaled tail is this polynomial of t, lowest power first, with a relative error of 1e-17. It is
#: the interpolation at 40 Chebyshev points, cut off after the Chebyshev polynomial of degree 24. (The idea is that of
#: M. M. Shepherd, J. G. Laframboise, Mathematics of Computation 36, 1981.)
POLYNOMIAL_AT_0 = DoubleDouble(0.46151582985003775, 2.4915132418747322e-17)
COEFFICIENTS = (
    *(-0.09155228183400904, 0.031030368425962847, 0.010002352385229382, -0.026401042966267253, 0.024536963243678652),
    *(-0.015170415403281224, 0.006522000667783896, -0.0016760723371645697, 7.791597409338999e-06),
    *(0.00018233410307611755, -5.36075811148722e-05, -9.895946159334735e-06, 9.05982468125664e-06),
    *(-7.070628846317715e-08, -1.3074486019237587e-06, 1.284479710649634e-07, 1.9627809920091187e-07),
    *(-2.688202129280215e-08, -3.095201755804207e-08, 4.022493382168717e-09, 4.4011596227599254e-09),
    *(-4.327297110082094e-10, -3.815816262632953e-10, 2.5086998016985133e-11),
)

#: For single precision: x + 6 times the scaled tail rises from r, which is below, to x by u times this polynomial of
#: u = (x - r) / (x + 6). It is the interpolation at 11 Chebyshev points; up to 15 its relative error is 2e-10.
MIDDLE_IN_SINGLE = 6.0
IN_SINGLE = (
    *(-5.882637654351697, 12.297034920494452, -19.45786953082611, 23.66871679551785),
    *(-21.89830649044493, 14.687020495110021, -6.127345955131592, 0.45463744841091747),
    *(1.2321195108197047, -0.7627665646910182, 0.16348522160649082),
)

#: r, the number next to the one at which the scaled tail is x / sqrt(2 pi); the difference of the two there, and its
#: derivative.
CROSSING, DIFFERENCE = 0.7517915246935645, -8.561341314312752e-18
DERIVATIVE = DoubleDouble(-0.5724061752276146, 3.875786207763874e-17)
#: The difference is expanded about r up to this distance, to so many terms.
REACH, TERMS = 0.752, 26


def scaled_tail(x: Array) -> DoubleDouble:
    """Return exp(x**2 / 2) times the probability that a standard normal number is above x.

    Parameters
    ----------
    x : float64 array, 0 or more, finite

    Returns
    -------
    m : array with its rest, shape of x, in (0, 1/2]
        Its relative error is at most 2.2 * 2**-53.
    """
    both = DoubleDouble(x)
    t = ((both - MIDDLE) / (both + MIDDLE)).rounded()
    return (POLYNOMIAL_AT_0 + t * horner(COEFFICIENTS, t)) / (both + 1)


def scaled_tail_less_line(x: Array, m: DoubleDouble) -> DoubleDouble:
    """Return m - x / sqrt(2 pi), with all digits also where it is nearly 0.

    Parameters
    ----------
    x : float64 array, 0 or more, finite
    m : array with its rest, shape of x
        The scaled tail at x.
    """
    t = DoubleDouble(x) - CROSSING
    near = np.abs(t.high) < REACH
    inside = np.minimum(t.high, REACH)
    return choose(near, DIFFERENCE + t * (DERIVATIVE + inside * horner(EXPANSION, inside)), m - DENSITY_AT_0 * x)


def scaled_tail_in_single(x: Array) -> tuple[Array, Array]:
    """Return the scaled tail m and m - x / sqrt(2 pi), with relative errors of 2e-10.

    Both are computed from how far x is from the number r at which the difference is 0, where all terms of it are 0.

    Parameters
    ----------
    x : float64 array, from 0 to 15
    """
    t = x - CROSSING
    w = 1 / (x + MIDDLE_IN_SINGLE)
    u = t * w
    u *= horner(IN_SINGLE, u)
    line = DENSITY_AT_0.high * t * (t + (2 * CROSSING + MIDDLE_IN_SINGLE))
    return (u + LEVEL) * w, (u - line) * w


def horner(coefficients: tuple[float, ...], t: Array) -> Array:
    """Return the polynomial with these coefficients, lowest power first."""
    total = coefficients[-1] * t
    for coefficient in coefficients[-2:0:-1]:
        total += coefficient
        total *= t
    total += coefficients[0]
    return total


def _expansion() -> tuple[float, ...]:
    """Return the Taylor coefficients of the difference about r, from the second power on.

    The scaled tail m has the slope x m - 1 / sqrt(2 pi). So its coefficients c, with c[0] = m(r), follow from each
    other: c[1] = r c[0] - 1 / sqrt(2 pi), and (n + 1) c[n + 1] = r c[n] + c[n - 1].
    """
    density = float(DENSITY_AT_0.high)
    c = [CROSSING * density + DIFFERENCE]
    c.append(CROSSING * c[0] - density)
    for n in range(1, TERMS):
        c.append((CROSSING * c[n] + c[n - 1]) / (n + 1))
    return tuple(c[2:])


EXPANSION = _expansion()
#: r (6 + r) / sqrt(2 pi).
LEVEL = CROSSING * (CROSSING + MIDDLE_IN_SINGLE) * DENSITY_AT_0.high
