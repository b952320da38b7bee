"""Formats of few digits, which NumPy lacks or takes no steps in: bfloat16 and float16, held in single precision.

A step that is shorter than the spacing of such a format is lost: the function sees its input unchanged, and a
difference of 0 would say that the slope is 0. So points are numbers of the format, and the steps those between them.
"""

import numpy as np

from nnmath.gradcheck.arrays import Floats

#: In formats with a wider spacing than this rounding may hide a factor of 2 from a sum over many entries.
COARSE = 1e-5
#: Steps are longer there by this: four of them, which one extrapolation takes, are longer than the spacing of bfloat16.
LONGER = 16.0


def in_format(x: Floats, epsilon: float) -> Floats:
    """The nearest numbers with this relative spacing; as they are where it is 0."""
    if epsilon == 0:
        return x
    mantissa, exponent = np.frexp(x)
    return np.asarray(np.ldexp(np.rint(mantissa * (2 / epsilon)) * (epsilon / 2), exponent))


def longer_where_coarse(steps: Floats, epsilon: float) -> Floats:
    """Steps that are long enough for a format of this spacing; as they are where it is 0."""
    return steps if epsilon == 0 else LONGER * steps
