"""The columns of a table: numbers, or categories, decided by what stands in them."""

import re
from array import array
from collections.abc import Sequence
from math import isfinite
from typing import Any, NamedTuple, NoReturn

import numpy as np
from numpy.typing import NDArray

from nnmath.data.csv_rows import LONGEST, Place, Rows, TableError, shown

#: What stands for a missing value, in capital or small letters; "None" does not, it may well be a category.
MISSING = frozenset(("", "?", "na", "n/a", "#n/a", "<na>", "nan", "null"))

#: Numbers beyond this are no measurements, and their squares would overflow.
LARGEST = 1e100

#: More categories than this a column has only when the user says so.
MOST_CATEGORIES = 1000

#: Numbers as they are written where the comma is the decimal mark, or parts thousands.
COMMA = re.compile(r"[-+]?\d+(\.\d{3})*,\d+(,\d{3})*")


class Column(NamedTuple):
    """The values of a column.

    Attributes
    ----------
    name : str
    values : array, shape (N,)
        Floats, NaN where one is missing; or the positions of categories, -1 where one is missing.
    categories : tuple of str
        None for a column of numbers.
    """

    name: str
    values: NDArray[Any]
    categories: tuple[str, ...] = ()

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Which values are missing."""
        return self.values < 0 if self.categories else np.isnan(self.values)


class Numbers:
    """Reads a column of numbers.

    Parameters
    ----------
    place : Place
        Where the column is.
    advice : str
        What an error message adds.
    """

    def __init__(self, place: Place, advice: str = "") -> None:
        self.place, self.advice = place, advice
        self.numbers = array("d")  # which grows in place

    def add(self, lines: Sequence[int], values: Sequence[str]) -> None:
        """Read some more values."""
        numbers = numbers_of(values)
        wrong = np.flatnonzero(~(np.abs(numbers) <= LARGEST))
        for i in wrong.tolist():  # missing values are among them
            if not is_missing(values[i]):
                self.refuse(lines[i], values[i].strip())
        self.numbers.frombytes(numbers.tobytes())

    def refuse(self, line: int, value: str) -> NoReturn:
        """Say that a value is no number, or none that makes sense."""
        place = self.place._replace(line=line)
        if isfinite(number(value)):
            raise TableError(f"{place}: expected a number between -1e100 and 1e100, got {shown(value)}")
        if COMMA.fullmatch(value):
            raise TableError(f"{place}: expected a number with a decimal point, got {shown(value)}")
        raise TableError(f"{place}: expected a number, got {shown(value)}{self.advice}")

    def values(self) -> NDArray[np.float64]:
        """Return all that was read."""
        return np.frombuffer(self.numbers)


class Words:
    """Reads a column of categories.

    Parameters
    ----------
    place : Place
        Where the column is.
    most : int or None
        Of more categories than these the column has none: reading goes on, and remembers nothing.
    known : sequence of str, optional
        The only categories that there are.
    """

    def __init__(self, place: Place, most: int | None = MOST_CATEGORIES, known: Sequence[str] | None = None) -> None:
        self.place, self.most, self.known = place, most, known
        self.codes: dict[str, int] = {word: i for i, word in enumerate(known or ())}
        self.lines: list[int] = []
        self.positions = array("i")
        self.too_many = self.too_long = False

    def add(self, lines: Sequence[int], values: Sequence[str]) -> None:
        """Read some more values."""
        if self.too_many or self.too_long:
            return
        codes, values = self.codes, [value.strip() for value in values]
        try:
            found = [codes[value] for value in values]  # the quick way, while nothing new comes
        except KeyError:
            found = [codes[v] if v in codes else self.new(v, line) for line, v in zip(lines, values)]
        self.positions.extend(found)
        self.too_many = self.most is not None and len(self.lines) > self.most
        self.too_long = self.most is not None and any(len(word) > LONGEST for word in codes)
        if self.too_many or self.too_long:
            self.positions, self.codes = array("i"), {}

    def new(self, word: str, line: int) -> int:
        """Take up a word that was not there before."""
        if is_missing(word):
            self.codes[word] = -1
            return -1
        place = self.place._replace(line=line)
        if self.known is not None:
            known = ", ".join(shown(w) for w in self.known[:10]) + (", …" if len(self.known) > 10 else "")
            raise TableError(f"{place}: expected one of the categories learned from, {known}, got {shown(word)}")
        if self.most is None and len(word) > LONGEST:
            raise TableError(f"{place}: a category of more than {LONGEST} characters, {shown(word)}")
        self.codes[word] = len(self.lines)
        self.lines.append(line)
        return len(self.lines) - 1

    def words(self) -> list[str]:
        """Return the categories in the order in which they came."""
        return [word for word, code in self.codes.items() if code >= 0]

    def values(self) -> NDArray[np.int32]:
        """Return the position of each value that was read among the categories."""
        return np.frombuffer(self.positions, np.int32)

    def column(self) -> Column:
        """Return the column, its categories in order: that of numbers for numbers, otherwise that of the alphabet."""
        words = self.words()
        order = sorted(range(len(words)), key=lambda i: sorting(words[i]))
        rank = np.empty(len(words) + 1, np.int32)
        rank[order], rank[-1] = np.arange(len(words)), -1  # position -1, the last one, is that of missing values
        return Column(self.place.name, rank[self.values()], tuple(words[i] for i in order))


class Undecided:
    """A column in which there is no value yet.

    It becomes one of numbers if more than half of the values in the first part of the file in which it has any are
    numbers, and one of categories otherwise. A file of up to `CELLS` values is a single part.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self.count = 0

    def add(self, lines: Sequence[int], values: Sequence[str]) -> "Undecided | Numbers | Words":
        """Read some more values, and return what reads those that follow."""
        present = [value.strip() for value in values if not is_missing(value)]
        if not present:
            self.count += len(values)
            return self
        become: Numbers | Words
        if 2 * int(np.isfinite(numbers_of(present)).sum()) > len(present):
            name = self.place.name
            advice = f"; most values of this column are numbers (--categorical {name!r} takes all of them as words)"
            become = Numbers(self.place, advice)
            become.numbers.extend([np.nan] * self.count)
        else:
            if 2 * sum(bool(COMMA.fullmatch(value)) for value in present) > len(present):
                Numbers(self.place).refuse(*next((i, v) for i, v in zip(lines, values) if COMMA.fullmatch(v.strip())))
            become = Words(self.place)
            become.positions.extend([-1] * self.count)
        become.add(lines, values)
        return become


