"""`nnmath predict MODEL INPUT...`: the answers of a saved model, for images, numbers and rows of a table."""

import argparse
import json
import sys
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nnmath.commands.parser import examples, program
from nnmath.commands.train_table import delimiter

if TYPE_CHECKING:
    from nnmath.data.preprocessing import Preprocessing
    from nnmath.training.model import Model
    from nnmath.typing import Array

#: In an image of MNIST.
PIXELS = 784

DESCRIPTION = """\
Print the probability of each class, or the quantity, for each INPUT.

INPUT is an image, a number, or - for rows of numbers on standard input, one row
a line, with spaces or commas between. Numbers on the command line are taken row
by row, as many to a row as the model has inputs; write -- before the model when
one of them is negative.

An image is turned to grey and made like those of MNIST, light ink on dark
paper: when its border is light it is inverted, and unless it has 28 by 28
pixels already, the ink is fitted into 20 by 20 of them and its centre of mass
put in the centre. PNG, JPEG, GIF, BMP and WebP are read.

For the model of a table each INPUT is a CSV file, or - for one on standard
input, with raw values and a header; columns are found by their names, and
others are passed over. When the column that is predicted is there too, the
answers are compared with it."""


def add_predict(commands: Any) -> None:
    """Add the command."""
    predict = commands.add_parser(
        "predict",
        help="answers of a saved model, for images, numbers or rows of a table",
        usage=f"{program()} predict [flags] MODEL INPUT...",
        description=DESCRIPTION,
        epilog=examples(
            [
                "predict results/lenet/model.npz digit.png",
                "predict results/mnist-best/model.npz digit.png --json",
                "predict results/spiral/model.npz 0.5 0.25",
                "predict results/wine/model.npz new.csv",
            ]
        ),
    )
    predict.add_argument("--json", action="store_true", help="answer in JSON, a list of one object for each input")
    predict.add_argument(
        "--delimiter", metavar="SIGN", type=delimiter, help="what stands between columns of a CSV file (default: ,)"
    )
    predict.add_argument("model", type=Path, metavar="MODEL", help="file that `train` has saved: model.npz")
    predict.add_argument("inputs", nargs="+", metavar="INPUT", help="image, number, CSV file, or - for standard input")
    predict.set_defaults(run=run_predict)


def run_predict(options: argparse.Namespace) -> None:
    """Print the answer for each input."""
    from nnmath.training import lenet_file, model

    arrays = model.model_arrays(options.model, [lenet_file.FORMAT, *model.FORMATS])
    is_lenet = arrays["format"] == lenet_file.FORMAT
    answers = list(answers_of_lenet(options, arrays) if is_lenet else answers_of_network(options, arrays))
    if options.json:
        print(json.dumps(answers, indent=2))
        return
    for answer in answers:
        print(line(answer))
    compared = [answer for answer in answers if "true class" in answer or "true value" in answer]
    if compared:
        print(comparison(compared))


