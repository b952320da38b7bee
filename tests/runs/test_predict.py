"""`predict`: probabilities as text and as JSON, for images and rows of numbers, and a sentence for what is neither."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from nnmath.commands.main import main
from nnmath.data.images import read_digit
from nnmath.primitives import softmax
from nnmath.training.initial_weights import initialize
from nnmath.training.lenet import initialize as initialize_lenet
from nnmath.training.lenet import lenet, weights_of
from nnmath.training.lenet_file import lenet_bytes
from nnmath.training.model import Model, model_bytes


@pytest.fixture
def plane(tmp_path: Path) -> Any:
    """Class "right" where the first number is positive: logits (-x1, x1)."""
    path = tmp_path / "plane.npz"
    layers = [(np.array([[-1.0, 1.0], [0.0, 0.0]]), np.zeros(2))]
    path.write_bytes(model_bytes(Model(layers, "relu", "softmax", ("left", "right"))))
    return str(path)


@pytest.fixture
def digits(tmp_path: Path) -> Any:
    path = tmp_path / "digits.npz"
    layers = [
        (W.astype(np.float32), b.astype(np.float32)) for W, b in initialize((784, 4, 10), np.random.default_rng(0))
    ]
    path.write_bytes(model_bytes(Model(layers, "sigmoid", "sigmoid", tuple("0123456789"))))
    return str(path)


def picture(path: Any) -> Any:
    pixels = np.zeros((28, 28), np.uint8)
    pixels[5:20, 10:14] = 255
    Image.fromarray(pixels).save(path)
    return str(path)


def test_numbers_are_taken_row_by_row(plane: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["predict", plane, "0.5", "7", "-1", "-.5"]) == 0
    p = 1 / (1 + np.exp(-1))
    q = 1 / (1 + np.exp(2))
    lines = [f"0.5 7: right (left {1 - p:.4f}, right {p:.4f})", f"-1 -.5: left (left {1 - q:.4f}, right {q:.4f})"]
    assert capsys.readouterr().out.splitlines() == lines


def test_json_holds_the_same(plane: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["predict", "--json", plane, "0", "1"]) == 0
    expected = {"input": "0 1", "class": "left", "probabilities": {"left": 0.5, "right": 0.5}}
    assert json.loads(capsys.readouterr().out) == [expected]


def test_rows_come_from_standard_input_too(
    plane: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("1,2\n\n -1e-3  5\n"))
    assert main(["predict", plane, "-"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert [line.split(" (")[0] for line in shown] == ["line 1: right", "line 3: left"]


def test_a_single_sigmoid_has_two_probabilities(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "model.npz"
    path.write_bytes(model_bytes(Model([(np.array([[2.0]]), np.zeros(1))], "relu", "sigmoid", ("no", "yes"))))
    assert main(["predict", str(path), "0.5"]) == 0
    assert capsys.readouterr().out == "0.5: yes (no 0.2689, yes 0.7311)\n"


def test_images_of_digits(digits: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = picture(tmp_path / "one.png")
    assert main(["predict", "--json", digits, name, name]) == 0
    one, same = json.loads(capsys.readouterr().out)
    assert one == same
    assert list(one["probabilities"]) == list("0123456789")
    assert one["class"] == max(one["probabilities"], key=one["probabilities"].get)


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        (["1"], "expected 2 numbers, the inputs of the model, or a multiple of that, got 1"),
        (["1", "nan"], "the command line: expected finite numbers, got 'nan'"),
        (["no-such-file.png"], "an image has 784 numbers, and the model has 2 inputs"),
    ],
)
def test_what_cannot_be_an_input_is_refused(
    plane: Any, capsys: pytest.CaptureFixture[str], inputs: Any, message: Any
) -> None:
    assert main(["predict", plane, *inputs]) == 2
    shown = capsys.readouterr()
    assert (message in shown.err, shown.out) == (True, "")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("1 2\n3\n", "line 2: expected 2 numbers, the inputs of the model, got 1"),
        ("1 two\n", "line 1: expected finite numbers, got 'two'"),
        ("\n", "there is no row of numbers on standard input"),
    ],
)
def test_rows_that_do_not_fit_are_refused(
    plane: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, rows: Any, message: Any
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(rows))
    assert main(["predict", plane, "-"]) == 2
    assert message in capsys.readouterr().err


def test_no_model_and_no_image_are_refused_by_name(
    digits: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["predict", str(tmp_path / "nothing.npz"), "1"]) == 2
    assert "nothing.npz" in capsys.readouterr().err
    assert main(["predict", digits, str(tmp_path / "nothing.png")]) == 2
    assert "nothing.png" in capsys.readouterr().err
    assert main(["predict", digits, digits]) == 2
    assert "digits.npz: not a picture" in capsys.readouterr().err


def test_a_model_whose_numbers_are_lost_on_the_way_answers_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    huge = np.full((2, 2), 1e308)
    (tmp_path / "model.npz").write_bytes(model_bytes(Model([(huge, huge[0])], "relu", "softmax", ("a", "b"))))
    assert main(["predict", str(tmp_path / "model.npz"), "1e10", "1e10"]) == 2
    assert "model.npz: its weights are so large that 1e10 1e10 has no finite" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["predict", str(tmp_path / "model.npz"), "1"]) == 2
    assert capsys.readouterr().err == f"nnmath: {tmp_path / 'model.npz'}: No such file or directory\n"


def test_the_model_of_lenet_answers_for_pictures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    weights = weights_of(initialize_lenet(np.random.default_rng(0)))
    path, digit = tmp_path / "lenet.npz", picture(tmp_path / "one.png")
    path.write_bytes(lenet_bytes(weights))
    assert main(["predict", str(path), digit, "--json"]) == 0
    (answer,) = json.loads(capsys.readouterr().out)
    p, _ = softmax(lenet(read_digit(Path(digit))[np.newaxis].astype(np.float32), weights)[0])
    assert list(answer["probabilities"].values()) == p[0].tolist()
    assert answer["class"] == str(p[0].argmax())


@pytest.mark.parametrize("damage", [{"C3": np.zeros((16, 6, 5, 4), np.float32)}, {"b": np.full(10, np.nan)}])
def test_a_damaged_lenet_is_refused(damage: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    weights = weights_of(initialize_lenet(np.random.default_rng(0)))
    path = tmp_path / "lenet.npz"
    path.write_bytes(lenet_bytes(weights._replace(**damage)))
    assert main(["predict", str(path), picture(tmp_path / "one.png")]) == 2
    assert f"lenet.npz: {next(iter(damage))}: expected" in capsys.readouterr().err
