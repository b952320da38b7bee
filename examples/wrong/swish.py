"""Swish, a number times its sigmoid: the module of swish.md.

Check it with `python -m nnmath check swish.md`.
"""

import numpy as np


def swish(z):
    """Return z times its sigmoid, and the backward pass."""
    s = 1 / (1 + np.exp(-z))  # (1)
    a = z * s  # (2)

    def backward(da):
        return da * s * (1 + z / (1 + np.exp(z)))  # (7)

    return a, backward