def answers_of_lenet(options: argparse.Namespace, arrays: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Return what LeNet-5 says about images, and about rows of 784 numbers."""
    import numpy as np

    from nnmath.primitives import softmax
    from nnmath.training.lenet import lenet
    from nnmath.training.lenet_file import lenet_of

    weights = lenet_of(options.model, arrays)
    refuse_delimiter(options)
    names, rows = read_inputs(options.inputs, PIXELS)
    with np.errstate(all="ignore"):
        logits, _ = lenet(np.array(rows, weights.C1.dtype), weights)
    p = finite(softmax(logits)[0], names, options.model)
    return answers_of(tuple("0123456789"), names, p, logits.argmax(axis=1), [])


def answers_of_network(options: argparse.Namespace, arrays: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Return what a network of dense layers says about rows of numbers, images and tables."""
    import numpy as np

    from nnmath.training.losses import predicted_classes, probabilities
    from nnmath.training.metrics import outputs
    from nnmath.training.model import model_of
    from nnmath.training.network import ACTIVATIONS

    model = model_of(options.model, arrays)
    truth: list[str | None] = []
    if model.preprocessing:
        names, x, truth = read_tables(options.inputs, model, model.preprocessing, options.delimiter or ",")
    else:
        refuse_delimiter(options)
        names, rows = read_inputs(options.inputs, model.sizes[0])
        x = np.array(rows, model.layers[0][0].dtype)
    with np.errstate(all="ignore"):  # what becomes of numbers that are too large is found below
        logits = outputs(x, model.layers, ACTIVATIONS[model.hidden])
        found = probabilities(logits, model.output) if model.classes else logits
    finite(found, names, options.model)
    if model.classes:
        return answers_of(model.classes, names, found, predicted_classes(logits), truth)
    return quantities_of(names, found[:, 0], truth)


def refuse_delimiter(options: argparse.Namespace) -> None:
    """Refuse --delimiter where no table is read."""
    if options.delimiter:
        raise ValueError(f"--delimiter: {options.model} is no model of a table")


def finite(found: "Array", names: list[str], model: Path) -> "Array":
    """Return the answers if all of them are finite."""
    import numpy as np

    lost = np.flatnonzero(~np.isfinite(found).all(axis=1))
    if len(lost):
        raise ValueError(f"{model}: its weights are so large that {names[lost[0]]} has no finite answer")
    return found


def answers_of(
    classes: tuple[str, ...], names: list[str], p: "Array", chosen: Any, truth: list[str | None]
) -> Iterator[dict[str, Any]]:
    """Yield what there is to say about each input; the true class, too, where a table has it."""
    for name, shares, k, true_class in zip_longest(names, p, chosen, truth):
        answer = {"input": name, "class": classes[k], "probabilities": dict(zip(classes, shares.tolist(), strict=True))}
        yield answer if true_class is None else answer | {"true class": true_class}


def quantities_of(names: list[str], values: "Array", truth: list[str | None]) -> Iterator[dict[str, Any]]:
    """Yield what there is to say about each row; the true quantity, too, where the table has it."""
    for name, value, true_value in zip_longest(names, values.tolist(), truth):
        answer = {"input": name, "value": value}
        yield answer if true_value is None else answer | {"true value": float(true_value)}


def line(answer: dict[str, Any]) -> str:
    """Return an answer as a line for the terminal."""
    from nnmath.data.csv_file import printable

    if "value" in answer:
        return f"{answer['input']}: {answer['value']:.6g}"
    shares = ", ".join(f"{printable(name)} {share:.4f}" for name, share in answer["probabilities"].items())
    return f"{answer['input']}: {printable(answer['class'])} ({shares})"


def comparison(answers: list[dict[str, Any]]) -> str:
    """Say how good the answers are whose truth is known."""
    count = len(answers)
    if "value" in answers[0]:
        off = sum(abs(answer["value"] - answer["true value"]) for answer in answers) / count
        return f"off by {off:.4g} on average of {count:,} {'row' if count == 1 else 'rows'}"
    right = sum(answer["class"] == answer["true class"] for answer in answers)
    return f"{right:,} of {count:,} {'answer' if count == 1 else 'answers'} right: accuracy {right / count:.4f}"


def read_tables(
    inputs: list[str], model: "Model", preprocessing: "Preprocessing", delimiter: str
) -> tuple[list[str], "Array", list[str | None]]:
    """Return where each row of CSV files stands, the inputs of the network, and the true answers as far as known."""
    import numpy as np

    from nnmath.data.table import read_new_rows
    from nnmath.files import opened

    features, target = preprocessing.features, preprocessing.target
    names, parts, truth = [], [], []
    for text in inputs:
        if is_number(text):
            columns = ", ".join(feature.name for feature in features[:10])
            raise ValueError(f"expected a CSV file with the columns that the model has learned, {columns}; got {text}")
        if text == "-":
            lines, frame, answers = read_new_rows(sys.stdin.buffer, "standard input", features, target, delimiter)
        else:
            with opened(text) as file:
                lines, frame, answers = read_new_rows(file, text, features, target, delimiter)
        places = [f"{'line ' if text == '-' else f'{text}:'}{line}" for line in lines.tolist()]
        names += places
        truth += [known(word, model, place) for word, place in zip(answers or [""] * len(lines), places)]
        parts.append(preprocessing.inputs(frame))
    return names, np.concatenate(parts), truth


def known(word: str, model: "Model", place: str) -> str | None:
    """Return the class that a word is a spelling of, or the word of a quantity; None where it is missing."""
    from nnmath.data.csv_file import shown
    from nnmath.data.target import same_class

    if word in (*model.classes, ""):
        return word or None
    if not model.classes and is_number(word):
        return word
    for name in model.classes:
        if same_class(name) == same_class(word):
            return name
    assert model.preprocessing is not None
    few = ", ".join(model.classes[:10]) + (", …" if len(model.classes) > 10 else "")
    expected = f"one of the classes learned, {few}" if model.classes else "a number"
    raise ValueError(f"{place}: {model.preprocessing.target}: expected {expected}, got {shown(word)}")


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

    if width != PIXELS:
        raise ValueError(f"{path}: an image has 784 numbers, and the model has {width} inputs; give it numbers")
    return read_digit(path)
