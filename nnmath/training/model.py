"""The saved model: an .npz file, which NumPy alone can read, without pickle.

The file holds `format`, a string; `sizes`, the inputs of the network, the width of each hidden layer and the outputs;
the weights and biases `W1`, `b1`, `W2`, `b2`, ... of the layers; `hidden`, the activation function between them;
`output`, what turns those of the last one into the probability of each class, or "identity" where they are a quantity;
and `classes`, their names. A model of a table holds its preprocessing as well: see
`nnmath.training.saved_preprocessing`.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnmath.archive import ArchiveError, archive_bytes, read_archive
from nnmath.data.preprocessing import Preprocessing
from nnmath.training.losses import LOSSES
from nnmath.training.network import ACTIVATIONS
from nnmath.training.saved_preprocessing import preprocessing_arrays, read_preprocessing
from nnmath.typing import Array, Layers

FORMAT = "nnmath model 3"

#: The formats that are read; the first one knows no preprocessing, the second no quantities.
FORMATS = ("nnmath model 1", "nnmath model 2", FORMAT)

#: The output of a model that predicts a quantity.
IDENTITY = "identity"


class ModelError(ValueError):
    """A file that is no model of this project, or no longer a whole one."""


class Model(NamedTuple):
    """A network and what its answers mean.

    Attributes
    ----------
    layers : sequence of (W, b)
    hidden : str
        The activation between the layers, "relu" or "sigmoid".
    output : str
        "softmax" or "sigmoid": what turns the logits into probabilities; or "identity", for a quantity.
    classes : tuple of str
        One name for each output; two, where a single sigmoid says how likely the second is; none for a quantity.
    preprocessing : Preprocessing, optional
        What makes inputs of the raw values of a table.
    """

    layers: Layers
    hidden: str
    output: str
    classes: tuple[str, ...]
    preprocessing: Preprocessing | None = None

    @property
    def sizes(self) -> tuple[int, ...]:
        """Inputs, width of each hidden layer, outputs."""
        return (*(len(W) for W, _ in self.layers), len(self.layers[-1][1]))


def model_bytes(model: Model) -> bytes:
    """Return the content of a model file; the same model gives the same bytes."""
    layers, hidden, output, classes, preprocessing = model
    arrays = {f"{letter}{i}": a for i, layer in enumerate(layers, 1) for letter, a in zip("Wb", layer, strict=True)}
    words = {"format": np.array(FORMAT), "hidden": np.array(hidden), "output": np.array(output)}
    if preprocessing:
        arrays |= preprocessing_arrays(preprocessing)
    return archive_bytes({**words, **arrays, "classes": np.array(classes), "sizes": np.array(model.sizes)})


def model_arrays(path: Path, formats: Sequence[str]) -> dict[str, NDArray[Any]]:
    """Read the arrays of a model file of one of these formats, the newest last; see `load_model`."""
    try:
        arrays = read_archive(path, "model")
    except ArchiveError as error:
        raise ModelError(str(error)) from None
    found, kind = str(arrays.get("format"))[:80], formats[-1].rstrip("0123456789")
    if found not in formats:
        newer = re.fullmatch(f"{kind}[0-9]+", found)
        why = "; a newer version of nnmath has written it, and can read it" if newer else ""
        raise ModelError(f"{path}: expected the format {formats[-1]!r}, got {found!r}{why}")
    return arrays


def load_model(path: Path) -> Model:
    """Read a model as it was saved.

    Raises
    ------
    ModelError
        The file is damaged, or is something else, or its arrays do not fit each other.
    OSError
        There is no such file, or it cannot be read.
    """
    return model_of(path, model_arrays(path, FORMATS))


def model_of(path: Path, arrays: dict[str, NDArray[Any]]) -> Model:
    """Return the model that the arrays of a file hold; see `load_model` for what is raised."""
    hidden, output = _word(path, arrays, "hidden", ACTIVATIONS), _word(path, arrays, "output", (*LOSSES, IDENTITY))
    layers = _layers(path, arrays)
    classes = _classes(path, arrays, output, len(layers[-1][1]))
    try:
        preprocessing = read_preprocessing(arrays, len(layers[0][0]))
    except ValueError as error:
        raise ModelError(f"{path}: {error}") from None
    return Model(layers, hidden, output, classes, preprocessing)


def _word(path: Path, arrays: dict[str, Any], name: str, words: Any) -> str:
    found = str(arrays.get(name))[:80]
    if found not in words:
        raise ModelError(f"{path}: {name}: expected one of {', '.join(words)}, got {found!r}")
    return found


def _classes(path: Path, arrays: dict[str, Any], output: str, width: int) -> tuple[str, ...]:
    classes: NDArray[Any] = arrays.get("classes", np.array([]))
    if output == IDENTITY:
        if width != 1 or len(classes):
            raise ModelError(f"{path}: expected one output and no classes for a quantity, got {width} outputs")
        return ()
    expected = 2 if width == 1 and output == "sigmoid" else width
    if classes.dtype.kind != "U" or classes.shape != (expected,):
        raise ModelError(f"{path}: classes: expected {expected} names, got {_shown(classes)}")
    if len(set(classes.tolist())) < expected:
        raise ModelError(f"{path}: classes: expected names that differ, got {_shown(classes)}")
    return tuple(classes.tolist())


def _layers(path: Path, arrays: dict[str, Array]) -> Layers:
    sizes = arrays.get("sizes", np.array([]))
    if sizes.ndim != 1 or sizes.dtype.kind != "i" or len(sizes) < 2 or (sizes < 1).any():
        raise ModelError(f"{path}: sizes: expected two or more positive integers, got {_shown(sizes)}")
    layers = []
    for i, (D, M) in enumerate(pairwise(sizes.tolist()), 1):
        W = saved_floats(path, arrays, f"W{i}", (D, M))
        b = saved_floats(path, arrays, f"b{i}", (M,))
        layers.append((W, b))
    if len({array.dtype for layer in layers for array in layer}) > 1:
        raise ModelError(f"{path}: expected all weights and biases in float32, or all in float64, got both")
    return layers


def saved_floats(path: Path, arrays: dict[str, Array], name: str, shape: tuple[int, ...]) -> Array:
    """Return an array of a model file: finite floats of this shape, or a ModelError says what is wrong."""
    if name not in arrays:
        raise ModelError(f"{path}: {name} is missing")
    array = arrays[name]
    if array.dtype.type not in (np.float32, np.float64) or array.shape != shape:
        raise ModelError(f"{path}: {name}: expected floats of shape {shape}, got {array.dtype} of shape {array.shape}")
    if not np.isfinite(array).all():
        raise ModelError(f"{path}: {name}: expected finite numbers, got NaN or infinity")
    return array


def _shown(array: NDArray[Any]) -> str:
    """Return the beginning of an array, in one line."""
    return " ".join(str(array).split())[:80]
