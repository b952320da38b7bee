"""Softsign: squashes any number into (-1, 1), without an exponential.

Derivation: derivations/activations/softsign.md.
"""

import numpy as np

from nnmath.primitives.primitive import Primitive
from nnmath.typing import Array, Backward


@Primitive
def softsign(z: Array) -> tuple[Array, Backward]:
    """Divide each entry by one plus its size.

    Parameters
    ----------
    z : float array, any shape

    Returns
    -------
    a : float array, shape and dtype of z, in [-1, 1]
    backward : callable
        ``backward(da)`` takes the upstream gradient, shape of a, and returns dz, shape of z.
    """
    s = 1 + np.abs(z)  # (1)
    a = z / s  # (2)

    def backward(da: Array) -> Array:
        dz: Array = da / s**2  # (6)
        return dz

    return a, backward
