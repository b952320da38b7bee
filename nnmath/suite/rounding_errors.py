"""Errors of floating-point numbers beside exact ones: in units in the last place, or in epsilon times a magnitude."""

from typing import Any

import numpy as np


def distances(computed: Any, exact: Any) -> tuple[Any, Any, Any]:
    """Return how far float64 numbers are from exact ones, which are numbers of mpmath.

    Returns
    -------
    nearest : array
        The float64 numbers nearest to the exact ones.
    distance : array
        NaN where an exact number is beyond all of float64.
    exponent : array
        Of the power of two above each exact number.
    """
    with np.errstate(all="ignore"):
        nearest = np.asarray(exact, np.float64)
        rest = np.asarray(exact - nearest, np.float64)  # what the nearest number leaves of the exact one
        mantissa, exponent = np.frexp(np.abs(nearest))
        below_power = (mantissa == 0.5) & (np.sign(rest) == -np.sign(nearest))  # of two: the nearest one is above
        return nearest, np.abs(computed - nearest - rest), exponent - below_power


def errors_of(computed: Any, exact: Any, magnitudes: Any = None, factor: float = 1.0) -> Any:
    """Return the error of each number: in ulp of the exact one, or in epsilon times a magnitude.

    Below the normal numbers it is 0, or infinite where it is as large as one of these. A slope that is no normal number
    has lost digits before an upstream gradient of the size `factor` multiplies it.
    """
    limits = np.finfo(computed.dtype)
    tiny, computed = 4 * float(limits.tiny), computed.astype(np.float64)
    with np.errstate(all="ignore"):
        nearest, error, exponent = distances(computed, exact)
        error = np.where(np.isnan(error), np.inf, error)  # where the exact number is beyond all of them
        if factor > 1:
            error = np.maximum(error - factor * float(limits.smallest_subnormal), 0)
        if magnitudes is None:
            size, unit = np.abs(nearest), np.ldexp(1.0, exponent - 1 - limits.nmant)
        else:
            size = np.asarray(magnitudes, np.float64)
            unit = size * float(limits.eps)
        below = np.where(error <= tiny, 0.0, np.inf)
        beyond = np.where(np.abs(nearest) > float(limits.max), 0.0, np.inf)
        return np.where(np.isfinite(computed), np.where(size < tiny, below, error / unit), beyond)
