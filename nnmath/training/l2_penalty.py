"""The L2 penalty: a term of the loss that grows with the squares of the parameters.

Derivation: derivations/training/l2_penalty.md.
"""

from nnmath.typing import Array


def l2_penalty(theta: Array, strength: Array) -> tuple[Array, Array]:
    """Half the sum of the squares of the parameters, each times its strength, and the gradient of that.

    Parameters
    ----------
    theta : float array, shape (P,)
        All weights and biases, as one vector.
    strength : float array, shape (P,), nonnegative
        λ for the parameters that the penalty covers, 0 for the others.

    Returns
    -------
    penalty : float scalar
    gradient : float array, shape (P,)
    """
    gradient = strength * theta  # (5)
    return gradient @ theta / 2, gradient  # (6)
