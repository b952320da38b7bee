"""The saved model: an .npz file, which NumPy alone can read, without pickle.

The file holds `format`, a string; `sizes`, the inputs of the network, the width of each hidden layer and the outputs;
the weights and biases `W1`, `b1`, `W2`, `b2`, ... of the layers; `hidden`, the activation function between them;
`output`, what turns those of the last one into the probability of each class; and `classes`, their names.
"""

import io
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnmath.primitives._checks import Array
from nnmath.training.losses import LOSSES
from nnmath.training.network import ACTIVATIONS, Layers

FORMAT = "nnmath model 1"


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
        "softmax" or "sigmoid": what turns the logits into probabilities.
    classes : tuple of str
        One name for each output; two, where a single sigmoid says how likely the second is.
    """

    layers: Layers
    hidden: str
    output: str
    classes: tuple[str, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """Inputs, width of each hidden layer, outputs."""
        return (*(len(W) for W, _ in self.layers), len(self.layers[-1][1]))


def model_bytes(model: Model) -> bytes:
    """Return the content of a model file; the same model gives the same bytes."""
    layers, hidden, output, classes = model
    arrays = {f"{letter}{i}": a for i, layer in enumerate(layers, 1) for letter, a in zip("Wb", layer, strict=True)}
    words = {"format": np.array(FORMAT), "hidden": np.array(hidden), "output": np.array(output)}
    file = io.BytesIO()
    np.savez(file, **words, classes=np.array(classes), sizes=np.array(model.sizes), allow_pickle=False, **arrays)
    return file.getvalue()


def load_model(path: Path) -> Model:
    """Read a model as it was saved.

    Raises
    ------
    ModelError
        The file is damaged, or is something else, or its arrays do not fit each other.
    OSError
        There is no such file, or it cannot be read.
    """
    content = path.read_bytes()
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays = dict(file)
    except Exception as error:  # whatever bytes that are no model make the reader of another format raise
        raise ModelError(f"{path}: no model, or a damaged one ({error})") from None
    found = str(arrays.get("format"))[:80]
    if found != FORMAT:
        raise ModelError(f"{path}: expected the format {FORMAT!r}, got {found!r}")
    hidden, output = _word(path, arrays, "hidden", ACTIVATIONS), _word(path, arrays, "output", LOSSES)
    layers = _layers(path, arrays)
    return Model(layers, hidden, output, _classes(path, arrays, output, len(layers[-1][1])))


def _word(path: Path, arrays: dict[str, Any], name: str, words: Any) -> str:
    found = str(arrays.get(name))[:80]
    if found not in words:
        raise ModelError(f"{path}: {name}: expected one of {', '.join(words)}, got {found!r}")
    return found


def _classes(path: Path, arrays: dict[str, Any], output: str, width: int) -> tuple[str, ...]:
    classes: NDArray[Any] = arrays.get("classes", np.array([]))
    expected = 2 if width == 1 and output == "sigmoid" else width
    if classes.dtype.kind != "U" or classes.shape != (expected,):
        raise ModelError(f"{path}: classes: expected {expected} names, got {str(classes)[:80]}")
    return tuple(classes.tolist())


def _layers(path: Path, arrays: dict[str, Array]) -> Layers:
    sizes = arrays.get("sizes", np.array([]))
    if sizes.ndim != 1 or sizes.dtype.kind != "i" or len(sizes) < 2 or (sizes < 1).any():
        raise ModelError(f"{path}: sizes: expected two or more positive integers, got {str(sizes)[:80]}")
    layers = []
    for i, (D, M) in enumerate(pairwise(sizes.tolist()), 1):
        W = _array(path, arrays, f"W{i}", (D, M))
        b = _array(path, arrays, f"b{i}", (M,))
        layers.append((W, b))
    return layers


def _array(path: Path, arrays: dict[str, Array], name: str, shape: tuple[int, ...]) -> Array:
    if name not in arrays:
        raise ModelError(f"{path}: {name} is missing")
    array = arrays[name]
    if array.dtype.type not in (np.float32, np.float64) or array.shape != shape:
        raise ModelError(f"{path}: {name}: expected floats of shape {shape}, got {array.dtype} of shape {array.shape}")
    if not np.isfinite(array).all():
        raise ModelError(f"{path}: {name}: expected finite numbers, got NaN or infinity")
    return array
