"""`python -m nnmath predict MODEL INPUT...`: the probability of each class, for images and for rows of numbers."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nnmath.primitives._checks import Array

DESCRIPTION = """
Each INPUT is an image, a number, or - for rows of numbers on standard input, one row a line, with spaces or commas
between. Numbers on the command line are taken row by row, as many to a row as the model has inputs; write -- before
the model when one of them is negative. An image is turned to grey and made like those of MNIST, light ink on dark
paper: when its border is light it is inverted, and unless it has 28 by 28 pixels already, the ink is fitted into 20 by
20 of them and its centre of mass put in the centre.
"""


def add_predict(commands: Any) -> None:
    """Add the command."""
    predict = commands.add_parser(
        "predict", help="probabilities for an image or for rows of numbers, by a saved model", description=DESCRIPTION
    )
    predict.add_argument("--json", action="store_true", help="answer in JSON, a list of one object for each input")
    predict.add_argument("model", type=Path, metavar="MODEL", help="file that `train` has saved: model.npz")
    predict.add_argument("inputs", nargs="+", metavar="INPUT", help="image, number, or - for standard input")
    predict.set_defaults(run=run_predict)


def run_predict(options: argparse.Namespace) -> None:
    """Print the probabilities of each input."""
    import numpy as np

    from nnmath.training.losses import chosen, probabilities
    from nnmath.training.metrics import outputs
    from nnmath.training.model import load_model
    from nnmath.training.network import ACTIVATIONS

    model = load_model(options.model)
    names, rows = read_inputs(options.inputs, model.sizes[0])
    x = np.array(rows, model.layers[0][0].dtype)
    logits = outputs(x, model.layers, ACTIVATIONS[model.hidden])
    found = [
        {"input": name, "class": model.classes[k], "probabilities": dict(zip(model.classes, p.tolist(), strict=True))}
        for name, k, p in zip(names, chosen(logits), probabilities(logits, model.output), strict=True)
    ]
    if options.json:
        print(json.dumps(found, indent=2))
        return
    for answer in found:
        shares = ", ".join(f"{name} {p:.4f}" for name, p in answer["probabilities"].items())
        print(f"{answer['input']}: {answer['class']} ({shares})")


def read_inputs(inputs: list[str], width: int) -> tuple[list[str], list["Array | list[float]"]]:
    """Return a name and a row of so many numbers for each of the inputs."""
    names: list[str] = []
    rows: list[Array | list[float]] = []
    loose: list[str] = []
    for text in inputs:
        if text == "-":
            for i, line in enumerate(sys.stdin, 1):
                if line.strip():
                    names.append(f"line {i}")
                    rows.append(numbers(line.replace(",", " ").split(), width, f"line {i}"))
        elif is_number(text):
            loose.append(text)
        else:
            names.append(text)
            rows.append(image(Path(text), width))
    if len(loose) % width:
        raise ValueError(f"expected {width} numbers, the inputs of the model, or a multiple of that, got {len(loose)}")
    for start in range(0, len(loose), width):
        row = loose[start : start + width]
        names.append(" ".join(row))
        rows.append(numbers(row, width, "the command line"))
    if not rows:
        raise ValueError("there is no row of numbers on standard input")
    return names, rows


def is_number(text: str) -> bool:
    """Whether a text is a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def numbers(row: list[str], width: int, where: str) -> list[float]:
    """Read a row of so many finite numbers."""
    from math import isfinite

    wrong = [text for text in row if not (is_number(text) and isfinite(float(text)))]
    if wrong:
        raise ValueError(f"{where}: expected finite numbers, got {wrong[0]!r}")
    if len(row) != width:
        raise ValueError(f"{where}: expected {width} numbers, the inputs of the model, got {len(row)}")
    return [float(text) for text in row]


def image(path: Path, width: int) -> "Array":
    """Read an image for a model with so many inputs."""
    from nnmath.data.images import read_digit

    if width != 784:
        raise ValueError(f"{path}: an image has 784 numbers, and the model has {width} inputs; give it numbers")
    return read_digit(path)
