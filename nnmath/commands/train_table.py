"""`python -m nnmath train --csv FILE --target COLUMN`: learn a table of the user's own."""

import argparse
import csv
from pathlib import Path
from typing import Any

#: What each flag of a table is stored under begins so: it must not be taken for the setting of a recipe.
PREFIX = "table_"

DESCRIPTION = """
Trains a published run, NAME, or with --csv and --target a table of your own: a CSV file in UTF-8 with a header. A
column is one of numbers if more than half of its values are numbers (in a large file: of the first ones), and otherwise
one of categories, each of which becomes an input. Empty values and ?, NA, N/A, #N/A, <NA>, NaN and null, in capital or
small letters, are missing: the median or the most frequent category of the rows that are learned from stands in for
them.
"""

HELP = {
    "csv": ("FILE", "the table"),
    "target": ("COLUMN", "the column to be predicted: classes, as words or as numbers"),
    "delimiter": ("SIGN", "what stands between columns; tab for a tab (default: ,)"),
    "categorical": ("COLUMN,…", "columns that are categories whatever they look like, also the target"),
    "numeric": ("COLUMN,…", "columns that are numbers, row numbers too"),
    "drop": ("COLUMN,…", "columns not to learn from"),
    "held_out": ("SHARE", "share of each class to test on (default: 0.25)"),
    "sizes": ("WIDTHS", "width of each hidden layer, such as 32 or 32-16; or all sizes, with the inputs that the table "
              "makes first and its outputs last, such as 4-32-3; 4-3 has no hidden layer (default: 32)"),
    "output": (None, "(default: sigmoid for two classes, with a single output, otherwise softmax)"),
    "epochs": ("N", "(default: 100; more in a small table, for 400 steps; fewer in a large one, for 20,000)"),
    "l2": ("L2", "(default: 1 / the number of rows to learn from)"),
}  # fmt: skip


def add_table(train: argparse.ArgumentParser) -> None:
    """Add the flags of a table, each of which says nothing unless it is given."""
    from nnmath.commands.train import HELP as OF_RECIPES
    from nnmath.commands.train import add_resume
    from nnmath.runs.own_table import TABLE
    from nnmath.runs.recipe import CHOICES

    train.usage = f"{train.prog} NAME [flags] | {train.prog} --csv FILE --target COLUMN [flags]"
    train.description = DESCRIPTION
    flags = train.add_argument_group("a table of your own", argument_default=argparse.SUPPRESS)
    settings = TABLE.settings()
    for name in [*TABLE.data.keywords, *(name for name in settings if name not in TABLE.data.keywords)]:
        metavar, told = HELP.get(name, (name.upper(), f"(default: {shown(settings[name])})"))
        flags.add_argument(
            f"--{name.replace('_', '-')}",
            dest=PREFIX + name,
            type=reader_of(name, settings[name]),
            choices=CHOICES.get(name),
            metavar=None if name in CHOICES else metavar,
            help=" ".join(filter(None, (OF_RECIPES.get(name) if name != "sizes" else "", told))).replace("%", "%%"),
        )
    flags.add_argument(
        "--out", dest=f"{PREFIX}out", type=Path, metavar="FOLDER", help="folder (default: results/ and FILE's name)"
    )
    add_resume(flags, dest=f"{PREFIX}resume", default=argparse.SUPPRESS)
    train.set_defaults(run=run_table)


def reader_of(name: str, default: Any) -> Any:
    """Return what makes a setting of the words on the command line."""
    from nnmath.commands.train import integers

    if name in ("sizes", "seeds"):
        return integers("-" if name == "sizes" else ",")
    if isinstance(default, tuple):
        return names
    return delimiter if name == "delimiter" else type(default)


def shown(default: Any) -> str:
    """Return a default as help shows it."""
    return ",".join(map(str, default)) if isinstance(default, tuple) else str(default)


def names(text: str) -> tuple[str, ...]:
    """Read names of columns with commas between; one that holds a comma stands in quotes."""
    return tuple(name.strip() for name in next(csv.reader([text], skipinitialspace=True), []))


def delimiter(text: str) -> str:
    """Read a delimiter; a tab is hard to type."""
    return "\t" if text in ("tab", "\\t") else text


def table_flags(options: argparse.Namespace) -> dict[str, Any]:
    """Return the flags of a table that were given, by the names of the settings."""
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
    from nnmath.commands.train import train_and_tell
    from nnmath.runs.own_table import table_recipe
    from nnmath.runs.table_report import describe_results, describe_table

    given = table_flags(options)
    if "csv" not in given or "target" not in given:
        raise ValueError(
            "train: expected the NAME of a published run, or a table of your own with --csv FILE and --target COLUMN; "
            "train --help shows both"
        )
    out = given.pop("out", Path("results", Path(given["csv"]).stem))
    resume = given.pop("resume", False)
    recipe, table = table_recipe(given)
    print(describe_table(given["csv"], table, recipe.sizes[0]), flush=True)
    print(describe_results(train_and_tell(recipe, out, resume=resume), table))
