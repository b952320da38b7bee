"""What of a table can be learned from, and what can be learned: which columns say something, which are classes."""

from collections.abc import Collection, Sequence
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from nnmath.data.columns import MOST_CATEGORIES, Column, Numbers, Readers, Words, number
from nnmath.data.csv_rows import Place, TableError, shortened, shown

#: More classes than this nobody tells apart in a confusion matrix.
MOST_CLASSES = 100


def columns_of(readers: Readers, forced: Collection[str]) -> tuple[list[Column], list[str]]:
    """Return the columns that can be learned from, and say why others cannot."""
    columns: list[Column] = []
    left_out: dict[str, list[str]] = {}
    while readers:
        name = next(iter(readers))
        reader = readers.pop(name)  # and what it has read is no longer held twice
        column, reason = None, "no value in any row"
        if isinstance(reader, Numbers):
            column = Column(name, reader.values())
            reason = nothing_in_numbers(column.values, name in forced)
        elif isinstance(reader, Words) and reader.too_many:
            reason = f"more than {MOST_CATEGORIES:,} different words; --categorical keeps such a column"
        elif isinstance(reader, Words) and reader.too_long:
            reason = "texts, not categories"
        elif isinstance(reader, Words):
            column = reader.column()
            reason = nothing_in_words(column, name in forced)
        if reason:
            left_out.setdefault(reason, []).append(shortened(name))
        elif column:
            columns.append(column)
    return columns, [f"{enumerated(names)} left out: {reason}" for reason, names in left_out.items()]


def enumerated(names: Sequence[str], most: int = 10) -> str:
    """Return names with commas between, the first ones of many."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def nothing_in_numbers(numbers: NDArray[np.float64], forced: bool) -> str:
    """Say why nothing can be learned from a column of numbers, if so."""
    low, high = np.fmin.reduce(numbers), np.fmax.reduce(numbers)
    if np.isnan(low):
        return "no value in any row"
    if low == high:
        return "the same value in every row"
    if len(numbers) >= 10 and not forced and (np.diff(numbers) == 1).all():
        return "it numbers the rows, one after the other; --numeric keeps such a column"
    return ""


def nothing_in_words(column: Column, forced: bool) -> str:
    """Say why nothing can be learned from a column of categories, if so."""
    present, different = int(np.count_nonzero(~column.missing)), len(column.categories)
    if not different:
        return "no value in any row"
    if different == 1:
        return "the same value in every row"
    if not forced and different > 5 and 2 * different > present:
        return f"{different:,} different words in {present:,} rows, as names are; --categorical keeps such a column"
    return ""


def same_class(word: str) -> float | str:
    """Return what spellings of one class have in common: 1, 1.0 and 01 are a number, True and TRUE a truth value."""
    value = number(word)
    if isfinite(value):
        return value
    return word.casefold() if word.casefold() in ("true", "false", "yes", "no") else word


def merged(labels: NDArray[np.integer], classes: Sequence[str]) -> tuple[NDArray[np.integer], tuple[str, ...]]:
    """Take spellings of one class together, under the first of them."""
    first: dict[float | str, int] = {}
    for word in classes:
        first.setdefault(same_class(word), len(first))
    to = np.array([*(first[same_class(word)] for word in classes), -1], labels.dtype)  # a missing one stays so
    names = {first[same_class(word)]: word for word in reversed(classes)}
    return to[labels], tuple(names[k] for k in range(len(first)))


def classes_of(reader: Words, forced: bool) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Return labels and classes of the target, and refuse what is none."""
    place = reader.place
    if reader.too_many or reader.too_long:
        more = f"more than {MOST_CATEGORIES:,} different values" if reader.too_many else "long texts"
        raise TableError(f"{place}: expected classes, got {more}: this column cannot be the target")
    _, labels, classes = reader.column()
    if not forced:
        labels, classes = merged(labels, classes)
    counts = np.bincount(labels[labels >= 0], minlength=len(classes))
    first = dict(zip(reader.words(), reader.lines))
    if len(classes) < 2:
        found = f"{shown(classes[0])} in every row" if classes else "no value"
        raise TableError(f"{place}: expected two or more classes, got {found}")
    if not forced:
        refuse_quantity(place, classes, int(counts.sum()))
    if len(classes) > MOST_CLASSES:
        raise TableError(f"{place}: expected up to {MOST_CLASSES} classes, got {len(classes):,} different values")
    for name, count in zip(classes, counts.tolist()):
        if count < 2:
            raise TableError(
                f"{place._replace(line=first[name])}: the class {shown(name)} has this row only; it needs two, one to "
                "learn from and one to test on"
            )
    return labels.astype(np.int64), classes


def refuse_quantity(place: Place, classes: Sequence[str], rows: int) -> None:
    """Refuse numbers that say how much of something there is, rather than which of a few classes something is in."""
    numbers = [size for size in map(number, classes) if isfinite(size)]
    if 2 * len(numbers) <= len(classes):
        return
    broken = any(size != int(size) for size in numbers)
    if (broken and len(numbers) > 2) or len(numbers) > 50 or (len(numbers) > 10 and 5 * len(numbers) > rows):
        raise TableError(
            f"{place}: expected classes, got a quantity: {len(numbers):,} different numbers from {min(numbers):g} to "
            f"{max(numbers):g} in {rows:,} rows; if these are classes, --categorical {place.name!r} says so"
        )
