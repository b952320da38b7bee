"""Columns whose mean is far larger than they are wide: what batch normalization makes of them."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

EPSILON = 1e-5


def normalized(x: Any) -> Any:
    """A normalized column, by exact fractions but for the root."""
    exact = [Fraction(float(value)) for value in x[:, 0]]
    mean = sum(exact) / len(exact)
    variance = sum((value - mean) ** 2 for value in exact) / len(exact)
    deviation = np.sqrt(float(variance) + float(x.dtype.type(EPSILON)))
    return np.array([float(value - mean) / deviation for value in exact])


def digits_are_kept_beside_a_row_far_away(batch_norm: Callable[..., Any]) -> bool:
    """Whether rows keep their digits where the first one lies far away.

    The first mean is rounded by as much as that row is away; the second one takes this away.
    """
    x = 1e6 + np.random.default_rng(0).standard_normal((200, 1))
    x[0] = 0
    y, _ = batch_norm(x, np.ones(1), np.zeros(1))
    return np.allclose(y[:, 0], normalized(x), rtol=8 * np.finfo(float).eps, atol=0)
