"""A table of the user's own: a CSV file becomes a data frame, or is refused with file, line and column."""

import re
from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnmath.data.columns import Numbers, Reader, Undecided, Words
from nnmath.data.csv_file import Rows, TableError, counted, read_rows, shortened, shown
from nnmath.data.preprocessing import Feature
from nnmath.data.target import Target, TargetReader, target_of
from nnmath.extras import optional
from nnmath.files import opened


class Table(NamedTuple):
    """What a file holds.

    Attributes
    ----------
    frame : pandas.DataFrame, N rows
        The columns that can be learned from, in the order of the file: floats, NaN where one is missing, or pandas'
        categories.
    target : Target
    notes : tuple of str
        What was left out, and why: a sentence each.
    """

    frame: Any
    target: Target
    notes: tuple[str, ...]


def read_table(
    csv: str,
    target: str,
    task: str = "",
    delimiter: str = ",",
    categorical: Sequence[str] = (),
    numeric: Sequence[str] = (),
    drop: Sequence[str] = (),
) -> Table:
    """Read a table to learn from.

    Parameters
    ----------
    csv : str
        The file.
    target : str
        The column to be predicted.
    task : {"", "classification", "regression"}
        "" for what the target looks like.
    delimiter : str
        What stands between columns.
    categorical, numeric, drop : sequence of str
        Columns that are categories whatever they look like, that are numbers, and that are left out.

    Raises
    ------
    TableError
        Something in it makes no sense; the message says where.
    OSError
        There is no such file, or it cannot be read.
    """
    optional("pandas", "table", "train --csv")
    with opened(csv) as file:
        rows = read_rows(file, csv, delimiter)
        for flag, names in (("target", (target,)), ("categorical", categorical), ("numeric", numeric), ("drop", drop)):
            for name in names:
                _check_name(rows, name, flag)
        _refuse_contradiction(target, categorical, numeric, drop)
        places = rows.places()
        answers = TargetReader(places[target])
        readers: dict[str, Any] = {target: answers}
        for name, place in places.items():
            if name in categorical:
                readers[name] = Words(place, most=None)
            elif name in numeric:
                readers[name] = Numbers(place)
            elif name not in (target, *drop):
                readers[name] = Undecided(place)
        lines = _read(rows, readers)
    del readers[target]
    found = target_of(answers, task, lines)
    frame, notes = _frame_of(readers, {*categorical, *numeric})
    if not len(frame.columns):
        raise TableError(f"{csv}: no column to learn {shown(target)} from" + "".join(f"; {note}" for note in notes))
    known = ~found.missing
    if not known.all():
        frame = frame[known].reset_index(drop=True)
        found = found.rows(known)
        notes.append(f"{counted(int(np.count_nonzero(~known)), 'value')} of {shortened(target)} missing: rows left out")
    return Table(frame, found, tuple(notes))


class NewRows(NamedTuple):
    """Rows to predict.

    Attributes
    ----------
    lines : integer array, shape (N,)
        Where each row begins.
    frame : pandas.DataFrame, N rows
        The columns that the model has learned from.
    truth : list of str, or None
        The target of each row as it is written, "" where it is missing; None when the file has no such column.
    """

    lines: NDArray[np.int64]
    frame: Any
    truth: list[str] | None


def read_new_rows(file: BinaryIO, name: str, features: Sequence[Feature], target: str, delimiter: str = ",") -> NewRows:
    """Read the columns that a model has learned from, by their names, in any order; others are passed over.

    Raises
    ------
    TableError
        A column is missing, or a value makes no sense; the message says where.
    """
    pandas = optional("pandas", "table", "predict, for the model of a table,")
    rows = read_rows(file, name, delimiter)
    places = rows.places()
    missing = [feature.name for feature in features if feature.name not in places]
    if missing:
        few = ", ".join(shown(column) for column in missing[:10]) + (", …" if len(missing) > 10 else "")
        raise TableError(f"{name}: line 1: expected all columns learned from; missing: {few}")
    readers: dict[str, Reader] = {}
    for column, categories, _ in features:
        readers[column] = Words(places[column], None, categories) if categories else Numbers(places[column])
    if target in places:
        readers[target] = Words(places[target], None)
    lines = _read(rows, readers)
    answers = readers.pop(target, None)
    truth = None
    if isinstance(answers, Words):
        words = answers.values()
        truth = np.append(np.array(words.categories, object), "")[words.codes].tolist()  # the code of none is -1
    return NewRows(lines, pandas.DataFrame({name: reader.values() for name, reader in readers.items()}), truth)


