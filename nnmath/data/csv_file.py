"""The rows of a CSV file, a part of the file at a time, each row with its line.

The standard library splits the rows, not pandas: pandas fills a short row up, reads on after a quote that closes, and
miscounts lines where quotes hold line breaks. A row that does not fit the header is refused here, with its line.
"""

import csv
import io
import os
import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple

from nnmath.progress import ProgressBar

#: About so many values are read before they become columns: a word in Python takes many times the memory of a number.
CELLS = 2**20

#: What files that are called CSV have between their columns.
DELIMITERS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}

#: The name of a first column that has none, as pandas writes the numbers of the rows, and calls it when it reads it.
UNNAMED = "Unnamed: 0"

#: The longest name or category; the longest line; the longest row, whose quotes may hold line breaks; most columns.
LONGEST, LONGEST_LINE, LONGEST_ROW, MOST_COLUMNS = 200, 2**20, 2**24, 10_000

#: How much of a value an error message shows.
SHOWN = 40


class TableError(ValueError):
    """A table that cannot be read, or not learned from; the message says where."""


class FilePlace(NamedTuple):
    """Where in a file something stands, as an error message says it: the column counts from 1, 0 is the whole line."""

    file: str
    line: int
    column: int = 0
    name: str = ""

    def __str__(self) -> str:
        column = f", column {self.column}" if self.column else ""
        return f"{self.file}: line {self.line}{column}{f' ({shortened(self.name)})' if self.name else ''}"


class Part(NamedTuple):
    """Some rows of a file: the line where each begins, and the values column by column."""

    lines: list[int]
    columns: list[tuple[str, ...]]


class Rows(NamedTuple):
    """The names in the header of a file, and its rows, part by part; they can be gone through once."""

    file: str
    names: list[str]
    parts: Iterator[Part]

    def places(self) -> dict[str, FilePlace]:
        """Return the place of each column: its name, in the header."""
        return {name: FilePlace(self.file, 1, i, name) for i, name in enumerate(self.names, 1)}


def read_rows(file: BinaryIO, name: str, delimiter: str = ",") -> Rows:
    """Read the header of a CSV file in UTF-8, and prepare to read the rows.

    Quotes are as RFC 4180 has them, and a field in quotes may hold line breaks. Empty lines are passed over.

    Parameters
    ----------
    file : binary file
    name : str
        What messages call it.
    delimiter : str
        One character.

    Raises
    ------
    TableError
        Now, for what is wrong with the header; while the rows are gone through, for a row of another length, bytes that
        are no UTF-8, quotes that do not end, a line or a row that is too long.
    """
    if len(delimiter) != 1 or delimiter in '"\r\n\0 ':
        raise TableError(f"--delimiter: expected one character, such as ';', or tab, got {delimiter!r}")
    rows = _rows(_Lines(file, name, delimiter), delimiter)
    _, header = next(rows, (1, []))
    if not header:
        raise TableError(f"{name}: line 1: expected a header with the names of the columns, and the file is empty")
    names = [column.strip() for column in header]
    names[0] = names[0] or UNNAMED
    _check_names(name, names, delimiter)
    return Rows(name, names, _parts(rows, name, len(names)))


def _check_names(file: str, names: Sequence[str], delimiter: str) -> None:
    """Refuse a header that cannot tell columns apart."""
    if len(names) > MOST_COLUMNS:
        raise TableError(f"{file}: line 1: expected up to {MOST_COLUMNS:,} columns, got {len(names):,}")
    if len(names) == 1:
        for other, word in DELIMITERS.items():
            if other != delimiter and other in names[0]:
                flag = "tab" if other == "\t" else f"'{other}'"
                raise TableError(
                    f"{file}: line 1: expected {DELIMITERS.get(delimiter, repr(delimiter))} between the columns, and "
                    f"there is {word} in {shown(names[0])}; try --delimiter {flag}"
                )
    first: dict[str, int] = {}
    for i, name in enumerate(names, 1):
        if len(name) > LONGEST:
            raise TableError(f"{FilePlace(file, 1, i)}: a name of more than {LONGEST} characters, {shown(name)}")
        if not name:
            raise TableError(
                f"{FilePlace(file, 1, i)}: expected the name of a column, got none (what pandas writes for its index "
                "goes away with index=False)"
            )
        if first.setdefault(name, i) < i:
            raise TableError(f"{FilePlace(file, 1, i)}: the name {shown(name)} stands in column {first[name]} already")


