"""Errors of float32 results in units in the last place of the exact result."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: The exponents of the smallest normal float32 number and of its last place.
SMALLEST_EXPONENT, MANTISSA = -126, 23


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
        _, exponents = np.frexp(reference)
        last_place = np.maximum(exponents - 1, SMALLEST_EXPONENT) - MANTISSA
        errors: NDArray[Any] = np.ldexp(np.abs(computed.astype(np.float64) - reference), -last_place)
        rounded = reference.astype(np.float32)
        same = (computed == rounded) | (np.isnan(computed) & np.isnan(rounded))
        errors[~np.isfinite(errors)] = np.inf
        special = ~np.isfinite(rounded)
        errors[special] = np.where(same[special], 0, np.inf)
    return errors
