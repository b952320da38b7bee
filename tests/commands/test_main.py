"""The command line, as a user meets it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnmath.commands.main import main
from nnmath.data.spiral import spiral
from nnmath.runs.experiments import RECIPES
from nnmath.training.metrics import accuracy
from nnmath.training.model import load_model
from nnmath.training.network import network

FILES = ["boundary.gif", "confusion.png", "curve.png", "data.png", "metrics.json", "model.npz", "regions.png"]


def train_command(folder: Any, *flags: Any) -> Any:
    return [sys.executable, "-m", "nnmath", "train", "spiral", "--epochs", "20", "--out", str(folder), *flags]


def names(folder: Any) -> Any:
    """Names of the files in a folder, beside which there is one of checkpoints."""
    return sorted(path.name for path in folder.iterdir() if path.is_file())


@pytest.fixture(scope="module")
def trained(tmp_path_factory: Any) -> Any:
    """Two runs of the same command, in processes of their own."""
    folders = [tmp_path_factory.mktemp("results") / "spiral" for _ in range(2)]
    flags = ("--seeds", "2", "--sizes", "2-16-8-3", "--noise", "0.1")
    return [
        (folder, subprocess.run(train_command(folder, *flags), capture_output=True, text=True, check=False))
        for folder in folders
    ]


def test_train_writes_its_files_and_says_where(trained: Any) -> None:
    folder, done = trained[0]
    assert done.returncode == 0
    assert names(folder) == FILES
    assert done.stdout.startswith("spiral: loss 0.")
    assert done.stdout.count("\n") == 1
    assert f"{folder}/ holds" in done.stdout
    assert all(name in done.stdout for name in FILES)


def test_train_is_quiet_where_no_terminal_is(trained: Any) -> None:
    assert trained[0][1].stderr == ""


def test_metrics_hold_the_flags_and_the_result_of_the_saved_model(trained: Any) -> None:
    folder, _ = trained[0]
    found = json.loads((folder / "metrics.json").read_text())
    assert found["settings"]["sizes"] == [2, 16, 8, 3]
    assert (found["settings"]["seeds"], found["settings"]["noise"], found["settings"]["rate"]) == ([2], 0.1, 0.05)
    x, labels = spiral(np.random.default_rng(2).spawn(2)[0], noise=0.1)
    assert found["accuracy"] == accuracy(network(x, load_model(folder / "model.npz").layers)[0], labels)


def test_the_same_command_writes_the_same_bytes(trained: Any) -> None:
    (one, _), (other, _) = trained
    for name in FILES:
        if name != "metrics.json":
            assert (one / name).read_bytes() == (other / name).read_bytes(), name
    contents = [json.loads((folder / "metrics.json").read_text()) for folder in (one, other)]
    for content in contents:
        for figures in (content, content["median"], *content["runs"]):
            del figures["training_seconds"]
    assert contents[0] == contents[1]


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--rate", "-1"], "rate: expected a positive number, got -1.0"),
        (["--noise", "nan"], "noise: expected a finite number"),
        (["--sizes", "2-8-4"], "sizes: expected 2 first"),
        (["--rate", "1e300"], "training diverged: the loss is nan at step 1, with learning rate 1e+300"),
    ],
)
def test_what_cannot_be_run_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], flags: Any, message: Any
) -> None:
    assert main(["train", "spiral", "--epochs", "50", "--out", str(tmp_path / "out"), *flags]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith(f"nnmath: {message}")
    assert shown.err.count("\n") == 1
    assert list(tmp_path.glob("out/*")) == []


def test_sizes_that_are_none_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["train", "spiral", "--sizes", "2x3"])
    assert "--sizes: expected integers with '-' between, such as 2-64-3, got '2x3'" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_found_before_the_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr("nnmath.runs.results.carry_out_all", lambda recipe: pytest.fail("trained in vain"))
    assert main(["train", "spiral", "--out", str(tmp_path / "file")]) == 2
    assert "File exists" in capsys.readouterr().err


def test_an_interruption_while_drawing_leaves_checkpoints_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("nnmath.plots.boundary_gif", interrupted)
    assert main(["train", "spiral", "--epochs", "2", "--out", str(tmp_path)]) == 130
    assert names(tmp_path) == []
    shown = capsys.readouterr().err
    assert f"interrupted; {tmp_path}/checkpoints holds seed 9 as it was after epoch 2 of 2" in shown
    assert "the same command with --resume goes on from there" in shown


def test_the_picture_of_the_readme_goes_where_it_is_asked_for(tmp_path: Path) -> None:
    picture = tmp_path / "pictures" / "spiral.png"
    assert main(["train", "spiral", "--epochs", "2", "--out", str(tmp_path / "out"), "--picture", str(picture)]) == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert names(tmp_path / "out") == FILES


@pytest.mark.parametrize("name", RECIPES)
def test_help_names_every_setting_and_its_default(capsys: pytest.CaptureFixture[str], name: Any) -> None:
    with pytest.raises(SystemExit) as left:
        main(["train", name, "--help"])
    assert left.value.code == 0
    shown = " ".join(capsys.readouterr().out.split())
    for setting in RECIPES[name].settings():
        assert f"--{setting.replace('_', '-')} " in shown
    assert f"(default: {'-'.join(map(str, RECIPES[name].sizes))})" in shown
    assert f"(default: {RECIPES[name].epochs})" in shown


def test_every_setting_can_be_overridden(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flags = {
        "sizes": "2-3-1", "hidden": "sigmoid", "output": "sigmoid", "weights": "normal", "scale": "0.5", "epochs": "3",
        "batch": "7", "update": "rmsprop", "beta1": "0.8", "beta2": "0.9", "epsilon": "1e-6", "rate": "0.01",
        "schedule": "step", "decay": "0.1", "factor": "0.9", "every": "2", "l2": "0.01", "l2-on": "first-layer",
        "smoothing": "0.2", "seeds": "5,6,7", "points": "30", "fresh": "20", "noise": "0.1",
    }  # fmt: skip
    words = [word for name, value in flags.items() for word in (f"--{name}", value)]
    assert main(["train", "radial", "--out", str(tmp_path), *words]) == 0
    found = json.loads((tmp_path / "metrics.json").read_text())["settings"]
    assert {name.replace("_", "-") for name in found} == set(flags)
    for name, value in flags.items():
        setting = found[name.replace("-", "_")]
        sign = "-" if name == "sizes" else ","
        shown = sign.join(map(str, setting)) if isinstance(setting, list) else setting
        assert type(shown)(value) == shown, name
    shown = capsys.readouterr().out
    assert "| 200 |" in shown  # the comparison of epochs
    assert "(the median of 3)" in shown
    assert {"comparison.png", "comparison.md"} < set(names(tmp_path))


def digits(folder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put twelve images of the form of MNIST, and four to test on, where the program looks for them."""
    rng = np.random.default_rng(0)
    for part, count in (("train", 12), ("t10k", 4)):
        shape = np.array([count, 28, 28], ">u4").tobytes()
        (folder / f"{part}-images-idx3-ubyte").write_bytes(b"\0\0\x08\x03" + shape + rng.bytes(count * 784))
        labels = bytes(i % 10 for i in range(count))
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(b"\0\0\x08\x01" + shape[:4] + labels)
    monkeypatch.setenv("NNMATH_DATA", str(folder))


@pytest.mark.parametrize("name", ["mnist", "mnist-sigmoid", "mnist-best"])
def test_digits_have_pictures_of_their_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: Any
) -> None:
    digits(tmp_path, monkeypatch)
    assert main(["train", name, "--epochs", "2", "--out", str(tmp_path / "out")]) == 0
    expected = ["confusion.png", "curve.png", "data.png", "metrics.json", "model.npz", "weights.png", "wrong.png"]
    assert names(tmp_path / "out") == expected
    assert json.loads((tmp_path / "out" / "metrics.json").read_text())["test_examples"] == 4


def test_the_first_pass_is_printed_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "first-pass", "--rate", "0.05", "--epochs", "30", "--out", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert (tmp_path / "first-pass.txt").read_text() == shown
    assert "after    30 updates" in shown
    assert json.loads((tmp_path / "metrics.json").read_text())["settings"]["rate"] == 0.05


def test_help_does_not_wait_for_matplotlib() -> None:
    code = "import sys, nnmath.commands.main as m; m.parser().format_help(); sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
