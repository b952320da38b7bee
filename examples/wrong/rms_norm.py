"""A normalisation layer whose backward pass forgets that each row is divided by its own size.

Check it with `python -m nnmath check rms_norm.py:rms_norm`.
"""

import numpy as np


def rms_norm(x: "N, D", gain: "D"):  # the shapes: N rows of length D, and one gain for each column
    """Divide each row by the root of its mean square, and scale each column."""
    r = np.sqrt(np.mean(x**2, axis=1, keepdims=True) + 1e-6)
    n = x / r

    def backward(dy):
        dn = dy * gain
        dx = dn / r
        return dx, np.sum(dy * n, axis=0)

    return n * gain, backward
