"""The pipeline of a table: the saved model answers what scikit-learn answers, and held-out rows teach nothing."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnmath.data.table import Table
from nnmath.data.target import Target
from nnmath.estimators import NetworkClassifier, NetworkRegressor
from nnmath.estimators.pipeline import model_of, table_pipeline
from nnmath.runs.user_table import learn
from nnmath.training.losses import probabilities
from nnmath.training.metrics import outputs
from nnmath.training.model import Model, load_model, model_bytes
from nnmath.training.network import ACTIVATIONS

SETTINGS: Any = {"hidden_layer_sizes": (5,), "max_iter": 3, "random_state": 0}


def table(seed: int, count: int = 40, numbers: int = 2, categories: int = 2) -> Any:
    """Draw columns of numbers and of categories with missing values, and one category that is rare."""
    rng = np.random.default_rng(seed)
    columns: dict[str, Any] = {}
    for i in range(numbers):
        values = rng.normal(10.0**i, 3, count)
        values[rng.random(count) < 0.1] = np.nan
        columns[f"n{i}"] = values
    for i in range(categories):
        codes = rng.integers(-1, 3, count)
        codes[0] = 3
        columns[f"c{i}"] = pandas.Categorical.from_codes(codes, ["red", "blå", "東京", "rare"])
    return pandas.DataFrame(columns)


def answers(model: Model, frame: Any) -> Any:
    """Return what a saved model says about the rows of a frame."""
    assert model.preprocessing is not None
    z = outputs(model.preprocessing.inputs(frame), model.layers, ACTIVATIONS[model.hidden])
    return probabilities(z, model.output) if model.classes else z[:, 0]


@settings(max_examples=25)
@given(st.integers(0, 999), st.integers(0, 2), st.integers(0, 2), st.sampled_from(["two", "three", "quantity"]))
def test_the_saved_model_answers_as_the_pipeline(
    tmp_path_factory: pytest.TempPathFactory, seed: int, numbers: int, categories: int, task: str
) -> None:
    if numbers + categories == 0:
        return
    frame = table(seed, numbers=numbers, categories=categories)
    y = (
        np.random.default_rng(seed).normal(1e5, 1e3, 40)
        if task == "quantity"
        else np.arange(40) % (3 - (task == "two"))
    )
    classes = {"quantity": (), "two": ("n", "y"), "three": ("a", "b", "c")}[task]
    network = NetworkRegressor(**SETTINGS) if task == "quantity" else NetworkClassifier(**SETTINGS)
    pipeline = table_pipeline(frame[1:], network).fit(frame[1:], y[1:])
    path = Path(tmp_path_factory.getbasetemp(), "model.npz")
    path.write_bytes(model_bytes(model_of(pipeline, frame, "target", classes)))
    expected = pipeline.predict(frame) if task == "quantity" else pipeline.predict_proba(frame)
    np.testing.assert_allclose(answers(load_model(path), frame), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("quantity", [False, True])
def test_no_value_of_a_held_out_row_has_a_say(quantity: bool) -> None:
    frame = table(1, 60)
    values = np.random.default_rng(0).normal(size=60) if quantity else np.arange(60) % 2
    target = Target("t", values, () if quantity else ("n", "y"))
    one = learn(Table(frame, target, ()), max_iter=3)
    planted = frame.copy()
    planted.loc[one.tested, "n0"] = 1e9  # a leak would show
    planted.loc[one.tested, "c0"] = "red"
    planted_target = target._replace(values=np.where(one.tested, 1e6, values)) if quantity else target
    other = learn(Table(planted, planted_target, ()), max_iter=3)
    assert one.model.preprocessing is not None
    assert other.model.preprocessing is not None
    assert one.model.preprocessing.features == other.model.preprocessing.features
    for a, b in zip(one.model.preprocessing[2:], other.model.preprocessing[2:]):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(answers(one.model, frame), answers(other.model, frame))


def test_missing_values_become_the_median_or_the_most_frequent() -> None:
    frame = pandas.DataFrame(
        {"age": [1.0, 2.0, 9.0, np.nan], "town": pandas.Categorical(["Wien", "Wien", "Ulm", None])}
    )
    pipeline = table_pipeline(frame, NetworkClassifier(**SETTINGS)).fit(frame, [0, 1, 0, 1])
    preprocessing = model_of(pipeline, frame, "t", ("n", "y")).preprocessing
    assert preprocessing is not None
    assert [feature.filling for feature in preprocessing.features] == ["2", "'Wien'"]
    assert [name for feature in preprocessing.features for name in feature.inputs] == ["age", "town=Ulm", "town=Wien"]
    x = preprocessing.inputs(frame)
    np.testing.assert_array_equal(x[:, 1:], [[0, 1], [0, 1], [1, 0], [0, 1]])
    present = np.array([1, 2, 9, 2])
    np.testing.assert_allclose(x[:, 0], (present - present.mean()) / present.std())


def test_a_column_that_never_changes_in_the_training_part_is_left_out() -> None:
    frame = table(0, numbers=1, categories=1).assign(same=[1.0] * 39 + [5.0])
    pipeline = table_pipeline(frame[:39], NetworkClassifier(**SETTINGS)).fit(frame[:39], np.arange(39) % 2)
    preprocessing = model_of(pipeline, frame, "t", ("n", "y")).preprocessing
    assert preprocessing is not None
    assert [feature.name for feature in preprocessing.features] == ["n0", "c0"]


def test_a_category_of_held_out_rows_alone_counts_as_none() -> None:
    frame = table(0, numbers=1, categories=1)
    assert (frame["c0"] == "rare").tolist() == [True] + [False] * 39
    pipeline = table_pipeline(frame[1:], NetworkClassifier(**SETTINGS)).fit(frame[1:], np.arange(39) % 2)
    preprocessing = model_of(pipeline, frame, "t", ("n", "y")).preprocessing
    assert preprocessing is not None
    assert preprocessing.features[1].categories == ("red", "blå", "東京", "rare")
    assert not preprocessing.inputs(frame)[0, 1:].any()
