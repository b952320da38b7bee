"""A table of the user's own: what its columns are taken for, how it is split, and what is refused, and where."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnmath.data import csv_rows
from nnmath.data.csv_rows import TableError
from nnmath.data.table import _read_table, read_table, split, table

#: Twelve rows: numbers with one missing, categories with one missing, a name, a row number, and classes.
TABLE = "id,size,colour,name,class\n" + "".join(
    f"{i},{'' if i == 4 else i * 1.5},{'NA' if i == 7 else ('red', 'blue', 'green')[i % 3]},n{i},{'ny'[i % 2]}\n"
    for i in range(1, 13)
)


@pytest.fixture
def write(tmp_path):
    def write(content):
        path = tmp_path / "t.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return write


def column(found, name):
    return next(column for column in found.columns if column.name == name)


def test_columns_are_numbers_categories_or_left_out(write):
    found = read_table(write(TABLE), "class")
    assert [(c.name, c.categories) for c in found.columns] == [("size", ()), ("colour", ("blue", "green", "red"))]
    assert np.flatnonzero(column(found, "size").missing).tolist() == [3]
    assert np.flatnonzero(column(found, "colour").missing).tolist() == [6]
    assert column(found, "colour").values[:3].tolist() == [0, 1, 2]
    assert (found.classes, found.labels[:3].tolist()) == (("n", "y"), [1, 0, 1])
    assert found.notes == (
        "id left out: it numbers the rows, one after the other; --numeric keeps such a column",
        "name left out: 12 different words in 12 rows, as names are; --categorical keeps such a column",
    )


def test_the_user_has_the_last_word(write):
    path = write(TABLE)
    found = read_table(path, "class", numeric=("id",), categorical=("name", "size"), drop=("colour",))
    assert [(c.name, len(c.categories)) for c in found.columns] == [("id", 0), ("size", 11), ("name", 12)]
    assert column(found, "size").categories[:3] == ("1.5", "3.0", "4.5")  # in the order of numbers
    assert found.notes == ()


def test_missing_values_are_these_whatever_their_case_and_spaces(write):
    missing = ["", "?", "NA", "n/a", "#N/A", "<NA>", "NaN", "NULL", " null ", "-nan"]
    rows = "".join(f"{word},{word},{'ab'[i % 2]}\n" for i, word in enumerate(missing[:9]))
    found = read_table(write(f"x,w,c\n1,u,a\n2,v,b\n1,u,a\n{rows}"), "c")
    assert column(found, "x").missing.tolist() == [False] * 3 + [True] * 9
    assert column(found, "w").missing.tolist() == [False] * 3 + [True] * 9


def test_rows_without_a_class_are_left_out(write):
    found = read_table(write("x,c\n1,a\n2,\n3,b\n4,?\n5,a\n7,b\n"), "c")
    assert found.labels.tolist() == [0, 1, 0, 1]
    assert column(found, "x").values.tolist() == [1, 3, 5, 7]
    assert found.notes == ("2 values of c missing: rows left out",)


def test_classes_that_are_numbers_are_in_their_order(write):
    found = read_table(write("x,c\n" + "".join(f"{i * i},{(10, 9, 100)[i % 3]}\n" for i in range(6))), "c")
    assert found.classes == ("9", "10", "100")
    assert found.labels.tolist() == [1, 0, 2, 1, 0, 2]


def test_a_constant_column_and_an_empty_one_are_left_out(write):
    found = read_table(write("x,k,w,e,c\n1,5,u,,a\n3,5,u,NA,b\n4,5,,,a\n9,5,u,,b\n"), "c")
    assert [c.name for c in found.columns] == ["x"]
    assert found.notes == ("k, w left out: the same value in every row", "e left out: no value in any row")


@pytest.mark.parametrize("cells", [4, 10, 2**16])
def test_a_file_in_many_parts_is_as_one_where_its_beginning_shows_what_it_is(write, monkeypatch, cells):
    monkeypatch.setattr(csv_rows, "CELLS", cells)
    rows = "".join(f"{'' if i < 9 else i},{'' if i < 5 else 'uv'[i % 2]},{'ab'[i % 2]}\n" for i in range(40))
    found = read_table(write("x,w,c\n" + rows + f"2,u,a\n{cells},v,b\n"), "c")
    assert column(found, "x").values[9:40].tolist() == list(range(9, 40))
    assert column(found, "x").missing.sum() == 9
    assert column(found, "w").missing.sum() == 5
    assert column(found, "w").values[5:8].tolist() == [1, 0, 1]


def test_a_file_that_has_changed_is_read_again(write):
    assert len(read_table(write("x,c\n1,a\n2,b\n3,a\n4,b\n"), "c").labels) == 4
    assert len(read_table(write("x,c\n1,a\n2,b\n3,a\n4,b\n5,a\n"), "c").labels) == 5


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("x,c\n1,a\n2,b\n3,a\nold,b\n", "t.csv: line 5, column 1 (x): expected a number, got 'old'; most values of"),
        ('w,x,c\nu,1,a\n"v\nv",2,b\nu,3_0,a\nu,4,b\n', "line 5, column 2 (x): expected a number, got '3_0'"),
        ("x,c\n1,a\n2,b\ninf,a\n4,b\n", "line 4, column 1 (x): expected a number, got 'inf'"),
        ("x,c\n1,a\n2,b\n-1e999,a\n4,b\n", "line 4, column 1 (x): expected a number, got '-1e999'"),
        ("x,c\n1,a\n2,b\n-1e200,a\n4,b\n", "expected a number between -1e100 and 1e100, got '-1e200'"),
        ("x,c\n1,a\n2,b\n\"3,5\",a\n4,b\n", "line 4, column 1 (x): expected a number with a decimal point, got '3,5'"),
        ('x,c\nu,a\n"2,5",b\n"3,5",a\n"4,5",b\n', "line 3, column 1 (x): expected a number with a decimal point"),
        ("x,c\n", "t.csv: line 1: a header, and no row after it"),
        ("x,Class\n1,a\n", "t.csv: line 1: --target: there is no column 'c'; there are 'x', 'Class'"),
        ("x,C\n1,a\n", "--target: there is no column 'c'; is it 'C'?"),
        ("x,c\n1,a\n2,b\n3,a\n4,b\n5,z\n", "line 6, column 2 (c): the class 'z' has this row only; it needs two"),
        ("x,c\n1,a\n2,a\n", "line 1, column 2 (c): expected two or more classes, got 'a' in every row"),
        ("x,c\n1,\n2,?\n", "expected two or more classes, got no value"),
        ("c\na\nb\na\nb\n", "t.csv: no column to learn 'c' from"),
        ("x,c\n5,a\n5,b\n5,a\n5,b\n", "no column to learn 'c' from; x left out: the same value in every row"),
        ("x,c\n" + "".join(f"{i * i},{i / 7}\n" for i in range(20)), "expected classes, got a quantity: 20 different"),
        ("x,c\n" + "".join(f"{i * i},{i % 60}\n" for i in range(900)), "got a quantity: 60 different numbers"),
        ("x,c\n" + "".join(f"{i * i},c{i % 150}\n" for i in range(900)), "expected up to 100 classes, got 150"),
        ("x,c\n" + "".join(f"{i * i},c{i}\n" for i in range(2000)), "expected classes, got more than 1,000 different"),
        ("x,c\n" + f"1,{'a' * 300}\n2,b\n" * 3, "line 1, column 2 (c): expected classes, got long texts"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_its_place(write, content, message):
    with pytest.raises(TableError) as refused:
        read_table(write(content), "c")
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ({"numeric": ("colour",)}, "line 2, column 3 (colour): expected a number, got 'blue'"),
        ({"drop": ("colours",)}, "--drop: there is no column 'colours'; is it 'colour'?"),
        ({"categorical": ("id",), "numeric": ("id",)}, "column 'id': expected in one of them, got it in --categorical"),
        ({"drop": ("class",)}, "column 'class': expected in one of them, got it in --drop and another flag"),
        ({"numeric": ("class",)}, "column 'class': expected in one of them, got it in --target"),
    ],
)
def test_flags_that_make_no_sense_are_refused(write, flags, message):
    with pytest.raises(TableError) as refused:
        read_table(write(TABLE), "class", **flags)
    assert message in str(refused.value)


def test_numbers_that_are_classes_are_such_when_the_user_says_so(write):
    content = "x,c\n" + "".join(f"{i * i},{i % 8 / 2}\n" for i in range(40))
    with pytest.raises(TableError, match="if these are classes, --categorical 'c' says so"):
        read_table(write(content), "c")
    assert len(read_table(write(content), "c", categorical=("c",)).classes) == 8


@given(
    st.lists(st.integers(2, 30), min_size=2, max_size=5),
    st.floats(0.01, 0.99),
    st.integers(0, 2**32),
)
def test_a_split_is_stratified_whole_and_that_of_its_seed(counts, share, seed):
    labels = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    rows, rows_test = split(labels, share, np.random.default_rng(seed))
    assert sorted([*rows, *rows_test]) == list(range(len(labels)))
    for k, count in enumerate(counts):
        held = np.count_nonzero(labels[rows_test] == k)
        assert 1 <= held <= count - 1
        assert abs(held - share * count) <= 1
    same, _ = split(labels, share, np.random.default_rng(seed))
    np.testing.assert_array_equal(rows, same)


def test_the_split_of_another_seed_is_another(write):
    path = write(TABLE)
    one, other = (table(np.random.default_rng(seed), csv=path, target="class") for seed in (0, 1))
    assert one.x.tobytes() != other.x.tobytes()
    assert (len(one.x), len(one.x_test)) == (8, 4)


def test_no_value_of_a_held_out_row_has_a_say(write):
    rows = [[str(i * i), "uvw"[i % 3], "ab"[i % 2]] for i in range(40)]
    rows[3][0] = rows[4][1] = ""

    def read():
        path = write("x,w,c\n" + "".join(",".join(row) + "\n" for row in rows))
        return table(np.random.default_rng(7), csv=path, target="c")

    one = read()
    _, held = split(np.array(["ab".index(row[2]) for row in rows]), 0.25, np.random.default_rng(7))
    for i in held:
        rows[i][:2] = "123456789", "v"  # a leak would show
    other = read()
    assert one.preprocessing.features == other.preprocessing.features
    assert one.preprocessing.mean.tobytes() == other.preprocessing.mean.tobytes()
    assert one.preprocessing.scale.tobytes() == other.preprocessing.scale.tobytes()
    assert one.x.tobytes() == other.x.tobytes()
    assert one.x_test.tobytes() != other.x_test.tobytes()


@pytest.mark.parametrize("share", [0, 1, -0.5, np.nan])
def test_a_share_that_is_none_is_refused(write, share):
    with pytest.raises(ValueError, match="held_out: expected a number between 0 and 1"):
        table(np.random.default_rng(0), csv=write(TABLE), target="class", held_out=share)


CELLS = st.sampled_from(
    ["", "?", "1", "2.5", "-3e4", "1e99", "inf", "nan", "a", "b", '"', '"a"', "1_0", "é", "\0", "1,5", "\n"]
)


@given(
    st.lists(st.lists(CELLS, min_size=1, max_size=3), max_size=12),
    st.sampled_from(["x,y,c", "x,c", "c", "x,,c", "x;c", "c,c"]),
)
def test_any_text_is_a_table_or_a_sentence(tmp_path_factory, rows, header):
    check(tmp_path_factory, "\n".join([header, *(",".join(row) for row in rows)]).encode())


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_a_table_or_a_sentence(tmp_path_factory, content, header):
    check(tmp_path_factory, (b"x,c\n1,a\n" if header else b"") + content)


def check(factory, content):
    path = factory.getbasetemp() / "fuzzed.csv"
    path.write_bytes(content)
    _read_table.cache_clear()  # a file of the same size may have been written in the same moment
    try:
        data, refused = table(np.random.default_rng(0), csv=str(path), target="c"), ""
    except TableError as error:
        data, refused = None, str(error)
    if data is None:
        assert refused.startswith(str(path))
        assert "\n" not in refused
    else:
        assert np.isfinite(data.x).all()
        assert np.isfinite(data.x_test).all()
        assert set(data.labels) == set(data.labels_test) == set(range(len(data.classes)))
