"""The page on which a person draws a digit: the trained network that answers, and the equations by which it does."""

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from nnmath.files import read_json
from nnmath.site.library import Library
from nnmath.training.model import Model, ModelError, load_model
from nnmath.typing import Array

PIXELS, CLASSES = 28 * 28, 10


@dataclass(frozen=True)
class Network:
    """A trained network for digits.

    Attributes
    ----------
    name : str
        The run that it comes from; empty for the one that ships with the pages.
    content : mapping
        What the script of the page gets: `sizes`, `hidden`, `output`, `test_accuracy` (None if it is not known), and
        the numbers of the `layers`.
    """

    name: str
    content: Mapping[str, Any]

    @property
    def description(self) -> str:
        """Return its shape, and how good it is."""
        sizes, accuracy = "-".join(map(str, self.content["sizes"])), self.content["test_accuracy"]
        score = f", {accuracy:.1%} of the MNIST test images right" if accuracy is not None else ""
        return f"{sizes}, {self.content['hidden']} between the layers, {self.content['output']} at the end{score}"

    def script(self) -> bytes:
        """Return the network as a script, for a page that is opened as a file can load no data."""
        return f"{_ASSIGNED}{json.dumps(dict(self.content))};\n".encode()


_ASSIGNED = "const MODEL = "


def packed(name: str, model: Model, test_accuracy: float | None, bytes_a_weight: int = 4) -> Network:
    """Return a network for the page; with one byte a weight it is a quarter as large, and rounded."""
    layers = [_packed_layer(W, b, bytes_a_weight) for W, b in model.layers]
    about = {"sizes": list(model.sizes), "hidden": model.hidden, "output": model.output, "test_accuracy": test_accuracy}
    return Network(name, {**about, "layers": layers})


def shipped_network() -> Network:
    """Return the network that comes with the pages; `nnmath.site.digit_training` made it."""
    text = files("nnmath.site").joinpath("static/model.js").read_text(encoding="utf-8")
    return Network("", json.loads(text.removeprefix(_ASSIGNED).rstrip().removesuffix(";")))


def find_network(results: Path) -> Network:
    """Return the network for digits with the best test accuracy, of those among the runs and the one that ships."""
    found = [shipped_network()]
    for path in sorted(results.glob("*/model.npz")):
        try:
            model = load_model(path)
        except (ModelError, OSError):
            continue
        if model.sizes[0] == PIXELS and model.sizes[-1] == CLASSES and model.preprocessing is None:
            found.append(packed(path.parent.name, model, _accuracy(path.with_name("metrics.json"))))
    return max(found, key=lambda network: network.content["test_accuracy"] or 0.0)


def steps(library: Library, network: Network) -> list[dict[str, Any]]:
    """Return the steps by which the page answers: what each does, its equation, and the page that derives it."""
    hidden, output = network.content["hidden"], network.content["output"]
    loss = "softmax_cross_entropy" if output == "softmax" else "binary_cross_entropy"
    wanted = [
        ("Each layer, first to last", "dense", "z = "),
        ("Between the layers", hidden, "a = "),
        ("The ten probabilities", output, "p = " if output == "softmax" else "a = "),
        ("Back from the loss to the last layer", loss, "dz *= " if output == "softmax" else "return "),
        ("Back through each layer, to the pixels at last", "dense", "dx = "),
        ("Back between the layers", hidden, "return " if hidden == "relu" else "dz"),
    ]
    result = []
    for says, name, beginning in wanted:
        one = library.get(name)
        tag = one.module.number_at(beginning) if one and one.module else ""
        if one and tag:
            address = f"{name}.html#eq-{tag}"
            result.append(
                {"says": says, "latex": one.latex_of(tag), "address": address, "tag": tag, "title": one.title}
            )
    return result


def _packed_layer(W: Array, b: Array, bytes_a_weight: int) -> dict[str, str]:
    """Return the numbers of a layer; with one byte a weight, whole numbers up to 127 and the unit of each column."""
    if bytes_a_weight == 4:
        return {"W": _packed(W, "<f4"), "b": _packed(b, "<f4")}
    unit = np.abs(W).max(axis=0) / 127
    return {"W": _packed(np.round(W / unit), "i1"), "unit": _packed(unit, "<f4"), "b": _packed(b, "<f4")}


def _packed(array: Array, dtype: str) -> str:
    return b64encode(array.astype(dtype).tobytes()).decode()


def _accuracy(path: Path) -> float | None:
    try:
        accuracy = read_json(path)["test_accuracy"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return float(accuracy) if isinstance(accuracy, int | float) else None
