"""The rows of a CSV file: what RFC 4180 and other programs write is read, anything else is refused with its place."""

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnmath.data import csv_file
from nnmath.data.csv_file import TableError, read_rows


def read(content: bytes, delimiter: str = ",") -> tuple[list[str], list[int], list[tuple[str, ...]]]:
    """Return the header, the lines and the rows of a file."""
    rows = read_rows(io.BytesIO(content), "t.csv", delimiter)
    parts = list(rows.parts)
    found = [row for part in parts for row in zip(*part.columns)]
    return rows.names, [line for part in parts for line in part.lines], found


def test_quotes_hold_delimiters_quotes_and_line_breaks() -> None:
    content = 'a,"b, c"\r\n"x,y","say ""so"""\r\n"two\r\nlines",å\r\n1,2\r\n'.encode()
    names, lines, rows = read(content)
    assert names == ["a", "b, c"]
    assert rows == [("x,y", 'say "so"'), ("two\r\nlines", "å"), ("1", "2")]
    assert lines == [2, 3, 5]  # those of the file


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_every_line_break_and_a_byte_order_mark_are_read(end: str, mark: bytes) -> None:
    content = mark + end.join(("a,b", "1,2", "", "3,4")).encode()
    assert read(content) == (["a", "b"], [2, 4], [("1", "2"), ("3", "4")])


@pytest.mark.parametrize("delimiter", [";", "\t", "|", ":"])
def test_other_delimiters(delimiter: str) -> None:
    content = f"a{delimiter}b\n1,5{delimiter}2\n".encode()
    assert read(content, delimiter)[2] == [("1,5", "2")]


def test_parts_are_as_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"a,b\n" + b"".join(b"%d,%d\n" % (i, i * i) for i in range(100))
    whole = read(content)
    monkeypatch.setattr(csv_file, "CELLS", 7)
    assert read(content) == whole


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "t.csv: line 1: expected a header with the names of the columns, and the file is empty"),
        (b"\n\n", "the file is empty"),
        (b"a,,b\n", "t.csv: line 1, column 2: expected the name of a column, got none (what pandas writes"),
        (b"a,b,a\n", "t.csv: line 1, column 3: the name 'a' stands in column 1 already"),
        (b"a;b\n1;2\n", "line 1: expected a comma between the columns, and there is a semicolon in 'a;b'; try --delim"),
        (b"a\tb\n1\t2\n", "try --delimiter tab"),
        (b"a,b\n1,2\n1,2,3\n", "t.csv: line 3: expected 2 values, as the header has, got 3"),
        (b'a,b\n"1\n1",2\n1\n', "t.csv: line 4: expected 2 values, as the header has, got 1"),
        (
            b"a,b\n1,caf\xe9\n",
            "t.csv: line 2, column 2: expected text in UTF-8, got the byte 0xe9; save the file as UTF-8",
        ),
        ("a,b\n1,2\n".encode("utf-16"), "t.csv: line 1: expected text in UTF-8, and this is UTF-16"),
        (b"a,b\n1,\0\n", "t.csv: line 2: a zero byte"),
        (
            b'a,b\n1,2\n"3,4\n5,6\n',
            "t.csv: line 3: a quote is opened in this row, and the file ends before it is closed",
        ),
        (b'a,b\n"1"2,3\n', "t.csv: line 2: after a quote that closes, expected the next column"),
        (b'a,b\n"' + b"x" * 140_000 + b'",1\n', "t.csv: line 2: a value of more than 131,072 characters"),
    ],
)
def test_what_is_no_table_is_refused_with_its_place(content: bytes, message: str) -> None:
    with pytest.raises(TableError) as refused:
        read(content)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("delimiter", ["", "ab", '"', "\n", " "])
def test_what_is_no_delimiter_is_refused(delimiter: str) -> None:
    with pytest.raises(TableError, match="--delimiter: expected one character"):
        read(b"a,b\n1,2\n", delimiter)


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=2, max_size=2)
    )
)
def test_what_the_standard_library_writes_comes_back(rows: list[list[str]]) -> None:
    import csv

    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows([["a", "b"], *rows])
    assert read(file.getvalue().encode())[2] == [tuple(row) for row in rows]


def test_a_line_that_is_too_long_is_refused_before_it_is_in_memory() -> None:
    class Endless(io.RawIOBase):
        given = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            self.given += len(buffer)
            buffer[:] = b"x" * len(buffer)
            return len(buffer)

    file = Endless()
    with pytest.raises(TableError, match=r"t.csv: line 1: a line of more than 1,048,576 characters"):
        read_rows(file, "t.csv")  # type: ignore[arg-type]
    assert file.given < 2**21


def test_a_row_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "LONGEST_ROW", 1000)
    read(b"a,b\n" + b'"' + b"x\n" * 300 + b'",1\n')
    with pytest.raises(TableError, match=r"t.csv: line \d+: a row of more than 1,000 characters ends here"):
        read(b"a,b\n" + b'"' + b"x\n" * 600 + b'",1\n')


def test_a_header_of_very_many_columns_is_refused() -> None:
    with pytest.raises(TableError, match=r"t.csv: line 1: expected up to 10,000 columns, got 100,000"):
        read(",".join(f"c{i}" for i in range(100_000)).encode())


@pytest.mark.parametrize("value", ["\x1b[31mred", "two\nlines", "bell\a", "a\u202eb"])
def test_a_message_obeys_no_control_character(value: str) -> None:
    assert csv_file.shown(value).isprintable()
    assert "\\x1b" not in csv_file.shown(value)
