"""`nnmath export MODEL FILE`: a saved model as an ONNX file."""

import argparse
from pathlib import Path
from typing import Any

from nnmath.commands.parser import examples

DESCRIPTION = """\
Write a saved model as an ONNX file. It gives, for inputs as the model takes
them, the probabilities of the classes and the name of the most probable one, or
the quantity, wherever ONNX runs. For the model of a table the inputs are its
raw columns, each by its name: numbers, with NaN where one is missing, and
strings, with an empty one where a category is missing."""


def add_export(commands: Any) -> None:
    """Add the command."""
    export = commands.add_parser(
        "export",
        help="write a saved model as an ONNX file",
        description=DESCRIPTION,
        epilog=examples(["export results/spiral/model.npz spiral.onnx"]),
    )
    export.add_argument("model", type=Path, metavar="MODEL", help="file that `train` has saved: model.npz")
    export.add_argument("file", type=Path, metavar="FILE", help="file to write: model.onnx")
    export.set_defaults(run=run_export)


def run_export(options: argparse.Namespace) -> None:
    """Write the file, and say what goes in and what comes out."""
    from nnmath.export import export
    from nnmath.files import write_files
    from nnmath.training.model import load_model

    path = options.file
    model = load_model(options.model)
    if path.is_dir():
        raise ValueError(f"{path}: expected a file to write, got a folder; {path / 'model.onnx'}?")
    if not path.parent.is_dir():
        raise ValueError(f"{path}: there is no folder {path.parent}; make it first, or write to another place")
    if path.exists() and path.samefile(options.model):
        raise ValueError(f"{path}: the model itself; give the file to write another name")
    exported = export(model)
    write_files(path.parent, {path.name: exported.content})
    if model.preprocessing:
        taken = f"{shortened(exported.inputs)}, each (N, 1)"
    else:
        taken = f"{exported.inputs[0]} (N, {model.sizes[0]})"
    if model.classes:
        label, probabilities = exported.outputs
        given = f"{label} (N,) and {probabilities} (N, {len(model.classes)}) of {shortened(model.classes)}"
    else:
        given = f"{exported.outputs[0]} (N,)"
    print(f"{path} takes {taken}; it gives {given}.")


def shortened(names: tuple[str, ...], most: int = 10) -> str:
    """Return names with commas between; of many only the first ones, and how many there are."""
    return ", ".join(names) if len(names) <= most else f"{', '.join(names[:most])}, … ({len(names)} in all)"
