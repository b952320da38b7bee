"""A table of the user's own: what its columns and its target are taken for, and what is refused, and where."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnmath.data import csv_file
from nnmath.data.csv_file import TableError
from nnmath.data.table import Table, read_table

#: Twelve rows: numbers with one missing, categories with one missing, a name, a row number, and classes.
TABLE = "id,size,colour,name,class\n" + "".join(
    f"{i},{'' if i == 4 else i * 1.5},{'NA' if i == 7 else ('red', 'blue', 'green')[i % 3]},n{i},{'ny'[i % 2]}\n"
    for i in range(1, 13)
)


Write = Callable[[str | bytes], str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file, and return its name."""

    def write(content: str | bytes) -> str:
        path = tmp_path / "t.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return write


def missing(found: Table, name: str) -> list[bool]:
    """Which values of a column are missing."""
    return list(found.frame[name].isna())


def columns(found: Table) -> list[tuple[str, list[str]]]:
    """Return the name of each column, and its categories, none for numbers."""
    return [(n, list(c.cat.categories) if c.dtype == "category" else []) for n, c in found.frame.items()]


def test_columns_are_numbers_categories_or_left_out(write: Write) -> None:
    found = read_table(write(TABLE), "class")
    assert columns(found) == [("size", []), ("colour", ["blue", "green", "red"])]
    assert np.flatnonzero(missing(found, "size")).tolist() == [3]
    assert np.flatnonzero(missing(found, "colour")).tolist() == [6]
    assert found.frame["colour"].tolist()[:3] == ["blue", "green", "red"]
    assert (found.target.classes, found.target.values[:3].tolist()) == (("n", "y"), [1, 0, 1])
    assert found.notes == (
        "id left out: it numbers the rows, one after the other; --numeric keeps such a column",
        "name left out: 12 different words in 12 rows, as names are; --categorical keeps such a column",
    )


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("{}%", "write them as numbers, without signs"),
        ("${}.50", "write them as numbers, without signs"),
        ("2024-05-{:02}", "write dates as columns of numbers, such as year and month"),
        ("n{}", "as names are"),
    ],
)
def test_what_a_person_reads_as_a_quantity_is_told(write: Write, word: str, told: str) -> None:
    rows = "".join(f"{word.format(i)},{i * i},{'ab'[i % 2]}\n" for i in range(1, 21))
    (note,) = read_table(write(f"when,x,c\n{rows}"), "c").notes
    assert note.startswith("when left out: 20 different words in 20 rows")
    assert told in note


def test_the_user_has_the_last_word(write: Write) -> None:
    path = write(TABLE)
    found = read_table(path, "class", numeric=("id",), categorical=("name", "size"), drop=("colour",))
    assert [(name, len(categories)) for name, categories in columns(found)] == [("id", 0), ("size", 11), ("name", 12)]
    assert columns(found)[1][1][:3] == ["1.5", "3.0", "4.5"]  # in the order of numbers
    assert found.notes == ()


def test_missing_values_are_these_whatever_their_case_and_spaces(write: Write) -> None:
    words = ["", "?", "NA", "n/a", "#N/A", "<NA>", "NaN", "NULL", " null "]
    rows = "".join(f"{word},{word},{'ab'[i % 2]}\n" for i, word in enumerate(words))
    found = read_table(write(f"x,w,c\n1,u,a\n2,v,b\n1,u,a\n{rows}"), "c")
    assert missing(found, "x") == [False] * 3 + [True] * 9
    assert missing(found, "w") == [False] * 3 + [True] * 9


def test_rows_without_a_class_are_left_out(write: Write) -> None:
    found = read_table(write("x,c\n1,a\n2,\n3,b\n4,?\n5,a\n7,b\n"), "c")
    assert found.target.values.tolist() == [0, 1, 0, 1]
    assert found.frame["x"].tolist() == [1, 3, 5, 7]
    assert found.notes == ("2 values of c missing: rows left out",)


def test_classes_that_are_numbers_are_in_their_order(write: Write) -> None:
    found = read_table(write("x,c\n" + "".join(f"{i * i},{(10, 9, 100)[i % 3]}\n" for i in range(6))), "c").target
    assert found.classes == ("9", "10", "100")
    assert found.values.tolist() == [1, 0, 2, 1, 0, 2]


