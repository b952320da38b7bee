"""What the outputs of a network mean: their probabilities, and the cross-entropy that belongs to them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.primitives import binary_cross_entropy, sigmoid, softmax, softmax_cross_entropy
from nnmath.typing import Array, Loss

#: The loss of each kind of output: one choice among K classes, or a yes or no for each of K.
LOSSES: Mapping[str, Loss] = {"softmax": softmax_cross_entropy, "sigmoid": binary_cross_entropy}


def targets(labels: NDArray[np.integer], output: str, width: int, dtype: Any, smoothing: float = 0.0) -> NDArray[Any]:
    """Turn labels into what the loss compares the outputs with.

    Parameters
    ----------
    labels : integer array, shape (N,), in 0..K-1
    output : str
        "softmax" or "sigmoid".
    width : int
        K; or 1, for a single sigmoid that says how likely class 1 is.
    dtype : float dtype
    smoothing : float, in [0, 1)
        The share of certainty that each label gives up, in equal parts to all classes.

    Returns
    -------
    targets : array
        The labels themselves, shape (N,), for softmax without smoothing; otherwise shape (N, width).
    """
    if output == "softmax" and not smoothing:
        return labels
    y = labels[:, np.newaxis] if width == 1 else labels[:, np.newaxis] == np.arange(width)
    return ((1 - smoothing) * y + smoothing / max(width, 2)).astype(dtype)


def probabilities(logits: Array, output: str) -> Array:
    """Probability of each class, shape (N, K); of two, shape (N, 2), where the network has a single output."""
    p = (softmax if output == "softmax" else sigmoid)(logits)[0]
    return p if p.shape[1] > 1 else np.concatenate((sigmoid(-logits)[0], p), axis=1)


def predicted_classes(logits: Array) -> NDArray[np.integer]:
    """Return the most probable class of each row of logits, shape (N, K), or (N, 1) for a single sigmoid."""
    return logits.argmax(axis=1) if logits.shape[1] > 1 else (logits[:, 0] > 0).astype(np.int64)