def _parts(rows: Iterator[tuple[int, list[str]]], name: str, width: int) -> Iterator[Part]:
    """Gather rows, all of the same length, to parts of about `CELLS` values."""
    size = max(1, CELLS // width)
    lines: list[int] = []
    gathered: list[list[str]] = []
    for line, row in rows:
        if len(row) != width:
            found = f"expected {counted(width, 'value')}, as the header has, got {len(row):,}"
            raise TableError(f"{FilePlace(name, line)}: {found}")
        lines.append(line)
        gathered.append(row)
        if len(lines) == size:
            yield Part(lines, list(zip(*gathered)))
            lines, gathered = [], []
    if lines:
        yield Part(lines, list(zip(*gathered)))


def _rows(lines: "_Lines", delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not empty, and the line where it begins, which is not its number: quotes hold breaks."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line, lines.in_row = reader.line_num + 1, 0
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise TableError(f"{FilePlace(lines.name, line)}: {_explained(str(error))}") from None
        if row is None:
            return
        if row:
            yield line, row


def _explained(error: str) -> str:
    """Say in a sentence what the reader of the standard library found."""
    if "unexpected end of data" in error:
        return "a quote is opened in this row, and the file ends before it is closed"
    if "expected after" in error:
        return "after a quote that closes, expected the next column (a quote within quotes is written twice)"
    if "field limit" in error:
        return "a value of more than 131,072 characters (is there a quote that is not closed?)"
    return f"no CSV ({error})"


class _Lines:
    """The lines of a file in UTF-8, with or without a byte order mark, whatever its line breaks are.

    Never more than one line of the allowed length is in memory. `in_row` counts the characters of a row.
    """

    def __init__(self, file: BinaryIO, name: str, delimiter: str) -> None:
        self.file, self.name, self.delimiter, self.in_row = file, name, delimiter, 0

    def __iter__(self) -> Iterator[str]:
        text = io.TextIOWrapper(self.file, "utf-8-sig", errors="surrogateescape", newline="")
        try:
            with ProgressBar(self.name, "B", _size_of(self.file), delay=1.0, leave=False) as shown:
                number = 0
                while line := text.readline(LONGEST_LINE + 1):
                    number += 1
                    self.check(line, number)
                    shown.advance(len(line))
                    yield line
        finally:
            if not self.file.closed:
                text.detach()  # the file is the caller's, who closes it

    def check(self, line: str, number: int) -> None:
        """Refuse a line that is no text or too long."""
        self.in_row += len(line)
        if not line.isascii():
            wrong = re.search("[\udc80-\udcff]", line)
            if wrong:
                raise TableError(self.not_utf8(line, number, wrong.start()))
        if "\0" in line:
            raise TableError(f"{FilePlace(self.name, number)}: a zero byte, which no text holds")
        if len(line) > LONGEST_LINE:
            raise TableError(f"{FilePlace(self.name, number)}: a line of more than {LONGEST_LINE:,} characters")
        if self.in_row > LONGEST_ROW:
            found = f"a row of more than {LONGEST_ROW:,} characters ends here (is there a quote that is not closed?)"
            raise TableError(f"{FilePlace(self.name, number)}: {found}")

    def not_utf8(self, line: str, number: int, position: int) -> str:
        """Say which byte is wrong, and in which column as far as that can be told."""
        if number == 1 and line[:2] in ("\udcff\udcfe", "\udcfe\udcff"):
            return f"{FilePlace(self.name, 1)}: expected text in UTF-8, and this is UTF-16; save it as UTF-8"
        column = len(next(csv.reader([line[:position]], delimiter=self.delimiter), [])) or 1
        byte = ord(line[position]) - 0xDC00
        place = FilePlace(self.name, number, column)
        return f"{place}: expected text in UTF-8, got the byte 0x{byte:02x}; save the file as UTF-8"


def _size_of(file: BinaryIO) -> int | None:
    """Return the size of a file, where it has one."""
    try:
        return os.fstat(file.fileno()).st_size or None
    except OSError:  # also what a file in memory raises
        return None


def shown(value: str) -> str:
    """Return a value as a message shows it."""
    return repr(shortened(value))


def shortened(value: str, most: int = SHOWN) -> str:
    """Cut a value that is too long to show, and keep a message on one line, without control characters."""
    line = " ".join(printable(value).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def printable(text: str) -> str:
    """Return a text with a space for each control character: a terminal would obey them."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def counted(count: int, what: str) -> str:
    """Return a number of things: 1 row, 2 rows."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
