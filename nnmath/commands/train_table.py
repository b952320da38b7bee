"""`nnmath train --csv FILE --target COLUMN`: learn a table of the user's own."""

import argparse
import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nnmath.commands.parser import positive, real, whole

#: What each flag of a table is stored under begins so: it must not be taken for the setting of a recipe.
PREFIX = "table_"


def delimiter(text: str) -> str:
    """Read a delimiter; a tab is hard to type."""
    return "\t" if text in ("tab", "\\t") else text


def names(text: str) -> tuple[str, ...]:
    """Read names of columns with commas between; one that holds a comma stands in quotes."""
    return tuple(name.strip() for name in next(csv.reader([text], skipinitialspace=True), []))


def widths(text: str) -> tuple[int, ...]:
    """Read the widths of hidden layers, such as 32-16; 0 stands for no hidden layer."""
    try:
        found = tuple(int(part) for part in text.split("-"))
    except ValueError:
        found = (-1,)
    if found == (0,):
        return ()
    if min(found) < 1:
        raise argparse.ArgumentTypeError(f"expected widths of hidden layers, such as 32 or 32-16, got {text!r}")
    return found


#: The flags that say how the file is read: by name, metavar, what reads the word, choices, and help.
READING: tuple[tuple[str, str | None, Callable[[str], Any], tuple[str, ...] | None, str], ...] = (
    ("csv", "FILE", str, None, "the table, in UTF-8, with a header"),
    ("target", "COLUMN", str, None, "the column to predict: classes, or a quantity"),
    ("task", None, str, ("classification", "regression"), "what the target is (default: what it looks like)"),
    ("delimiter", "SIGN", delimiter, None, "what stands between columns; tab for a tab (default: ,)"),
    ("categorical", "COLUMN,…", names, None, "columns that are categories whatever they look like"),
    ("numeric", "COLUMN,…", names, None, "columns that are numbers, row numbers too"),
    ("drop", "COLUMN,…", names, None, "columns not to learn from"),
)

#: The flags that say how it is learned: by flag, the parameter of the estimator, metavar, type, choices, and help.
LEARNING: tuple[tuple[str, str, str | None, Callable[[str], Any], tuple[str, ...] | None, str], ...] = (
    ("sizes", "hidden_layer_sizes", "WIDTHS", widths, None,
     "width of each hidden layer, such as 32-16; 0 for none (default: 32)"),
    ("hidden", "activation", None, str, ("relu", "sigmoid"), "activation between the layers (default: relu)"),
    ("loss", "loss", None, str, ("squared_error", "huber"), "the loss of a quantity (default: squared_error)"),
    ("update", "solver", None, str, ("adam", "momentum", "rmsprop", "descent"),
     "how the gradient moves the weights (default: adam)"),
    ("rate", "learning_rate_init", "RATE", real, None, "learning rate (default: 0.005)"),
    ("epochs", "max_iter", "N", positive, None,
     "the most epochs; training stops before when it no longer helps (default: 400)"),
    ("batch", "batch_size", "N", positive, None, "rows a step (default: 32, more in a large table)"),
    ("alpha", "alpha", "ALPHA", real, None, "L2 penalty, in rows that it weighs as much as (default: 3)"),
)  # fmt: skip


def add_table_flags(train: argparse.ArgumentParser) -> None:
    """Add the flags of a table, each of which says nothing unless it is given."""
    group = train.add_argument_group("a table of your own", argument_default=argparse.SUPPRESS)
    for name, metavar, kind, choices, told in READING:
        group.add_argument(f"--{name}", dest=PREFIX + name, metavar=metavar, type=kind, choices=choices, help=told)
    group = train.add_argument_group("how a table is learned", argument_default=argparse.SUPPRESS)
    for name, _, metavar, kind, choices, told in LEARNING:
        group.add_argument(f"--{name}", dest=PREFIX + name, metavar=metavar, type=kind, choices=choices, help=told)
    group.add_argument("--held-out", dest=f"{PREFIX}held_out", type=real, metavar="SHARE",
                       help="share of the rows to test on (default: 0.25)")  # fmt: skip
    group.add_argument("--seed", dest=f"{PREFIX}seed", type=whole, metavar="N",
                       help="where held-out rows, weights and order come from (default: 0)")  # fmt: skip
    group.add_argument("--out", dest=f"{PREFIX}out", type=Path, metavar="FOLDER",
                       help="folder for the results (default: results/ and FILE's name)")  # fmt: skip
    train.set_defaults(run=run_table)


