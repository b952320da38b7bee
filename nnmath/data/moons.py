"""Two half-moons, one inside the bend of the other."""

from math import isfinite

import numpy as np
from numpy.typing import NDArray


def moons(
    rng: np.random.Generator, *, points: int = 100, noise: float = 0.1
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Points on two half-circles that reach into each other.

    Parameters
    ----------
    rng : numpy.random.Generator
    points : int, positive
        Points a moon.
    noise : float, nonnegative
        Standard deviation of the Gaussian noise of both coordinates.

    Returns
    -------
    x : float array, shape (2 * points, 2)
    labels : integer array, shape (2 * points,), 0 for the upper moon, 1 for the lower
    """
    if points < 1:
        raise ValueError(f"points: expected a positive integer, got {points}")
    if not (isfinite(noise) and noise >= 0):
        raise ValueError(f"noise: expected a finite number, 0 or more, got {noise}")
    t = rng.uniform(0, np.pi, points)
    upper = np.column_stack((np.cos(t) - 0.5, np.sin(t) - 0.25))
    x = np.concatenate((upper, -upper))  # the lower moon is the upper one turned by half a circle
    return x + noise * rng.standard_normal(x.shape), np.repeat((0, 1), points)