#: What reads each column, by its name.
Readers = dict[str, Undecided | Numbers | Words]


def read_parts(rows: Rows, readers: Readers) -> NDArray[np.int64]:
    """Read all rows, each column by its reader, and return the line where each row begins."""
    places = [(i, name) for i, name in enumerate(rows.names) if name in readers]
    lines: list[NDArray[np.int64]] = []
    for part in rows.parts:
        for i, name in places:
            readers[name] = readers[name].add(part.lines, part.columns[i]) or readers[name]
        lines.append(np.array(part.lines))
    if not lines:
        raise TableError(f"{rows.file}: line 1: a header, and no row after it")
    return np.concatenate(lines)


def is_missing(value: str) -> bool:
    """Whether a value is one of those that stand for none."""
    return value.strip().lower() in MISSING


def numbers_of(values: Sequence[str]) -> NDArray[np.float64]:
    """Return values as numbers; NaN for what is none."""
    if "_" not in "".join(values):
        try:
            return np.array(list(map(float, values)), np.float64)
        except ValueError:
            pass  # one of them is none
    return np.array([number(value) for value in values], np.float64)


def number(value: str) -> float:
    """Return a value as a number; NaN for what is none."""
    try:
        return float(value) if "_" not in value else np.nan  # to Python 1_000 is a number
    except ValueError:
        return np.nan


def sorting(word: str) -> tuple[bool, float, str]:
    """Return what orders categories: numbers by their size come first, then words by the alphabet."""
    size = number(word)
    return (not isfinite(size), size if isfinite(size) else 0.0, word)
