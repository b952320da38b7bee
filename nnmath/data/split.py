"""Rows that are held out: to test on, or to stop training on."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray


def held_out(groups: NDArray[np.integer], share: float, rng: np.random.Generator, least: int = 0) -> NDArray[np.bool_]:
    """Choose about that share of the rows of each group, at random; at least one row of each is left.

    Parameters
    ----------
    groups : integer array, shape (N,), 0 or more
        The label of each row; all 0 where the rows make one group.
    share : float, in (0, 1)
    rng : numpy.random.Generator
    least : int
        So many rows of each group that has more are chosen, however small the share is.

    Returns
    -------
    chosen : array of bool, shape (N,)
    """
    chosen = np.zeros(len(groups), bool)
    order = rng.permutation(len(groups))
    order = order[np.argsort(groups[order], kind="stable")]  # group by group, each in a random order
    for start, end in pairwise([0, *np.cumsum(np.bincount(groups)).tolist()]):
        count = end - start
        chosen[order[start : start + min(max(round(share * count), least), max(count - 1, 0))]] = True
    return chosen
