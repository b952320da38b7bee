"""Functions of one number, entry by entry: value and slope, computed in double precision and rounded once."""

from collections.abc import Callable

import numpy as np

from nnmath.typing import Array

#: Numbers that are computed at a time, so that they and what is computed of them stay in the cache of one core.
BLOCK = 16384


#: From a float64 vector to the values and the slopes there.
ValueAndSlope = Callable[[Array], tuple[Array, Array]]


def entrywise(double: ValueAndSlope, z: Array, single: ValueAndSlope | None = None) -> tuple[Array, Array]:
    """Compute a function and its derivative for each entry of an array.

    Single precision is computed in double precision and rounded once. The result is then off by half a unit in the last
    place, and by what double precision adds, which is far less.

    Parameters
    ----------
    double : callable
        From a float64 vector to the values and the slopes there.
    z : float array, any shape
    single : callable, optional
        The same for float32 numbers, which it is given in double precision: it need not be right to the last digit.
        By default `double`.

    Returns
    -------
    values, slopes : arrays, shape and dtype of z
    """
    is_double = z.dtype.char == "d"
    if is_double and z.ndim and z.size <= BLOCK:
        return double(z)
    value_and_slope = double if is_double or single is None else single
    entries = np.ravel(z)
    values, slopes = np.empty_like(entries), np.empty_like(entries)
    for first in range(0, entries.size, BLOCK):
        block = slice(first, first + BLOCK)
        values[block], slopes[block] = value_and_slope(entries[block].astype(np.float64, copy=False))
    return values.reshape(z.shape), slopes.reshape(z.shape)
