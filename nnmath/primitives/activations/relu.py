"""ReLU: keeps what is positive.

Derivation: derivations/activations/relu.md.
"""

import numpy as np

from nnmath.primitives.primitive import Primitive
from nnmath.typing import Array, Backward


@Primitive
def relu(z: Array) -> tuple[Array, Backward]:
    """Rectified linear unit max(z, 0) of each entry, with slope 0 at 0.

    At -infinity and infinity the value is 0 and infinity, the slope 0 and 1. Of NaN the value is NaN, the slope 0.

    Parameters
    ----------
    z : float array, any shape

    Returns
    -------
    a : float array, shape and dtype of z
    backward : callable
        ``backward(da)`` takes the upstream gradient, shape of a, and returns dz, shape of z. It keeps z and
        nothing else.

    Raises
    ------
    TypeError
        z is not float32 or float64.
    ValueError
        z has no entries, or da has not the shape of a.
    """
    a = np.maximum(z, 0)  # (1)

    def backward(da: Array) -> Array:
        return da * (z > 0)  # (10)

    return a, backward
