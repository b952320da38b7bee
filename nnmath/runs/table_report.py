"""What there is to say about a table and the network that has learned it, for the terminal."""

from collections.abc import Sequence
from typing import Any
from unicodedata import east_asian_width

import numpy as np

from nnmath.data.csv_file import counted, shortened
from nnmath.data.table import Table
from nnmath.runs.user_table import TableRun

#: More classes than this make a matrix that is wider than a terminal; more columns than that, a page of messages.
MOST, MOST_COLUMNS = 12, 20


def what_was_read(name: str, table: Table) -> str:
    """Say what of a table is learned from, and what is not."""
    kinds = [dtype == "category" for dtype in table.frame.dtypes]
    made = " and ".join(
        f"{counted(count, 'column')} of {what}"
        for count, what in ((kinds.count(False), "numbers"), (kinds.count(True), "categories"))
        if count
    )
    lines = [f"{name}: {counted(len(table.frame), 'row')}; {made}", target_line(table), *table.notes]
    return "\n".join(lines)


def target_line(table: Table) -> str:
    """Say what is predicted."""
    name, values, classes = table.target
    if not classes:
        return f"target {shortened(name)}: a quantity from {values.min():g} to {values.max():g}"
    counts = np.bincount(values, minlength=len(classes)).tolist()
    few = ", ".join(f"{label(name)} {count:,}" for name, count in zip(classes[:MOST], counts))
    more = f", and {len(counts) - MOST} more classes" if len(counts) > MOST else ""
    return f"target {shortened(name)}: {few}{more}"


def what_was_imputed(run: TableRun) -> list[str]:
    """Say what stands in for missing values, column by column."""
    assert run.model.preprocessing is not None
    lines = []
    for feature in run.model.preprocessing.features:
        missing = int(run.table.frame[feature.name].isna().sum())
        if missing:
            which = "the most frequent category" if feature.categories else "the median"
            filling = shortened(feature.filling)
            lines.append(
                f"{shortened(feature.name)}: {missing:,} missing, became {filling}, {which} of the training part"
            )
    more = len(lines) - MOST_COLUMNS
    return lines if more <= 0 else [*lines[:MOST_COLUMNS], f"and so on, in {counted(more, 'more column')}"]


def what_came_out(run: TableRun, found: dict[str, Any]) -> str:
    """Say how the answers on the held-out rows are, and how good guessing would be; `found` is metrics.json."""
    held_out = counted(found["test_examples"], "row")
    if not run.table.target.classes:
        result = [
            f"On the {held_out} held out, the answers are off by {found['test_mean_absolute_error']:.4g} on average; "
            f"always guessing {found['mean']:.4g}, the mean, by {found['mean_error']:.4g}."
        ]
    else:
        result = [
            f"On the {held_out} held out, {found['test_accuracy']:.4f} of the answers are right; always guessing "
            f"{label(found['largest_class'])}, the largest class, {found['largest_class_accuracy']:.4f}.",
            "",
            *matrix(found),
        ]
    return "\n".join([*what_was_imputed(run), "", *result])


def summary(found: dict[str, Any]) -> str:
    """Say what was trained, in a line."""
    sizes = "-".join(map(str, found["settings"]["sizes"]))
    epochs, best = found["settings"]["epochs"], found["best_epoch"]
    if found["task"] == "regression":
        r2 = "-" if found["test_r2"] is None else f"{found['test_r2']:.4f}"
        reached = f"R² {found['r2']:.4f}, test R² {r2}"
    else:
        reached = f"accuracy {found['accuracy']:.4f}, test accuracy {found['test_accuracy']:.4f}"
    after = counted(best, "epoch") + (f", the best of {epochs:,}" if best < epochs else "")
    return f"{found['experiment']}: network {sizes}, {reached} after {after} ({found['training_seconds']:.1f} s)."


def matrix(found: dict[str, Any]) -> list[str]:
    """Return the confusion matrix, unless it is too wide, with precision and recall of each class."""
    names = [label(name) for name in found["classes"]]
    counts = found["confusion"] if len(names) <= MOST else [[] for _ in names]
    head = ["true class", *(names if len(names) <= MOST else []), "precision", "recall"]
    rows = [head] + [
        [name, *(f"{count:,}" for count in row), share(p), share(r)]
        for name, row, p, r in zip(names, counts, found["precision"], found["recall"])
    ]
    return aligned(rows)


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as lines, the first column to the left and the others to the right."""
    widths = [max(map(places, column)) for column in zip(*rows)]
    return [
        row[0]
        + " " * (widths[0] - places(row[0]))
        + "".join(" " * (2 + size - places(cell)) + cell for cell, size in zip(row[1:], widths[1:]))
        for row in rows
    ]


def places(text: str) -> int:
    """Return how many places of a terminal a text takes: those of East Asia are two wide."""
    return len(text) + sum(east_asian_width(sign) in "WF" for sign in text)


def share(number: float | None) -> str:
    """Return a share; a dash where there is none, because nothing was answered so."""
    return "-" if number is None else f"{number:.4f}"


def label(name: str) -> str:
    """Return the name of a class, or the beginning of a long one."""
    return shortened(name, 16)
