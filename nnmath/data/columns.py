"""The columns of a table: numbers, or categories, decided by what stands in them."""

import re
from collections.abc import Sequence
from math import isfinite
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from nnmath.data.csv_file import LONGEST, FilePlace, TableError, shown

#: What stands for a missing value, in capital or small letters; "None" does not, it may well be a category.
MISSING = frozenset(("", "?", "na", "n/a", "#n/a", "<na>", "nan", "null"))

#: Numbers beyond this are no measurements, and their squares would overflow.
LARGEST = 1e100

#: More categories than this a column has only when the user says so.
MOST_CATEGORIES = 1000

#: Numbers as they are written where the comma is the decimal mark, or parts thousands.
COMMA = re.compile(r"[-+]?\d+(\.\d{3})*,\d+(,\d{3})*")


class Numbers:
    """Reads a column of numbers.

    Parameters
    ----------
    place : FilePlace
        Where the column is.
    advice : str
        What an error message adds.
    before : int
        How many missing values came before.
    """

    def __init__(self, place: FilePlace, advice: str = "", before: int = 0) -> None:
        self.place, self.advice = place, advice
        self.parts: list[NDArray[np.float64]] = [np.full(before, np.nan)]

    def add(self, lines: Sequence[int], values: Sequence[str]) -> "Numbers":
        """Read some more values.

        Raises
        ------
        TableError
            One of them is no number, or none that makes sense.
        """
        found = numbers_of(values)
        for i in np.flatnonzero(~(np.abs(found) <= LARGEST)).tolist():  # missing values are among them
            if not is_missing(values[i]):
                self.refuse(lines[i], values[i].strip())
        self.parts.append(found)
        return self

    def refuse(self, line: int, value: str) -> NoReturn:
        """Say that a value is no number, or none that makes sense."""
        place = self.place._replace(line=line)
        if isfinite(number(value)):
            raise TableError(f"{place}: expected a number between -1e100 and 1e100, got {shown(value)}")
        if COMMA.fullmatch(value):
            raise TableError(
                f"{place}: expected a number with a decimal point, got {shown(value)}: write it with a point before "
                "the decimals, and nothing between thousands"
            )
        raise TableError(f"{place}: expected a number, got {shown(value)}{self.advice}")

    def values(self) -> NDArray[np.float64]:
        """Return all that was read; NaN where a value is missing."""
        return np.concatenate(self.parts)


class Words:
    """Reads a column of categories.

    Parameters
    ----------
    place : FilePlace
        Where the column is.
    most : int or None
        Of more categories than these, or of very long ones, the column has none: `refused` says so, and reading goes on
        and remembers nothing.
    known : sequence of str, optional
        The only categories that there are.
    before : int
        How many missing values came before.
    """

    def __init__(
        self,
        place: FilePlace,
        most: int | None = MOST_CATEGORIES,
        known: Sequence[str] | None = None,
        before: int = 0,
    ) -> None:
        self.place, self.most, self.known = place, most, known
        self.codes = {word: code for code, word in enumerate(known or ())}
        self.parts: list[NDArray[np.int32]] = [np.full(before, -1, np.int32)]
        self.refused = ""

    def add(self, lines: Sequence[int], values: Sequence[str]) -> "Words":
        """Read some more values.

        Raises
        ------
        TableError
            One is not among the categories that are known.
        """
        import pandas

        if self.refused:
            return self
        codes, words = pandas.factorize(np.array([value.strip() for value in values], object))
        here = np.array([self.code(word) for word in words], np.int32)
        if -2 in here:
            first = int(np.flatnonzero(here[codes] == -2)[0])
            self.refuse(lines[first], words[codes[first]])
        self.parts.append(here[codes])
        return self

    def code(self, word: str) -> int:
        """Return the code of a word: -1 where it stands for a missing value, -2 where it is refused."""
        code = self.codes.get(word)
        if code is not None:
            return code
        if is_missing(word):
            return -1
        if self.known is not None or (self.most is None and len(word) > LONGEST):
            return -2
        if len(word) > LONGEST:
            self.refused = "texts, not categories"
        elif self.most is not None and len(self.codes) >= self.most:
            self.refused = f"more than {self.most:,} different words; --categorical keeps such a column"
        return self.codes.setdefault(word, len(self.codes))

    def refuse(self, line: int, word: str) -> NoReturn:
        """Say that a word is none of the categories."""
        place = self.place._replace(line=line)
        if self.known is None:
            raise TableError(f"{place}: a category of more than {LONGEST} characters, {shown(word)}")
        known = ", ".join(shown(w) for w in self.known[:10]) + (", …" if len(self.known) > 10 else "")
        raise TableError(f"{place}: expected one of the categories learned from, {known}, got {shown(word)}")

    def values(self) -> Any:
        """Return all that was read as pandas' categories, numbers by size before words by the alphabet."""
        import pandas

        words = list(self.codes)
        order = (
            range(len(words)) if self.known is not None else sorted(range(len(words)), key=lambda i: sorting(words[i]))
        )
        rank = np.empty(len(words) + 1, np.int32)
        rank[[*order, -1]] = [*range(len(words)), -1]  # the last one is that of missing values
        codes = rank[np.concatenate(self.parts)]
        return pandas.Categorical.from_codes(codes, [words[i] for i in order])


class Undecided:
    """A column in which there is no value yet.

    It becomes one of numbers if more than half of the values in the first part of the file in which it has any are
    numbers, and one of categories otherwise. A file of up to `CELLS` values is a single part.
    """

    def __init__(self, place: FilePlace) -> None:
        self.place = place
        self.count = 0

    def add(self, lines: Sequence[int], values: Sequence[str]) -> "Undecided | Numbers | Words":
        """Read some more values, and return what reads those that follow."""
        present = [value for value in values if not is_missing(value)]
        if not present:
            self.count += len(values)
            return self
        if 2 * int(np.isfinite(numbers_of(present)).sum()) > len(present):
            name = self.place.name
            advice = f"; most values of this column are numbers (--categorical {name!r} takes all of them as words)"
            return Numbers(self.place, advice, self.count).add(lines, values)
        if 2 * sum(bool(COMMA.fullmatch(value.strip())) for value in present) > len(present):
            Numbers(self.place).refuse(*next((i, v) for i, v in zip(lines, values) if COMMA.fullmatch(v.strip())))
        return Words(self.place, before=self.count).add(lines, values)

    def values(self) -> NDArray[np.float64]:
        """Return all that was read: nothing but missing values."""
        return np.full(self.count, np.nan)


#: What reads a column.
Reader = Undecided | Numbers | Words


def is_missing(value: str) -> bool:
    """Whether a value is one of those that stand for none."""
    return value.strip().lower() in MISSING


def numbers_of(values: Sequence[str]) -> NDArray[np.float64]:
    """Return values as the nearest numbers; NaN for what is none."""
    import pandas

    words = pandas.Series(values, dtype=object)
    found = np.array(pandas.to_numeric(words, errors="coerce"), np.float64)
    finite = np.isfinite(found)
    found[finite] = words.to_numpy()[finite].astype(np.float64)  # the nearest, where pandas 2.2 is an ulp off
    return found


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
