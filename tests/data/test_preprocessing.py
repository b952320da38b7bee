"""Preprocessing: what is fitted, on what, and what it makes of raw values."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nnmath.data.columns import Column
from nnmath.data.preprocessing import apply, fit, width

NUMBERS = st.floats(-1e100, 1e100) | st.integers(-5, 5).map(float) | st.just(np.nan)


@st.composite
def tables(draw):
    """Columns of one length, some of them with missing values, and the rows of a training part."""
    count = draw(st.integers(2, 30))
    columns = []
    for i in range(draw(st.integers(1, 4))):
        categories = tuple("abcd"[: draw(st.sampled_from((0, 2, 4)))])
        if categories:
            values = draw(arrays(np.int32, count, elements=st.integers(-1, len(categories) - 1)))
        else:
            values = draw(arrays(np.float64, count, elements=NUMBERS))
        columns.append(Column(f"column {i}", values, categories))
    rows = draw(st.lists(st.integers(0, count - 1), min_size=1, unique=True).map(sorted))
    return columns, np.array(rows)


def fitted(columns, rows):
    return fit(columns, rows, "target")


@given(tables())
def test_inputs_of_the_training_part_are_standardized_or_one_hot(drawn):
    columns, rows = drawn
    preprocessing = fitted(columns, rows)
    x = apply(preprocessing, [column.values for column in columns], rows)
    assert x.shape == (len(rows), width(columns))
    d = 0
    for column in columns:
        inputs = x[:, d : d + (len(column.categories) or 1)]
        if column.categories:
            assert (inputs.sum(axis=1) == 1).all()
            assert set(np.unique(inputs)) <= {0, 1}
        elif preprocessing.scale[d] > 0:
            np.testing.assert_allclose([inputs.mean(), inputs.std()], [0, 1], atol=1e-6)
        else:
            assert not inputs.any()
        d += inputs.shape[1]


@given(tables())
def test_no_value_outside_of_the_training_part_has_a_say(drawn):
    columns, rows = drawn
    others = np.ones(len(columns[0].values), bool)
    others[rows] = False
    planted = []
    for column in columns:  # a leak would show
        values = column.values.copy()
        values[others] = 0 if column.categories else 1e9
        planted.append(column._replace(values=values))
    one, other = fitted(columns, rows), fitted(planted, rows)
    assert one.features == other.features
    assert (one.mean.tobytes(), one.scale.tobytes()) == (other.mean.tobytes(), other.scale.tobytes())


@given(tables())
def test_inputs_are_finite_whatever_comes_later(drawn):
    columns, rows = drawn
    preprocessing = fitted(columns, rows)
    worst = [np.array([0, -1]) if column.categories else np.array([1e100, -1e100]) for column in columns]
    assert np.isfinite(apply(preprocessing, worst)).all()


def test_missing_values_become_the_median_or_the_most_frequent_of_the_training_part():
    columns = [
        Column("age", np.array([1.0, 2.0, 9.0, np.nan, 100.0, 100.0])),
        Column("town", np.array([1, 1, 0, -1, 0, 0]), ("Ulm", "Wien")),
    ]
    preprocessing = fitted(columns, np.arange(4))
    assert [feature.fill for feature in preprocessing.features] == [2, 1]
    assert [feature.filling for feature in preprocessing.features] == ["2", "'Wien'"]
    assert [name for feature in preprocessing.features for name in feature.inputs] == ["age", "town=Ulm", "town=Wien"]
    x = apply(preprocessing, [np.array([2.0, np.nan]), np.array([1, -1])])
    np.testing.assert_array_equal(x[0], x[1])
    np.testing.assert_array_equal(x[:, 1:], [[0, 1], [0, 1]])
    present = np.array([1, 2, 9, 2])
    np.testing.assert_allclose(x[0, 0], (2 - present.mean()) / present.std())


def test_what_never_changes_in_the_training_part_is_0_ever_after():
    columns = [Column("a", np.array([0.1] * 9 + [7])), Column("b", np.array([0] * 9 + [1]), ("u", "v"))]
    preprocessing = fitted(columns, np.arange(9))
    assert preprocessing.scale.tolist() == [0, 1, 0]
    np.testing.assert_array_equal(apply(preprocessing, [c.values for c in columns])[8:], [[0, 1, 0], [0, 0, 0]])


def test_nothing_that_is_given_is_written_to():
    columns = [Column("a", np.array([1.0, np.nan, 3.0])), Column("b", np.array([0, -1, 1]), ("u", "v"))]
    for column in columns:
        column.values.setflags(write=False)
    preprocessing = fitted(columns, np.arange(3))
    apply(preprocessing, [column.values for column in columns])
