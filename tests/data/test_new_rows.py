"""Rows to predict: any bytes are rows with the columns of the model, or a sentence."""

import io

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nnmath.data.csv_file import TableError
from nnmath.data.preprocessing import Feature, Preprocessing
from nnmath.data.table import NewRows, read_new_rows

PREPROCESSING = Preprocessing("c", (Feature("x", (), 2.5), Feature("w", ("u", "v"), 1.0)), np.zeros(3), np.ones(3))

CELLS = st.sampled_from(
    ["", "?", "1", "-2.5", "1e100", "1e101", "inf", "u", "v", "z", '"', '"u"', "1_0", "\0", "1,5", "\r", "é"]
)


def read(content: bytes) -> NewRows:
    """Read rows for a model of these columns."""
    return read_new_rows(io.BytesIO(content), "rows.csv", PREPROCESSING.features, "c")


def check(content: bytes) -> None:
    """Rows make finite inputs, or are refused in a sentence."""
    try:
        lines, frame, truth = read(content)
    except TableError as error:
        refused = str(error)
    else:
        assert np.isfinite(PREPROCESSING.inputs(frame)).all()
        assert len(lines) == len(frame)
        assert truth is None or len(truth) == len(lines)
        return
    assert refused.startswith("rows.csv: line ")
    assert "\n" not in refused


@given(st.lists(st.lists(CELLS, min_size=1, max_size=3), max_size=8), st.sampled_from(["x,w", "w,x,c", "w,c", "x;w"]))
def test_any_text_is_read_or_refused(rows: list[list[str]], header: str) -> None:
    check("\n".join([header, *(",".join(row) for row in rows)]).encode())


@given(st.binary(max_size=100), st.sampled_from([b"", b"x,w\n", b"x,w\n1,u\n"]))
def test_any_bytes_are_read_or_refused(content: bytes, start: bytes) -> None:
    check(start + content)


def test_lines_values_and_truth() -> None:
    lines, frame, truth = read(b'c,w,note,x\na,u,"1\n2",4\n\n,?,,NA\n q ,v,, 7 \n')
    assert lines.tolist() == [2, 5, 6]
    np.testing.assert_array_equal(frame["x"], [4, np.nan, 7])
    assert frame["w"].cat.codes.tolist() == [0, -1, 1]
    assert truth == ["a", "", "q"]
