"""The saved model comes back as it was, and nothing else is taken for one."""

import io
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnmath.training.initial_weights import initialize
from nnmath.training.model import FORMAT, Model, ModelError, load_model, model_bytes

LAYERS = initialize((2, 5, 4, 3), np.random.default_rng(11))
MODEL = Model(LAYERS, "relu", "softmax", ("red", "green", "blå"))


def npz(**arrays: Any) -> Any:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def parts() -> Any:
    """Make the arrays of a small model that is right."""
    words = {"format": FORMAT, "hidden": "relu", "output": "softmax", "classes": ["no", "yes"]}
    return words | {"sizes": [1, 2], "W1": np.ones((1, 2)), "b1": np.zeros(2)}


def equal(model: Any, other: Any) -> Any:
    if model[1:] != other[1:]:
        return False
    pairs = [(a, b) for one, two in zip(model.layers, other.layers, strict=True) for a, b in zip(one, two, strict=True)]
    return all(a.dtype == b.dtype and a.tobytes() == b.tobytes() for a, b in pairs)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_model_comes_back_bit_for_bit(tmp_path: Path, dtype: Any) -> None:
    path = tmp_path / "model.npz"
    model = MODEL._replace(layers=[(W.astype(dtype), b.astype(dtype)) for W, b in LAYERS])
    path.write_bytes(model_bytes(model))
    assert equal(load_model(path), model)
    assert model.sizes == (2, 5, 4, 3)


def test_a_single_sigmoid_has_two_classes(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    model = Model(initialize((2, 3, 1), np.random.default_rng(0)), "sigmoid", "sigmoid", ("no", "yes"))
    path.write_bytes(model_bytes(model))
    assert equal(load_model(path), model)


def test_the_same_model_gives_the_same_bytes() -> None:
    assert model_bytes(MODEL) == model_bytes(MODEL._replace(layers=[(W.copy(), b.copy()) for W, b in LAYERS]))


def test_numpy_alone_can_read_it() -> None:
    with np.load(io.BytesIO(model_bytes(MODEL)), allow_pickle=False) as file:
        words = {"format", "sizes", "hidden", "output", "classes"}
        assert set(file) == words | {"W1", "b1", "W2", "b2", "W3", "b3"}
        assert file["sizes"].tolist() == [2, 5, 4, 3]
        assert file["classes"].tolist() == ["red", "green", "blå"]
        np.testing.assert_array_equal(file["W2"], LAYERS[1][0])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no model, or a damaged one"),
        (b"a,b\n1,2\n", "no model, or a damaged one"),
        (b"PK\x03\x04 and then nothing", "no model, or a damaged one"),
        (pickle.dumps({"W1": 1}), "no model, or a damaged one"),
        (npz(**parts() | {"W1": np.array([{}], dtype=object)}), "no model, or a damaged one"),
        (npz(x=np.ones(3)), "expected the format 'nnmath model 3', got 'None'"),
        (npz(**parts() | {"format": "nnmath model 4"}), "got 'nnmath model 4'; a newer version"),
        (npz(**parts() | {"hidden": "tanh"}), "hidden: expected one of relu, sigmoid, got 'tanh'"),
        (npz(**parts() | {"output": 3}), "output: expected one of softmax, sigmoid, identity, got '3'"),
        (npz(**parts() | {"classes": ["a", "b", "c"]}), "classes: expected 2 names"),
        (npz(**parts() | {"classes": [1, 2]}), "classes: expected 2 names"),
        (npz(**parts() | {"sizes": [1]}), r"sizes: expected two or more positive integers, got \[1\]"),
        (npz(**parts() | {"sizes": [1, -2]}), "sizes: expected two or more positive integers"),
        (npz(**parts() | {"sizes": [1.0, 2.0]}), "sizes: expected two or more positive integers"),
        (npz(**parts() | {"sizes": [1, 2, 3]}), "W2 is missing"),
        (
            npz(**parts() | {"W1": np.ones((2, 1))}),
            r"W1: expected floats of shape \(1, 2\), got float64 of shape \(2, 1\)",
        ),
        (npz(**parts() | {"b1": np.zeros(2, int)}), r"b1: expected floats of shape \(2,\), got int64"),
        (npz(**parts() | {"b1": np.array([0, np.nan])}), "b1: expected finite numbers, got NaN or infinity"),
    ],
)
def test_what_is_no_model_is_refused_by_name(tmp_path: Path, content: Any, message: Any) -> None:
    path = tmp_path / "other.npz"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=rf"other\.npz: .*{message}"):
        load_model(path)


def test_a_single_array_is_no_model(tmp_path: Path) -> None:
    path = tmp_path / "array.npy"
    np.save(path, np.ones(3))
    with pytest.raises(ModelError, match="no model, or a damaged one"):
        load_model(path)


def test_a_truncated_model_is_refused(tmp_path: Path) -> None:
    path, content = tmp_path / "model.npz", model_bytes(MODEL)
    for length in range(0, len(content), 29):
        path.write_bytes(content[:length])
        with pytest.raises(ModelError):
            load_model(path)


def test_a_model_with_a_wrong_byte_is_refused_or_read_as_it_was(tmp_path: Path) -> None:
    path, content = tmp_path / "model.npz", model_bytes(MODEL)
    refused = 0
    for position in range(0, len(content), 7):
        damaged = bytearray(content)
        damaged[position] ^= 0xFF
        path.write_bytes(damaged)
        try:
            assert equal(load_model(path), MODEL)
        except ModelError:
            refused += 1
    assert refused > 100


def test_a_file_that_is_not_there_is_an_oserror(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_model(tmp_path / "nothing.npz")
