"""The adding problem of Hochreiter and Schmidhuber (1997, section 5.4): remember two numbers of a long sequence."""

import numpy as np

from nnmath.typing import Array


def adding(
    rng: np.random.Generator, sequences: int, steps: int, dtype: type[np.floating] = np.float32
) -> tuple[Array, Array]:
    """Draw sequences and their targets.

    Each step is a pair: a number, uniform from -1 to 1, and a mark. The mark is 1 at two places: one of the first ten,
    and another of the first half. It is -1 in the first and in the last step, and 0 elsewhere. The target is
    0.5 + (X1 + X2) / 4, where X1 and X2 are the two marked numbers. If the first step would be marked, it keeps its -1,
    and X1 is 0.

    Parameters
    ----------
    rng : numpy.random.Generator
    sequences : int
        N.
    steps : int
        The least length T, 20 or more; the length of all N is drawn from T to T + T / 10.

    Returns
    -------
    x : float array, shape (N, length, 2)
    targets : float array, shape (N, 1)
    """
    if steps < 20:
        raise ValueError(f"steps: expected 20 or more, got {steps}")
    length = int(rng.integers(steps, steps + steps // 10 + 1))
    x = np.zeros((sequences, length, 2), dtype)
    x[..., 0] = rng.uniform(-1, 1, (sequences, length))
    rows = np.arange(sequences)
    first = rng.integers(10, size=sequences)
    second = rng.integers(1, steps // 2 - 1, size=sequences)
    second[second == first] = steps // 2 - 1  # so that each of the others is as likely
    x[rows, second, 1] = 1
    x[rows, first, 1] = 1
    x[:, (0, -1), 1] = -1
    marked = x[..., 0] * (x[..., 1] == 1)
    return x, (0.5 + marked.sum(axis=1, keepdims=True) / 4).astype(dtype)
