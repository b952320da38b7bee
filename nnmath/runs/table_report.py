"""What there is to say about a table and the network that has learned it, for the terminal."""

from collections.abc import Sequence
from unicodedata import east_asian_width

import numpy as np
from numpy.typing import NDArray

from nnmath.data.csv_rows import shortened
from nnmath.data.data import largest_class
from nnmath.data.table import Table
from nnmath.runs.run import Run
from nnmath.training.losses import predicted_classes
from nnmath.training.metrics import confusion_matrix, precision_and_recall

#: More classes than this make a matrix that is wider than a terminal; more columns than that, a page of messages.
MOST, MOST_COLUMNS = 12, 20


def describe_table(name: str, table: Table, inputs: int) -> str:
    """Say what of a table is learned from, and what is not."""
    kinds = [bool(column.categories) for column in table.columns]
    made = " and ".join(
        f"{counted(count, 'column')} of {what}"
        for count, what in ((kinds.count(False), "numbers"), (kinds.count(True), "categories"))
        if count
    )
    counts = np.bincount(table.labels, minlength=len(table.classes)).tolist()
    few = ", ".join(f"{label(name)} {count:,}" for name, count in zip(table.classes[:MOST], counts))
    more = f", and {len(counts) - MOST} more classes" if len(counts) > MOST else ""
    lines = [
        f"{name}: {counted(len(table.labels), 'row')}; {made} make {counted(inputs, 'input')}",
        f"target {shortened(table.target)}: {few}{more}",
        *table.notes,
    ]
    return "\n".join(lines)


def describe_imputation(run: Run, table: Table) -> list[str]:
    """Say what stands in for missing values, column by column."""
    if run.data.preprocessing is None:
        return []
    lines = []
    for column, feature in zip(table.columns, run.data.preprocessing.features):
        missing = int(np.count_nonzero(column.missing))
        if missing:
            which = "the most frequent category" if feature.categories else "the median"
            became = f"{feature.filling}, {which} of the training part"
            lines.append(f"{shortened(feature.name)}: {missing:,} missing, became {became}")
    more = len(lines) - MOST_COLUMNS
    return lines if more <= 0 else [*lines[:MOST_COLUMNS], f"and so on, in {counted(more, 'more column')}"]


def describe_results(run: Run, table: Table) -> str:
    """Say how the answers on the held-out rows are, class by class, and how good guessing would be."""
    confusion = confusion_matrix(run.data.labels_test, predicted_classes(run.test_logits), len(table.classes))
    guess, share = largest_class(run.data)
    held_out = len(run.data.x_test)
    lines = [
        *describe_imputation(run, table),
        "",
        f"On the {counted(held_out, 'row')} held out, {run.last[1].accuracy:.4f} of the answers are right; always "
        f"guessing {label(table.classes[guess])}, the largest class, {share:.4f}.",
        "",
        *matrix(table.classes, confusion),
    ]
    return "\n".join(lines)


def matrix(classes: Sequence[str], confusion: NDArray[np.int64]) -> list[str]:
    """Return the confusion matrix, unless it is too wide, with precision and recall of each class."""
    names = [label(name) for name in classes]
    precision, recall = precision_and_recall(confusion)
    counts = confusion.tolist() if len(names) <= MOST else [[] for _ in names]
    head = ["true class", *(names if len(names) <= MOST else []), "precision", "recall"]
    rows = [head] + [
        [name, *(f"{count:,}" for count in row), share(p), share(r)]
        for name, row, p, r in zip(names, counts, precision.tolist(), recall.tolist())
    ]
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


def share(number: float) -> str:
    """Return a share; a dash where there is none, because nothing was answered so."""
    return "-" if np.isnan(number) else f"{number:.4f}"


def label(name: str) -> str:
    """Return the name of a class, or the beginning of a long one."""
    return shortened(name, 16)


def counted(count: int, what: str) -> str:
    """Return a number of things."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