def _read(rows: Rows, readers: dict[str, Any]) -> NDArray[np.int64]:
    """Read all rows, each column by its reader, and return the line where each row begins."""
    places = [(i, name) for i, name in enumerate(rows.names) if name in readers]
    lines: list[NDArray[np.int64]] = []
    for part in rows.parts:
        for i, name in places:
            readers[name] = readers[name].add(part.lines, part.columns[i])
        lines.append(np.array(part.lines))
    if not lines:
        raise TableError(f"{rows.file}: line 1: a header, and no row after it")
    return np.concatenate(lines)


def _frame_of(readers: Mapping[str, Reader], forced: Collection[str]) -> tuple[Any, list[str]]:
    """Return the columns that can be learned from, and say why others cannot."""
    import pandas

    columns: dict[str, Any] = {}
    left_out: dict[str, list[str]] = {}
    for name, reader in readers.items():
        reason = reader.refused if isinstance(reader, Words) else ""
        if not reason:
            values = reader.values()
            reason = nothing_to_learn(values, name in forced)
        if reason:
            left_out.setdefault(reason, []).append(shortened(name))
        else:
            columns[name] = values
    return pandas.DataFrame(columns), [f"{enumerated(names)} left out: {reason}" for reason, names in left_out.items()]


#: What a person reads as a quantity, and what to write in its place.
FORMS = {
    re.compile(r"[-+]?[$€£¥]?\s?[-+]?\d[\d.,]*\s?[%$€£¥]?"): "write them as numbers, without signs",
    re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}([T ].*)?"): "write dates as columns of numbers, such as year and month",
}


def enumerated(names: Sequence[str], most: int = 10) -> str:
    """Return names with commas between, the first ones of many."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def nothing_to_learn(values: Any, forced: bool) -> str:
    """Say why nothing can be learned from a column, if so."""
    is_numbers = isinstance(values, np.ndarray)
    present = values[~np.isnan(values)] if is_numbers else values.codes[values.codes >= 0]
    if not len(present):
        return "no value in any row"
    if present.min() == present.max():
        return "the same value in every row"
    if forced:
        return ""
    if is_numbers and len(values) >= 10 and (np.diff(values) == 1).all():
        return "it numbers the rows, one after the other; --numeric keeps such a column"
    different = 0 if is_numbers else len(values.categories)
    if different > 5 and 2 * different > len(present):
        words = f"{different:,} different words in {len(present):,} rows"
        for form, told in FORMS.items():
            if sum(bool(form.fullmatch(word)) for word in values.categories) > different / 2:
                return f"{words}, such as {shown(values.categories[0])}; {told}, or --categorical keeps such a column"
        return f"{words}, as names are; --categorical keeps such a column"
    return ""


def _check_name(rows: Rows, name: str, flag: str) -> None:
    """Refuse a name that no column has, and say which may have been meant."""
    if name in rows.names:
        return
    folded = {column.casefold(): column for column in rows.names}
    close = [folded[match] for match in get_close_matches(name.casefold(), folded)]
    few = ", ".join(shown(column) for column in rows.names[:20]) + (", …" if len(rows.names) > 20 else "")
    meant = f"is it {' or '.join(shown(column) for column in close)}?" if close else f"there are {few}"
    raise TableError(f"{rows.file}: line 1: --{flag}: there is no column {shown(name)}; {meant}")


def _refuse_contradiction(
    target: str, categorical: Collection[str], numeric: Collection[str], drop: Collection[str]
) -> None:
    """Refuse to do two things with a column."""
    for name, flags in (
        *((name, "--categorical and --numeric") for name in categorical if name in numeric),
        *((name, "--drop and another flag") for name in drop if name in (target, *categorical, *numeric)),
        *(
            (target, f"--target and --{flag}")
            for flag, n in (("numeric", numeric), ("categorical", categorical))
            if target in n
        ),
    ):
        task = "; --task says whether the target is a class or a quantity" if "--target" in flags else ""
        raise TableError(f"column {shown(name)}: expected in one of them, got it in {flags}{task}")
