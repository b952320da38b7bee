"""The rows of a CSV file, as they are read: a part of the file at a time, each row with its line, nothing believed."""

import csv
import os
import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple

from tqdm import tqdm

#: About so many values are read before they become numbers: a word in Python takes many times the memory of a number.
CELLS = 2**16

#: What files that are called CSV have between their columns.
DELIMITERS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}

#: The name of a first column that has none, as pandas writes the numbers of the rows, and calls it when it reads it.
UNNAMED = "Unnamed: 0"

#: Seconds after which a terminal gets a progress bar.
PATIENCE = 1.0

#: The longest name or category: a model file has as much room for each as for the longest.
LONGEST = 200

#: How much of a value an error message shows.
SHOWN = 40


class TableError(ValueError):
    """A table that cannot be read, or not learned from; the message says where."""


class Place(NamedTuple):
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

    def places(self) -> dict[str, Place]:
        """Return the place of each column: its name, in the header."""
        return {name: Place(self.file, 1, i, name) for i, name in enumerate(self.names, 1)}


def read_rows(file: BinaryIO, name: str, delimiter: str = ",") -> Rows:
    """Read the header of a CSV file in UTF-8, and prepare to read the rows.

    Quotes are as RFC 4180 has them, and a field in quotes may hold line breaks. Empty lines are passed over. A terminal
    gets a progress bar, by bytes, when reading takes longer than a second.

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
        are no UTF-8, quotes that do not end.
    """
    if len(delimiter) != 1 or delimiter in '"\r\n\0 ':
        raise TableError(f"--delimiter: expected one character, such as ';', or tab, got {delimiter!r}")
    rows = numbered(file, name, delimiter)
    _, header = next(rows, (1, []))
    if not header:
        raise TableError(f"{name}: line 1: expected a header with the names of the columns, and the file is empty")
    names = [column.strip() for column in header]
    names[0] = names[0] or UNNAMED
    check_names(name, names, delimiter)
    return Rows(name, names, parts(rows, name, len(names)))


def check_names(file: str, names: Sequence[str], delimiter: str) -> None:
    """Refuse a header that cannot tell columns apart."""
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
            raise TableError(f"{Place(file, 1, i)}: a name of more than {LONGEST} characters, {shown(name)}")
        if not name:
            raise TableError(
                f"{Place(file, 1, i)}: expected the name of a column, got none (what pandas writes for its index goes "
                "away with index=False)"
            )
        if first.setdefault(name, i) < i:
            raise TableError(f"{Place(file, 1, i)}: the name {shown(name)} stands in column {first[name]} already")


def parts(rows: Iterator[tuple[int, list[str]]], name: str, width: int) -> Iterator[Part]:
    """Gather rows, all of the same length, to parts of about `CELLS` values."""
    size = max(1, CELLS // width)
    lines: list[int] = []
    gathered: list[list[str]] = []
    for line, row in rows:
        if len(row) != width:
            raise TableError(f"{Place(name, line)}: expected {values(width)}, as the header has, got {len(row)}")
        lines.append(line)
        gathered.append(row)
        if len(lines) == size:
            yield Part(lines, list(zip(*gathered)))
            lines, gathered = [], []
    if lines:
        yield Part(lines, list(zip(*gathered)))


def numbered(file: BinaryIO, name: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not empty, and the line where it begins, which is not its number: quotes hold breaks."""
    reader = csv.reader(decoded(file, name, delimiter), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise TableError(f"{Place(name, line)}: {explained(str(error))}") from None
        if row is None:
            return
        if row:
            yield line, row


def explained(error: str) -> str:
    """Say in a sentence what the reader of the standard library found."""
    if "unexpected end of data" in error:
        return "a quote is opened in this row, and the file ends before it is closed"
    if "expected after" in error:
        return "after a quote that closes, expected the next column (a quote within quotes is written twice)"
    if "field limit" in error:
        return "a value of more than 131,072 characters (is there a quote that is not closed?)"
    return f"no CSV ({error})"


def decoded(file: BinaryIO, name: str, delimiter: str) -> Iterator[str]:
    """Yield the lines of a file in UTF-8, with or without a byte order mark, whatever its line breaks are."""
    number = 0
    with tqdm(
        total=size_of(file), desc=name, unit="B", unit_scale=True, delay=PATIENCE, leave=False, disable=None
    ) as bar:
        for i, raw in enumerate(file):
            try:
                text = raw.decode()
            except UnicodeDecodeError as error:
                raise TableError(not_utf8(name, number + 1, delimiter, error)) from None
            text = text.removeprefix("\ufeff") if i == 0 else text
            if "\0" in text:
                raise TableError(f"{Place(name, number + 1)}: a zero byte, which no text holds")
            lines = re.split("(?<=\r)(?!\n)", text) if "\r" in text[:-2] else [text]
            for line in lines:
                if line:
                    number += 1
                    yield line
            bar.update(len(raw))


def not_utf8(name: str, line: int, delimiter: str, error: UnicodeDecodeError) -> str:
    """Say which byte is wrong, and in which column as far as that can be told."""
    if line == 1 and error.object[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return f"{Place(name, 1)}: expected text in UTF-8, and this is UTF-16; save it as UTF-8"
    before = error.object[: error.start].decode()
    column = len(next(csv.reader([before], delimiter=delimiter), [])) or 1
    byte = error.object[error.start]
    return f"{Place(name, line, column)}: expected text in UTF-8, got the byte 0x{byte:02x}; save the file as UTF-8"


def size_of(file: BinaryIO) -> int | None:
    """Return the size of a file, where it has one."""
    try:
        return os.fstat(file.fileno()).st_size or None
    except OSError:  # also what a file in memory raises
        return None


def shown(value: str) -> str:
    """Return a value as a message shows it."""
    return repr(shortened(value))


def shortened(value: str, most: int = SHOWN) -> str:
    """Cut a value that is too long to show, and keep a message on one line."""
    line = " ".join(value.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def values(count: int) -> str:
    """Return a number of values in words."""
    return "1 value" if count == 1 else f"{count:,} values"