def test_a_constant_column_and_an_empty_one_are_left_out(write: Write) -> None:
    found = read_table(write("x,k,w,e,c\n1,5,u,,a\n3,5,u,NA,b\n4,5,,,a\n9,5,u,,b\n"), "c")
    assert columns(found) == [("x", [])]
    assert found.notes == ("k, w left out: the same value in every row", "e left out: no value in any row")


@pytest.mark.parametrize("cells", [4, 10, 2**16])
def test_a_file_in_many_parts_is_as_one_where_its_beginning_shows_what_it_is(
    write: Write, monkeypatch: pytest.MonkeyPatch, cells: int
) -> None:
    monkeypatch.setattr(csv_file, "CELLS", cells)
    rows = "".join(f"{'' if i < 9 else i},{'' if i < 5 else 'uv'[i % 2]},{'ab'[i % 2]}\n" for i in range(40))
    found = read_table(write("x,w,c\n" + rows + f"2,u,a\n{cells},v,b\n"), "c")
    assert found.frame["x"].tolist()[9:40] == list(range(9, 40))
    assert sum(missing(found, "x")) == 9
    assert sum(missing(found, "w")) == 5
    assert found.frame["w"].tolist()[5:8] == ["v", "u", "v"]


@pytest.mark.parametrize(
    ("values", "classes"),
    [
        ([f"{i / 7}" for i in range(20)], 0),
        ([str(i % 60) for i in range(900)], 0),
        ([str(i * 1.5) for i in range(2000)], 0),
        ([str(i % 12) for i in range(40)], 0),
        ([str(i % 12) for i in range(900)], 12),
        ([str(i % 12) for i in range(900)] + ["40"], 0),
        (["3", "4", "5", "5", "4", "3"], 3),
        (["0.0", "1.0"] * 20, 2),
    ],
    ids=["broken", "many", "very many", "many for few rows", "few for many rows", "one of them rare", "few", "0 and 1"],
)
def test_a_target_is_a_quantity_or_classes_by_its_look(write: Write, values: list[str], classes: int) -> None:
    path = write("x,c\n" + "".join(f"{i * i},{value}\n" for i, value in enumerate(values)))
    found = read_table(path, "c").target
    assert len(found.classes) == classes
    if not classes:
        assert found.values.tolist() == [float(value) for value in values]


def test_the_user_says_what_the_target_is(write: Write) -> None:
    path = write("x,c\n" + "".join(f"{i * i},{i % 8 / 2}\n" for i in range(40)))
    assert len(read_table(path, "c").target.classes) == 0
    assert len(read_table(path, "c", "classification").target.classes) == 8
    path = write("x,c\n" + "".join(f"{i * i},{i % 2}\n" for i in range(40)))
    assert read_table(path, "c", "regression").target.values.tolist() == [i % 2 for i in range(40)]


