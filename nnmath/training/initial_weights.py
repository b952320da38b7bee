"""Initial weights: random, and of a size that keeps the size of signals or gradients.

Derivation: derivations/training/initial_weights.md.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from math import sqrt

import numpy as np

from nnmath.typing import Layers

#: The standard deviation of the weights of a layer with D inputs and M outputs.
STANDARD_DEVIATIONS: Mapping[str, Callable[[int, int], float]] = {
    "normal": lambda D, M: 1.0,
    "glorot": lambda D, M: sqrt(2 / (D + M)),  # (16)
    "he": lambda D, M: sqrt(2 / D),  # (11)
}


def initialize(sizes: Sequence[int], rng: np.random.Generator, kind: str = "he", scale: float = 1.0) -> Layers:
    """Draw normal weights, and set biases to 0.

    Parameters
    ----------
    sizes : sequence of int
        Inputs of the network, width of each hidden layer, outputs: (2, 64, 3).
    rng : numpy.random.Generator
    kind : str
        "he" (He et al. 2015, equation 10) suits ReLU, which halves the mean square of its input; "glorot" (Glorot and
        Bengio 2010, equation 12) leaves the activation function out of account, and takes the mean
        of what the forward and the backward pass ask for; "normal" leaves the standard deviation to `scale`.
    scale : float, positive
        What the standard deviation is multiplied by.

    Returns
    -------
    layers : list of (W, b), float64
    """
    spread = STANDARD_DEVIATIONS[kind]
    return [(rng.normal(0, scale * spread(D, M), (D, M)), np.zeros(M)) for D, M in pairwise(sizes)]
