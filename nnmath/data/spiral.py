"""The spiral data of *Neural Networks from Scratch*: classes that no straight line separates."""

from math import isfinite

import numpy as np
from numpy.typing import NDArray


def spiral(
    rng: np.random.Generator, *, points: int = 100, noise: float = 0.2, classes: int = 3
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Points on spiral arms, one arm a class.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the noise comes from.
    points : int, at least 2
        Points a class.
    noise : float, nonnegative
        Standard deviation of the Gaussian noise of the angle, before it is multiplied by 2.5.
    classes : int, at least 1

    Returns
    -------
    x : float array, shape (classes * points, 2)
        In the unit disc; one class after the other, each from the centre outwards.
    labels : integer array, shape (classes * points,), in 0..classes - 1

    References
    ----------
    Kinsley and Kukieła, *Neural Networks from Scratch in Python* (2020), chapter 3, after Karpathy's notes for the
    Stanford course CS231n.
    """
    if points < 2 or classes < 1:
        raise ValueError(f"expected at least 2 points of at least 1 class, got points={points} and classes={classes}")
    if not (isfinite(noise) and noise >= 0):
        raise ValueError(f"noise: expected a finite number, 0 or more, got {noise}")
    labels = np.repeat(np.arange(classes), points)
    r = np.tile(np.linspace(0, 1, points), classes)
    t = np.concatenate([np.linspace(4 * c, 4 * (c + 1), points) for c in range(classes)])
    t = t + noise * rng.standard_normal(len(t))
    return np.column_stack((r * np.sin(2.5 * t), r * np.cos(2.5 * t))), labels
