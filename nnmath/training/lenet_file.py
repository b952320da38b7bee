"""The saved LeNet-5: an .npz file without pickle, with each array of weights by its name."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.archive import archive_bytes
from nnmath.training.lenet import SHAPES, Weights
from nnmath.training.model import saved_floats

FORMAT = "nnmath lenet 1"


def lenet_bytes(weights: Weights) -> bytes:
    """Return the content of a model file; the same weights give the same bytes."""
    return archive_bytes({"format": np.array(FORMAT), **{n: np.array(a) for n, a in weights._asdict().items()}})


def lenet_of(path: Path, arrays: dict[str, NDArray[Any]]) -> Weights:
    """Return the weights that the arrays of a file hold.

    Raises
    ------
    ModelError
        An array is missing, or not what the network has.
    """
    shapes = zip(Weights._fields, SHAPES, strict=True)
    return Weights(*(saved_floats(path, arrays, name, shape) for name, shape in shapes))
