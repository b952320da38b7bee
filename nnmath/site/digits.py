"""The page on which a person draws a digit: the trained network that answers, and the equations by which it does."""

import json
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nnmath.site.library import Library
from nnmath.training.model import Model, ModelError, load_model

PIXELS, CLASSES = 28 * 28, 10


@dataclass(frozen=True)
class Network:
    """A trained network for digits, and where it comes from."""

    name: str
    model: Model
    test_accuracy: float | None

    @property
    def description(self) -> str:
        """Return its shape, and how good it is."""
        sizes = "-".join(map(str, self.model.sizes))
        score = f", {self.test_accuracy:.2%} of the MNIST test images right" if self.test_accuracy is not None else ""
        return f"{sizes}, {self.model.hidden} between the layers, {self.model.output} at the end{score}"

    def script(self) -> bytes:
        """Return the numbers of the model as a script, for a page that is opened as a file can load no data."""
        layers = [{"W": _packed(W), "b": _packed(b)} for W, b in self.model.layers]
        content = {
            "sizes": list(self.model.sizes),
            "hidden": self.model.hidden,
            "output": self.model.output,
            "layers": layers,
        }
        return f"const MODEL = {json.dumps(content)};\n".encode()


def find_network(results: Path) -> Network | None:
    """Return the network for digits with the best test accuracy among the runs, if there is one."""
    found = []
    for path in sorted(results.glob("*/model.npz")):
        try:
            model = load_model(path)
        except (ModelError, OSError):
            continue
        if model.sizes[0] == PIXELS and model.sizes[-1] == CLASSES and model.preprocessing is None:
            found.append(Network(path.parent.name, model, _accuracy(path.with_name("metrics.json"))))
    return max(found, key=lambda network: network.test_accuracy or 0.0, default=None)


def steps(library: Library, network: Network) -> list[dict[str, Any]]:
    """Return the steps by which the page answers: what each does, its equation, and the page that derives it."""
    hidden, output = network.model.hidden, network.model.output
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


def _packed(array: np.ndarray[Any, Any]) -> str:
    return b64encode(array.astype("<f4").tobytes()).decode()


def _accuracy(path: Path) -> float | None:
    try:
        accuracy = json.loads(path.read_text(encoding="utf-8"))["test_accuracy"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return float(accuracy) if isinstance(accuracy, int | float) else None
