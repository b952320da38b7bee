"""The saved LeNet-5: an .npz file without pickle, with each array of weights by its name."""

from pathlib import Path

import numpy as np

from nnmath.archive import archive_bytes
from nnmath.training.lenet import SHAPES, Weights
from nnmath.training.model import model_arrays, saved_floats

FORMAT = "nnmath lenet 1"


def lenet_bytes(weights: Weights) -> bytes:
    """Return the content of a model file; the same weights give the same bytes."""
    return archive_bytes({"format": np.array(FORMAT), **{n: np.array(a) for n, a in weights._asdict().items()}})


def load_lenet(path: Path) -> Weights:
    """Read the weights as they were saved.

    Raises
    ------
    ModelError
        The file is damaged, or is something else, or an array is not what the network has.
    OSError
        There is no such file, or it cannot be read.
    """
    arrays = model_arrays(path, [FORMAT])
    shapes = zip(Weights._fields, SHAPES, strict=True)
    return Weights(*(saved_floats(path, arrays, name, shape) for name, shape in shapes))
