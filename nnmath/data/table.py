"""A table of the user's own: a CSV file with a header, one column of which is the class to be learned."""

import os
from collections.abc import Collection
from difflib import get_close_matches
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnmath.data.columns import Column, Numbers, Readers, Undecided, Words, read_parts
from nnmath.data.csv_rows import Rows, TableError, read_rows, shown, values
from nnmath.data.data import Data
from nnmath.data.learnable import classes_of, columns_of
from nnmath.data.preprocessing import apply, fit


class Table(NamedTuple):
    """What a file holds.

    Attributes
    ----------
    columns : tuple of Column
        Those that can be learned from, in the order of the file.
    labels : integer array, shape (N,)
    classes : tuple of str
    target : str
        The name of the column of the classes.
    notes : tuple of str
        What was left out, and why: a sentence each.
    """

    columns: tuple[Column, ...]
    labels: NDArray[np.int64]
    classes: tuple[str, ...]
    target: str
    notes: tuple[str, ...]


def table(
    rng: np.random.Generator,
    *,
    csv: str,
    target: str,
    delimiter: str = ",",
    categorical: tuple[str, ...] = (),
    numeric: tuple[str, ...] = (),
    drop: tuple[str, ...] = (),
    held_out: float = 0.25,
) -> Data:
    """Read a table, hold out a part of the rows of each class to test on, and preprocess by the others alone.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the rows that are held out.
    csv : str
        The file.
    target : str
        The column to be predicted.
    delimiter : str
        What stands between columns.
    categorical, numeric, drop : tuple of str
        Columns that are categories whatever they look like, that are numbers, and that are left out.
    held_out : float, in (0, 1)
        The share of each class that is held out, one row at least, and one at least is left.
    """
    if not 0 < held_out < 1:
        raise ValueError(f"held_out: expected a number between 0 and 1, got {held_out}")
    found = read_table(csv, target, delimiter, categorical, numeric, drop)
    rows, rows_test = split(found.labels, held_out, rng)
    preprocessing = fit(found.columns, rows, target)
    raw, labels = [column.values for column in found.columns], found.labels
    x, x_test = apply(preprocessing, raw, rows), apply(preprocessing, raw, rows_test)
    return Data(x, labels[rows], x_test, labels[rows_test], found.classes, preprocessing)


def split(
    labels: NDArray[np.integer], share: float, rng: np.random.Generator
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Divide rows, class by class, into those to learn from and that share of them to test on."""
    kept, held = [], []
    for k in range(labels.max() + 1):
        rows = rng.permutation(np.flatnonzero(labels == k))
        count = min(max(round(share * len(rows)), 1), len(rows) - 1)
        held.append(rows[:count])
        kept.append(rows[count:])
    return np.sort(np.concatenate(kept)), np.sort(np.concatenate(held))


def read_table(
    csv: str,
    target: str,
    delimiter: str = ",",
    categorical: tuple[str, ...] = (),
    numeric: tuple[str, ...] = (),
    drop: tuple[str, ...] = (),
) -> Table:
    """Read a file; once, as long as it stays as it is and nothing else is asked for. For the parameters see `table`.

    Raises
    ------
    TableError
        Something in it makes no sense; the message says where.
    OSError
        There is no such file, or it cannot be read.
    """
    status = os.stat(csv)
    return _read_table(csv, target, delimiter, categorical, numeric, drop, (status.st_mtime_ns, status.st_size))


@lru_cache(maxsize=1)
def _read_table(
    csv: str,
    target: str,
    delimiter: str,
    categorical: tuple[str, ...],
    numeric: tuple[str, ...],
    drop: tuple[str, ...],
    status: tuple[int, int],
) -> Table:
    with open(csv, "rb") as file:
        rows = read_rows(file, csv, delimiter)
        for flag, names in (("target", (target,)), ("categorical", categorical), ("numeric", numeric), ("drop", drop)):
            for name in names:
                check_name(rows, name, flag)
        refuse_contradiction(target, categorical, numeric, drop)
        readers: Readers = {}
        for name, place in rows.places().items():
            if name == target:
                readers[name] = Words(place)
            elif name in categorical:
                readers[name] = Words(place, most=None)
            elif name in numeric:
                readers[name] = Numbers(place)
            elif name not in drop:
                readers[name] = Undecided(place)
        read_parts(rows, readers)
    answers = readers.pop(target)
    assert isinstance(answers, Words)
    labels, classes = classes_of(answers, target in categorical)
    columns, notes = columns_of(readers, {*categorical, *numeric})
    if not columns:
        raise TableError(f"{csv}: no column to learn {shown(target)} from" + "".join(f"; {note}" for note in notes))
    known = labels >= 0
    if not known.all():
        columns = [column._replace(values=column.values[known]) for column in columns]
        notes.append(f"{values(int(np.count_nonzero(~known)))} of {target} missing: rows left out")
    return Table(tuple(columns), labels[known], classes, target, tuple(notes))


def check_name(rows: Rows, name: str, flag: str) -> None:
    """Refuse a name that no column has, and say which may have been meant."""
    if name in rows.names:
        return
    folded = {column.casefold(): column for column in rows.names}
    close = [folded[match] for match in get_close_matches(name.casefold(), folded)]
    few = ", ".join(shown(column) for column in rows.names[:20]) + (", …" if len(rows.names) > 20 else "")
    meant = f"is it {' or '.join(shown(column) for column in close)}?" if close else f"there are {few}"
    raise TableError(f"{rows.file}: line 1: --{flag}: there is no column {shown(name)}; {meant}")


def refuse_contradiction(
    target: str, categorical: Collection[str], numeric: Collection[str], drop: Collection[str]
) -> None:
    """Refuse to do two things with a column."""
    for name, flags in (
        *((name, "--categorical and --numeric") for name in categorical if name in numeric),
        *((name, "--drop and another flag") for name in drop if name in (target, *categorical, *numeric)),
        *((name, "--target, which is a class, and --numeric") for name in numeric if name == target),
    ):
        raise TableError(f"column {shown(name)}: expected in one of them, got it in {flags}")
