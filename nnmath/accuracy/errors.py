"""Errors of results in units in the last place of the exact result."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.suite.rounding_errors import distances

#: The bits of the exponent in a double precision number; the smallest normal number of single precision, and what of a
#: power of two is the last place of the numbers from there on.
EXPONENT, SMALLEST, LAST_PLACE = np.int64(0x7FF << 52), 2.0**-126, 2.0**-23
#: Of double precision the digits, and the exponent of the smallest normal number, whose mantissa is one half.
DIGITS, SMALLEST_EXPONENT = 53, -1021


def errors_in_ulp(computed: NDArray[np.float32], reference: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distance between two arrays, in ulp of float32 at the reference; infinite where only one is finite.

    Subnormal numbers have the last place of the smallest normal number. Where the reference rounds to infinity,
    infinity is right; where it is not a number, the result must not be one either.

    Parameters
    ----------
    computed : float32 array
    reference : float64 array
    """
    with np.errstate(all="ignore"):
        powers_of_two = (reference.view(np.int64) & EXPONENT).view(np.float64)
        powers_of_two[reference == 0] = 0.5  # 0 has no last place
        errors: NDArray[np.float64] = np.abs(computed - reference) / (np.maximum(powers_of_two, SMALLEST) * LAST_PLACE)
        rounded = reference.astype(np.float32)
        if not (finite := np.isfinite(errors) & np.isfinite(rounded)).all():
            same = (computed == rounded) | (np.isnan(computed) & np.isnan(rounded))
            errors[~finite] = np.where(same[~finite], 0, np.inf)
    return errors


def errors_in_ulp_of_float64(computed: NDArray[np.float64], exact: NDArray[Any]) -> NDArray[np.float64]:
    """Return the same for float64 numbers and exact ones, which are numbers of mpmath."""
    rounded, distance, exponent = distances(computed, exact)
    with np.errstate(invalid="ignore", over="ignore"):
        last_place = np.ldexp(1.0, np.maximum(exponent, SMALLEST_EXPONENT) - DIGITS)
        errors: NDArray[np.float64] = distance / last_place
    special = ~np.isfinite(rounded) | ~np.isfinite(computed)
    same = (computed == rounded) | (np.isnan(computed) & np.isnan(rounded))
    errors[special] = np.where(same[special], 0, np.inf)
    return errors
