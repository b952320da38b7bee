"""Points of a square, some of them inside a circle: classes that no straight line separates."""

from math import isfinite

import numpy as np
from numpy.typing import NDArray


def radial(
    rng: np.random.Generator, *, points: int = 500, noise: float = 0.0
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Points uniform on [-1, 1]², of class 1 inside the radius √½ and of class 0 outside.

    Parameters
    ----------
    rng : numpy.random.Generator
    points : int, positive
    noise : float, nonnegative
        Standard deviation of the Gaussian noise that is added to both coordinates after the class is settled, so that
        the classes overlap.

    Returns
    -------
    x : float array, shape (points, 2)
    labels : integer array, shape (points,), 0 or 1
    """
    if points < 1:
        raise ValueError(f"points: expected a positive integer, got {points}")
    if not (isfinite(noise) and noise >= 0):
        raise ValueError(f"noise: expected a finite number, 0 or more, got {noise}")
    x = rng.uniform(-1, 1, (points, 2))
    labels = (np.sum(x**2, axis=1) < 0.5).astype(np.int64)
    return x + noise * rng.standard_normal(x.shape), labels
