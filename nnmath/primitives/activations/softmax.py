"""Softmax: turns a row of logits into a row of probabilities.

Derivation: derivations/activations/softmax.md.
"""

from numpy.typing import ArrayLike

from nnmath.primitives.arguments import real_array
from nnmath.primitives.exponentials import shifted_exponentials, sum_of_rest
from nnmath.primitives.primitive import Primitive
from nnmath.typing import Array, Backward


@Primitive
def softmax(z: Array) -> tuple[Array, Backward]:
    """Softmax exp(z_k) / sum_j exp(z_j) of each row.

    Parameters
    ----------
    z : float array, shape (N, K)
        Logits, one row an example.

    Returns
    -------
    p : float array, shape (N, K)
        Probabilities; each row sums to 1.
    backward : callable
        ``backward(dp)`` takes the upstream gradient, shape (N, K), and returns dz, shape (N, K).

    Raises
    ------
    TypeError
        z is not float32 or float64.
    ValueError
        z has not two axes or has no entries, or dp has not the shape of p.
    """
    _, e, top = shifted_exponentials(z)  # (25)
    rest = sum_of_rest(e, top)  # (26)
    p = e / (1 + rest)  # (28)

    def backward(dp: Array) -> Array:
        dz: Array = p * (dp - (dp * p).sum(axis=1, keepdims=True))  # (33)
        return dz

    return p, backward


@softmax.check_arguments
def _checked(z: ArrayLike) -> tuple[Array]:
    return (real_array("z", z, ndim=2),)
