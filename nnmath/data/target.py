"""The column that is predicted: classes, or a quantity."""

from collections.abc import Sequence
from math import isfinite
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnmath.data.columns import MOST_CATEGORIES, Numbers, Words, number, numbers_of
from nnmath.data.csv_file import FilePlace, TableError, shown

#: More classes than this nobody tells apart in a confusion matrix.
MOST_CLASSES = 100

TASKS = ("classification", "regression")


class Target(NamedTuple):
    """What is learned.

    Attributes
    ----------
    name : str
        Of the column.
    values : array, shape (N,)
        The label of each row, 0..K-1, -1 where it is missing; or the quantity, a float, NaN where it is missing.
    classes : tuple of str, K of them
        As they are written; () for a quantity.
    """

    name: str
    values: NDArray[Any]
    classes: tuple[str, ...]

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Which values are missing."""
        missing: NDArray[np.bool_] = self.values < 0 if self.classes else np.isnan(self.values)
        return missing

    def rows(self, chosen: NDArray[np.bool_]) -> "Target":
        """Return the target of some rows."""
        return self._replace(values=self.values[chosen])


class TargetReader:
    """Reads the target both as classes and as numbers, for what it is shows at the end of the file only."""

    def __init__(self, place: FilePlace) -> None:
        self.place = place
        self.words = Words(place)
        self.numbers = Numbers(
            place, "; most values of the target are numbers (--task classification takes all as classes)"
        )
        self.no_number: TableError | None = None

    def add(self, lines: Sequence[int], values: Sequence[str]) -> "TargetReader":
        """Read some more values."""
        self.words.add(lines, values)
        if self.no_number is None:
            try:
                self.numbers.add(lines, values)
            except TableError as error:
                self.no_number = error
        return self


def target_of(reader: TargetReader, task: str, lines: NDArray[np.int64]) -> Target:
    """Return the target as what it is, or is said to be, and refuse what makes no sense.

    Parameters
    ----------
    reader : TargetReader
    task : {"", "classification", "regression"}
        "" for a quantity where most values are numbers that are broken or many; for classes otherwise.
    lines : integer array, shape (N,)
        Where each row begins.
    """
    task = task or ("regression" if looks_like_quantity(reader) else "classification")
    if task == "classification":
        return _classes(reader.words, lines)
    if reader.no_number is not None:
        raise reader.no_number
    values = reader.numbers.values()
    present = values[~np.isnan(values)]
    if len(present) < 2 or present.min() == present.max():
        found = f"{present[0]:g} in every row" if len(present) else "no value"
        raise TableError(f"{reader.place}: expected a quantity that differs from row to row, got {found}")
    return Target(reader.place.name, values, ())


def looks_like_quantity(reader: TargetReader) -> bool:
    """Whether a target says how much of something there is, rather than which of a few classes something is in."""
    words = list(reader.words.codes)
    numbers = numbers_of(words)
    numbers = numbers[np.isfinite(numbers)]
    if 2 * len(numbers) <= len(words):
        return False
    codes = np.concatenate(reader.words.parts)
    rows_of_each = np.bincount(codes[codes >= 0])
    broken = bool((numbers != np.trunc(numbers)).any())
    rare = rows_of_each.mean() < 5 or rows_of_each.min() < 2  # a class has rows to learn from
    many = len(numbers) > 50 or (len(numbers) > 10 and rare)
    return bool(many or (broken and len(numbers) > 2))


def same_class(word: str) -> float | str:
    """Return what spellings of one class have in common: 1, 1.0 and 01 are a number, True and TRUE a truth value."""
    value = number(word)
    if isfinite(value):
        return value
    return word.casefold() if word.casefold() in ("true", "false", "yes", "no") else word


def _classes(reader: Words, lines: NDArray[np.int64]) -> Target:
    """Return labels and classes, spellings of one class taken together under the first of them."""
    place = reader.place
    if reader.refused:
        more = f"more than {MOST_CATEGORIES:,} different values" if "different" in reader.refused else "long texts"
        raise TableError(f"{place}: expected classes, got {more}: this column cannot be the target")
    found = reader.values()
    first: dict[float | str, str] = {}
    for word in found.categories:
        first.setdefault(same_class(word), word)
    classes = tuple(first.values())
    label = {name: k for k, name in enumerate(first)}
    labels = np.array([*(label[same_class(word)] for word in found.categories), -1])[found.codes]
    if len(classes) < 2:
        got = f"{shown(classes[0])} in every row" if classes else "no value"
        raise TableError(f"{place}: expected two or more classes, got {got}")
    if len(classes) > MOST_CLASSES:
        raise TableError(f"{place}: expected up to {MOST_CLASSES} classes, got {len(classes):,} different values")
    for k, name in enumerate(classes):
        rows = np.flatnonzero(labels == k)
        if len(rows) < 2:
            raise TableError(
                f"{place._replace(line=int(lines[rows[0]]))}: the class {shown(name)} has this row only; it needs two, "
                "one to learn from and one to test on"
                + ("; --task regression takes the target as a quantity" * isfinite(number(name)))
            )
    return Target(place.name, labels.astype(np.int64), classes)
