"""The preprocessing in a model file comes back as it was, and what makes no sense is refused by name."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnmath.data.preprocessing import Feature, Preprocessing
from nnmath.training.initial_weights import initialize
from nnmath.training.model import Model, ModelError, load_model, model_bytes

FEATURES = (
    Feature("Größe", (), 171.5),
    Feature("city, town", ("Köln", "東京", "O'Hara"), 2.0),
    Feature("k", ("u",), 0.0),
)
PREPROCESSING = Preprocessing("class", FEATURES, np.array([170.0, 0, 0, 0, 0]), np.array([9.5, 1, 1, 0, 1]))
MODEL = Model(initialize((5, 4, 1), np.random.default_rng(0)), "relu", "sigmoid", ("no", "yes"), PREPROCESSING)


def arrays_of(model: Any) -> Any:
    with np.load(io.BytesIO(model_bytes(model)), allow_pickle=False) as file:
        return dict(file)


def saved(path: Any, arrays: Any) -> Any:
    np.savez(path, **arrays)
    return path


def equal(one: Any, other: Any) -> Any:
    return one[:2] == other[:2] and all(a.tobytes() == b.tobytes() for a, b in zip(one[2:], other[2:]))


def frame(preprocessing: Any, columns: Any) -> Any:
    """Make a data frame of numbers, and of the codes of categories."""
    return pandas.DataFrame({
        name: pandas.Categorical.from_codes(values, categories) if categories else values
        for (name, categories, _), values in zip(preprocessing.features, columns)
    })  # fmt: skip


def test_it_comes_back_and_does_the_same(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    path.write_bytes(model_bytes(MODEL))
    found = load_model(path).preprocessing
    assert equal(found, PREPROCESSING)
    rows = frame(found, [[180.0, np.nan], [1, -1], [0, 0]])
    assert found.inputs(rows).tobytes() == PREPROCESSING.inputs(rows).tobytes()


def test_a_table_of_numbers_alone_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    preprocessing = Preprocessing("c", (Feature("a", (), 1.0),), np.zeros(1), np.ones(1))
    path.write_bytes(
        model_bytes(Model(initialize((1, 2), np.random.default_rng(0)), "relu", "softmax", ("a", "b"), preprocessing))
    )
    assert equal(load_model(path).preprocessing, preprocessing)


def test_a_model_of_the_first_format_is_read(tmp_path: Path) -> None:
    arrays = arrays_of(MODEL._replace(preprocessing=None)) | {"format": np.array("nnmath model 1")}
    found = load_model(saved(tmp_path / "model.npz", arrays))
    assert found.preprocessing is None
    assert found.sizes == (5, 4, 1)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"columns": np.array(["a", "b"])}, r"counts: expected 2 integers"),
        ({"columns": np.array(["a", "a", "b"])}, "columns: expected a name of its own for each"),
        ({"columns": np.array(["class", "a", "b"])}, "columns: expected a name of its own for each"),
        ({"columns": np.array(["", "a", "b"])}, "columns: expected a name of its own for each"),
        ({"columns": np.array([1, 2, 3])}, "columns: expected words, got int64"),
        ({"columns": np.array([], "U1")}, "columns: expected words"),
        ({"counts": np.array([0, 3, 2])}, "counts: expected categories and numbers that make 5 inputs"),
        ({"counts": np.array([-1, 5, 1])}, "counts: expected categories and numbers that make 5 inputs"),
        ({"counts": np.array([2**62, 2**62, 2**62])}, "counts: expected categories and numbers that make 5 inputs"),
        ({"categories": np.array(["a", "a", "b", "c"])}, "categories: expected those of 'city, town' to differ"),
        ({"categories": np.array(["a", "b", "c"])}, "categories: expected 4 words"),
        (
            {"fill": np.array([0, 3.0, 0])},
            "fill: expected the position of one of the categories of 'city, town', got 3",
        ),
        ({"fill": np.array([0, 0.5, 0])}, "fill: expected the position"),
        ({"fill": np.array([np.nan, 0, 0])}, "fill: expected 3 finite numbers"),
        ({"mean": np.zeros(4)}, "mean: expected 5 finite numbers"),
        ({"mean": np.full(5, np.inf)}, "mean: expected 5 finite numbers"),
        ({"scale": -np.ones(5)}, "scale: expected numbers that are 0 or more"),
        ({"scale": np.ones(5, np.float32)}, "scale: expected 5 finite numbers"),
        ({"target": np.array(3)}, "target: expected the name of a column"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, changed: Any, message: Any) -> None:
    path = saved(tmp_path / "model.npz", arrays_of(MODEL) | changed)
    with pytest.raises(ModelError, match=rf"model\.npz: {message}"):
        load_model(path)


@pytest.mark.parametrize("name", ["counts", "categories", "fill", "mean", "scale", "target"])
def test_what_is_missing_is_named(tmp_path: Path, name: Any) -> None:
    arrays = arrays_of(MODEL)
    del arrays[name]
    with pytest.raises(ModelError, match=rf"model\.npz: {name}: expected"):
        load_model(saved(tmp_path / "model.npz", arrays))


def test_a_wrong_byte_is_noticed_or_changes_nothing(tmp_path: Path) -> None:
    path, content = tmp_path / "model.npz", model_bytes(MODEL)
    for position in range(0, len(content), 11):
        damaged = bytearray(content)
        damaged[position] ^= 0xFF
        path.write_bytes(damaged)
        try:
            found = load_model(path)
        except ModelError:
            continue
        assert equal(found.preprocessing, PREPROCESSING)


ODD = st.one_of(
    st.lists(st.integers(-3, 6), max_size=6).map(lambda v: np.array(v, np.int64)),
    st.lists(st.floats(width=32), max_size=6).map(lambda v: np.array(v, np.float64)),
    st.lists(st.text("ab", max_size=2), max_size=6).map(lambda v: np.array(v, np.str_)),
    st.integers().map(lambda v: np.array(v % 7)),
)


@given(st.dictionaries(st.sampled_from(["target", "columns", "counts", "categories", "fill", "mean", "scale"]), ODD))
def test_any_arrays_are_a_model_that_works_or_a_sentence(tmp_path_factory: Any, changed: Any) -> None:
    path = saved(tmp_path_factory.getbasetemp() / "odd.npz", arrays_of(MODEL) | changed)
    try:
        preprocessing = load_model(path).preprocessing
    except ModelError:
        return
    missing = [[-1] if feature.categories else [np.nan] for feature in preprocessing.features]
    assert preprocessing.inputs(frame(preprocessing, missing)).shape == (1, 5)
