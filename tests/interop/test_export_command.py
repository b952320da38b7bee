"""`export` refuses what it cannot do in a sentence, with exit status 2, and leaves what was there."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnmath.commands.main import main
from nnmath.training.model import Model, model_bytes


@pytest.fixture
def model(tmp_path: Path) -> Any:
    path = tmp_path / "model.npz"
    path.write_bytes(model_bytes(Model([(np.ones((2, 2)), np.zeros(2))], "relu", "softmax", ("a", "b"))))
    return path


def refused(arguments: Any, capsys: pytest.CaptureFixture[str]) -> Any:
    assert main(["export", *map(str, arguments)]) == 2
    shown = capsys.readouterr()
    assert (shown.out, shown.err.count("\n")) == ("", 1)
    return shown.err


def test_what_went_in_and_what_comes_out_is_told(
    model: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("onnx", reason="onnx is not installed: pip install 'nnmath[onnx]'")
    path = tmp_path / "new" / "model.onnx"
    path.parent.mkdir()
    assert main(["export", str(model), str(path)]) == 0
    told = f"{path} takes x (N, 2); it gives label (N,) and probabilities (N, 2) of a, b.\n"
    assert capsys.readouterr().out == told
    assert [file.name for file in path.parent.iterdir()] == ["model.onnx"]


def test_without_onnx_it_says_what_to_install(
    model: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: Any) -> None:
        raise ModuleNotFoundError(f"No module named '{name}'", name=name)

    monkeypatch.setattr("nnmath.extras.import_module", missing)
    said = refused([model, tmp_path / "model.onnx"], capsys)
    assert said == "nnmath: export needs onnx, which is not installed: pip install 'nnmath[onnx]'\n"
    assert not (tmp_path / "model.onnx").exists()


def test_a_file_that_is_no_model(model: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "text.npz"
    path.write_text("no model")
    assert "text.npz" in refused([path, tmp_path / "model.onnx"], capsys)
    assert "nothing.npz" in refused([tmp_path / "nothing.npz", tmp_path / "model.onnx"], capsys)


def test_a_place_where_no_file_can_be(model: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "expected a file to write, got a folder" in refused([model, tmp_path], capsys)
    assert "the model itself" in refused([model, model], capsys)


def test_a_folder_that_does_not_exist(model: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = refused([model, tmp_path / "new" / "model.onnx"], capsys)
    assert f"there is no folder {tmp_path / 'new'}; make it first" in told
    assert not (tmp_path / "new").exists()


def test_a_folder_that_is_a_file(model: Any, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("onnx", reason="onnx is not installed: pip install 'nnmath[onnx]'")
    before = model.read_bytes()
    assert "model.npz" in refused([model, model / "model.onnx"], capsys)
    assert model.read_bytes() == before