def table_flags(options: argparse.Namespace) -> dict[str, Any]:
    """Return the flags of a table that were given, by their names."""
    return {name.removeprefix(PREFIX): value for name, value in vars(options).items() if name.startswith(PREFIX)}


def refuse_table_flags(options: argparse.Namespace) -> None:
    """Refuse flags before the NAME of a recipe, which would do nothing."""
    given = [f"--{name.replace('_', '-')}" for name in table_flags(options)]
    if given:
        raise ValueError(
            f"{', '.join(given)}: flags before a NAME are those of a table, with --csv; write the flags of a "
            "published run after its NAME"
        )


def run_table(options: argparse.Namespace) -> None:
    """Train on a table, write the results, and say what was read, what came out and where it is."""
    given = table_flags(options)
    if "csv" not in given or "target" not in given:
        missing = "--target, the column to predict, is missing; " if "csv" in given else ""
        raise ValueError(
            f"train: {missing}expected the NAME of a published run, or a table of your own with "
            "--csv FILE and --target COLUMN; train --help shows both"
        )
    from nnmath.extras import optional

    for package in ("pandas", "sklearn"):
        optional(package, "table", "train --csv")
    from nnmath.commands.results_folder import keep_results
    from nnmath.data.table import read_table
    from nnmath.files import json_bytes
    from nnmath.runs.table_report import summary, what_came_out, what_was_read
    from nnmath.runs.user_table import HELD_OUT, learn, metrics
    from nnmath.training.model import model_bytes

    out = given.pop("out", Path("results", Path(given["csv"]).stem or "table"))
    out.mkdir(parents=True, exist_ok=True)  # a folder that cannot be made is better found before the run
    reading = {name: given[name] for name, *_ in READING if name in given}
    settings = {parameter: given[flag] for flag, parameter, *_ in LEARNING if flag in given}
    table = read_table(**reading)
    if "loss" in settings and table.target.classes:
        raise ValueError("--loss: the target is classes, and has the cross-entropy as its loss")
    print(what_was_read(given["csv"], table), flush=True)
    refuse_repeated_sizes(settings.get("hidden_layer_sizes", ()), table)
    try:
        run = learn(table, given.get("held_out", HELD_OUT), given.get("seed", 0), verbose=True, **settings)
    except ValueError as error:
        raise ValueError(named_as_flag(str(error))) from None
    found = metrics(run, Path(given["csv"]).stem or "table", reading)
    contents = {"metrics.json": json_bytes(found), "model.npz": model_bytes(run.model)}
    if run.table.target.classes:
        contents = {"confusion.png": confusion_picture(found)} | contents
    folder, kept = keep_results(out, found, contents)
    print(f"{summary(found)} {folder}/ holds {', '.join(contents)}.")
    print(what_came_out(run, found))
    if kept:
        print(f"\n{kept}")


def refuse_repeated_sizes(hidden: tuple[int, ...], table: Any) -> None:
    """Refuse widths that begin with the inputs and end with the outputs, which follow from the table."""
    inputs = sum(len(table.frame[name].cat.categories) if table.frame[name].dtype == "category" else 1
                 for name in table.frame.columns)  # fmt: skip
    classes = len(table.target.classes)
    outputs = {1, 2} if classes == 2 else {max(classes, 1)}
    if len(hidden) > 1 and hidden[0] == inputs and hidden[-1] in outputs:
        between = "-".join(map(str, hidden[1:-1])) or "0"
        raise ValueError(
            f"--sizes: expected the widths of the hidden layers alone, got {'-'.join(map(str, hidden))}; the "
            f"{inputs} inputs and {hidden[-1]} outputs follow from the table: --sizes {between}"
        )


def named_as_flag(message: str) -> str:
    """Return a message about a parameter of the estimator as one about the flag that sets it."""
    name, colon, rest = message.partition(": ")
    flags = {parameter: f"--{flag}" for flag, parameter, *_ in LEARNING} | {"held_out": "--held-out"}
    return f"{flags[name]}{colon}{rest}" if name in flags else message


def confusion_picture(found: dict[str, Any]) -> bytes:
    """Draw the confusion matrix of the held-out rows."""
    import numpy as np

    from nnmath import plots

    title = f"{found['experiment']}: {found['test_accuracy']:.1%} of {found['test_examples']:,} right"
    return plots.confusion_png(np.array(found["confusion"]), tuple(found["classes"]), title)