def test_rows_without_a_quantity_are_left_out(write: Write) -> None:
    found = read_table(write("x,c\n1,0.5\n2,\n3,1.5\n4,?\n5,2.5\n7,3.5\n"), "c")
    assert found.target.values.tolist() == [0.5, 1.5, 2.5, 3.5]
    assert found.notes == ("2 values of c missing: rows left out",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("x,c\n1,a\n2,b\n3,a\nold,b\n", "t.csv: line 5, column 1 (x): expected a number, got 'old'; most values of"),
        ('w,x,c\nu,1,a\n"v\nv",2,b\nu,3_0,a\nu,4,b\n', "line 5, column 2 (x): expected a number, got '3_0'"),
        ("x,c\n1,a\n2,b\ninf,a\n4,b\n", "line 4, column 1 (x): expected a number, got 'inf'"),
        ("x,c\n1,a\n2,b\n-1e999,a\n4,b\n", "line 4, column 1 (x): expected a number, got '-1e999'"),
        ("x,c\n1,a\n2,b\n-1e200,a\n4,b\n", "expected a number between -1e100 and 1e100, got '-1e200'"),
        ('x,c\n1,a\n2,b\n"3,5",a\n4,b\n', "line 4, column 1 (x): expected a number with a decimal point, got '3,5'"),
        ('x,c\nu,a\n"2,5",b\n"3,5",a\n"4,5",b\n', "line 3, column 1 (x): expected a number with a decimal point"),
        ("x,c\n", "t.csv: line 1: a header, and no row after it"),
        ("x,Class\n1,a\n", "t.csv: line 1: --target: there is no column 'c'; there are 'x', 'Class'"),
        ("x,C\n1,a\n", "--target: there is no column 'c'; is it 'C'?"),
        ("x,c\n1,a\n2,b\n3,a\n4,b\n5,z\n", "line 6, column 2 (c): the class 'z' has this row only; it needs two"),
        ("x,c\n1,3\n2,4\n3,3\n4,4\n5,9\n", "to test on; --task regression takes the target as a quantity"),
        ("x,c\n1,a\n2,a\n", "line 1, column 2 (c): expected two or more classes, got 'a' in every row"),
        ("x,c\n1,\n2,?\n", "expected two or more classes, got no value"),
        ("c\na\nb\na\nb\n", "t.csv: no column to learn 'c' from"),
        ("x,c\n5,a\n5,b\n5,a\n5,b\n", "no column to learn 'c' from; x left out: the same value in every row"),
        ("x,c\n" + "".join(f"{i * i},c{i % 150}\n" for i in range(900)), "expected up to 100 classes, got 150"),
        ("x,c\n" + "".join(f"{i * i},c{i}\n" for i in range(2000)), "expected classes, got more than 1,000 different"),
        ("x,c\n" + f"1,{'a' * 300}\n2,b\n" * 3, "line 1, column 2 (c): expected classes, got long texts"),
        (
            "x,c\n" + "".join(f"{i * i},{i / 7}\n" for i in range(20)) + "3,old\n",
            "line 22, column 2 (c): expected a number, got 'old'",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(write: Write, content: str, message: str) -> None:
    with pytest.raises(TableError) as refused:
        read_table(write(content), "c")
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("x,c\n1,a\n2,2\n3,3\n", "line 2, column 2 (c): expected a number, got 'a'"),
        ("x,c\n1,2\n2,2\n3,2\n", "line 1, column 2 (c): expected a quantity that differs from row to row, got 2 in"),
        ("x,c\n1,?\n2,\n", "expected a quantity that differs from row to row, got no value"),
    ],
)
def test_what_is_no_quantity_is_refused(write: Write, content: str, message: str) -> None:
    with pytest.raises(TableError) as refused:
        read_table(write(content), "c", "regression")
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ({"numeric": ("colour",)}, "line 2, column 3 (colour): expected a number, got 'blue'"),
        ({"drop": ("colours",)}, "--drop: there is no column 'colours'; is it 'colour'?"),
        ({"categorical": ("id",), "numeric": ("id",)}, "column 'id': expected in one of them, got it in --categorical"),
        ({"drop": ("class",)}, "column 'class': expected in one of them, got it in --drop and another flag"),
        ({"numeric": ("class",)}, "column 'class': expected in one of them, got it in --target and --numeric; --task"),
    ],
)
def test_flags_that_make_no_sense_are_refused(write: Write, flags: Any, message: str) -> None:
    with pytest.raises(TableError) as refused:
        read_table(write(TABLE), "class", **flags)
    assert message in str(refused.value)


CELLS = st.sampled_from(
    ["", "?", "1", "2.5", "-3e4", "1e99", "inf", "nan", "a", "b", '"', '"a"', "1_0", "é", "\0", "1,5", "\n"]
)


@given(
    st.lists(st.lists(CELLS, min_size=1, max_size=3), max_size=12),
    st.sampled_from(["x,y,c", "x,c", "c", "x,,c", "x;c", "c,c"]),
)
def test_any_text_is_a_table_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], header: str
) -> None:
    check(tmp_path_factory, "\n".join([header, *(",".join(row) for row in rows)]).encode())


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_a_table_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, header: bool
) -> None:
    check(tmp_path_factory, (b"x,c\n1,a\n" if header else b"") + content)


def check(factory: pytest.TempPathFactory, content: bytes) -> None:
    path = factory.getbasetemp() / "fuzzed.csv"
    path.write_bytes(content)
    found, refused = None, ""
    try:
        found = read_table(str(path), "c")
    except TableError as error:
        refused = str(error)
    if found is None:
        assert refused.startswith(str(path))
        assert "\n" not in refused
        return
    assert len(found.frame) == len(found.target.values)
    assert not found.target.missing.any()
    for name, categories in columns(found):
        values = found.frame[name].dropna()
        assert set(values) <= set(categories) if categories else (np.abs(values) <= 1e100).all()
    if found.target.classes:
        assert set(found.target.values) == set(range(len(found.target.classes)))
