"""A function of NumPy arrays: it returns its value and its backward pass."""

import numpy as np


def silu(x):
    """The sigmoid of x times x."""
    s = 1 / (1 + np.exp(-x))

    def backward(da):
        return da * s * (1 + x * (1 - s))

    return x * s, backward


def test_silu(gradcheck):
    gradcheck(silu, "x=N,D")
