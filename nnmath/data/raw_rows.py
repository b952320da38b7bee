"""Rows to predict: a CSV file with the columns that a model has learned from."""

from typing import Any, BinaryIO, NamedTuple

from numpy.typing import NDArray

from nnmath.data.columns import Numbers, Readers, Undecided, Words, read_parts
from nnmath.data.csv_rows import TableError, read_rows, shown
from nnmath.data.preprocessing import Preprocessing


class RawRows(NamedTuple):
    """Rows as they stand in a file.

    Attributes
    ----------
    lines : integer array, shape (N,)
        Where each row begins.
    values : list of array, shape (N,)
        For each feature, as a `Column` holds them.
    truth : list of str, or None
        The true class of each row, "" where it is missing; None when the file has no such column.
    """

    lines: NDArray[Any]
    values: list[NDArray[Any]]
    truth: list[str] | None


def read_raw(file: BinaryIO, name: str, preprocessing: Preprocessing, delimiter: str = ",") -> RawRows:
    """Read the columns that a model has learned from, by their names, in any order; others are passed over.

    Parameters
    ----------
    file : binary file
    name : str
        What messages call it.
    preprocessing : Preprocessing
    delimiter : str
        One character.

    Raises
    ------
    TableError
        A column is missing, or a value makes no sense; the message says where.
    """
    rows = read_rows(file, name, delimiter)
    features, target = preprocessing.features, preprocessing.target
    places = rows.places()
    missing = [feature.name for feature in features if feature.name not in places]
    if missing:
        few = ", ".join(shown(column) for column in missing[:10]) + (", …" if len(missing) > 10 else "")
        raise TableError(f"{name}: line 1: expected all columns learned from; missing: {few}")
    readers: Readers = {}
    for column, categories, _ in features:
        readers[column] = Words(places[column], None, categories) if categories else Numbers(places[column])
    if target in places:
        readers[target] = Words(places[target], None)
    lines = read_parts(rows, readers)
    answers = readers.pop(target, None)
    truth = None
    if isinstance(answers, Words):
        words = [*answers.words(), ""]  # a missing one has the position -1
        truth = [words[code] for code in answers.values().tolist()]
    return RawRows(lines, [reader.values() for reader in readers.values() if not isinstance(reader, Undecided)], truth)
