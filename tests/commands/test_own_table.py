"""A table of the user's own, from the command line: what is learned from it, and what is refused."""

import json
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
import pytest
from sklearn import datasets

from nnmath.commands.main import main
from nnmath.data.table import read_table
from nnmath.runs.user_table import learn
from nnmath.training.model import load_model
from tests.commands.tables import FILES, files, write


@pytest.mark.parametrize(("name", "least"), [("breast_cancer", 0.965), ("wine", 0.97), ("iris", 0.94)])
def test_the_tables_of_scikit_learn_are_learned(tmp_path: Path, name: Any, least: Any) -> None:
    bunch = getattr(datasets, f"load_{name}")()
    rows = [[*x, bunch.target_names[k]] for x, k in zip(bunch.data.tolist(), bunch.target)]
    found = read_table(write(tmp_path / f"{name}.csv", [[*bunch.feature_names, "kind"], *rows]), "kind")
    runs = [learn(found, seed=seed) for seed in range(10)]
    assert mean((run.answers == found.target.values)[run.tested].mean() for run in runs) >= least


def test_a_quantity_is_learned(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bunch = datasets.load_diabetes()
    rows = [[*x, y] for x, y in zip(bunch.data.tolist(), bunch.target.tolist())]
    path = write(tmp_path / "diabetes.csv", [[*bunch.feature_names, "progress"], *rows])
    assert main(["train", "--csv", path, "--target", "progress", "--out", str(tmp_path / "out")]) == 0
    shown = capsys.readouterr().out
    found = json.loads((tmp_path / "out" / "metrics.json").read_text())
    assert files(tmp_path / "out") == ["metrics.json", "model.npz"]
    assert found["test_r2"] > 0.35
    assert found["test_mean_absolute_error"] < 0.8 * found["mean_error"]
    assert "target progress: a quantity from 25 to 346" in shown
    assert f"the answers are off by {found['test_mean_absolute_error']:.4g} on average" in shown
    assert main(["predict", str(tmp_path / "out" / "model.npz"), path]) == 0
    assert "on average of 442 rows" in capsys.readouterr().out
    assert main(["predict", "--json", str(tmp_path / "out" / "model.npz"), path]) == 0
    first = json.loads(capsys.readouterr().out)[0]
    assert (first["input"], first["true value"]) == (f"{path}:2", 151.0)
    assert abs(first["value"] - 151) < 150


def test_many_small_classes_are_learned_without_a_warning(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", [["x", "y"], *([i % 30 * 1.5, f"k{i % 30}"] for i in range(60))])
    found = read_table(path, "y")
    assert len(learn(found, max_iter=2).table.target.classes) == 30


def test_a_table_of_noise_is_not_learned_by_heart(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(800, 6))
    y = rng.random(800) < 1 / (1 + np.exp(-2 * x[:, 0]))
    path = write(
        tmp_path / "t.csv", [["a", "b", "c", "d", "e", "f", "y"], *([*row, k] for row, k in zip(x.tolist(), y))]
    )
    found = read_table(path, "y")
    kept, forced = ([], [])
    for seed in range(5):
        kept.append(learn(found, seed=seed))
        forced.append(learn(found, seed=seed, early_stopping=False, alpha=0.0, max_iter=300))

    def accuracy(runs: Any) -> Any:
        return mean((run.answers == found.target.values)[run.tested].mean() for run in runs)

    best = mean(((x[:, 0] > 0) == y)[run.tested].mean() for run in kept)
    assert accuracy(kept) > best - 0.03
    assert accuracy(forced) < accuracy(kept)


def run(folder: Any, *flags: Any, target: Any = "c") -> Any:
    rows = [["x", "y", "c"], *([i * i % 17, i % 5, "abc"[i % 3] if i % 7 else "a"] for i in range(40))]
    path = write(folder / "t.csv", rows)
    status = main(["train", "--csv", path, "--target", target, "--epochs", "2", "--out", str(folder / "out"), *flags])
    return status, folder / "out"


@pytest.mark.parametrize(
    ("flags", "sizes"),
    [
        ([], [2, 32, 3]),
        (["--sizes", "5"], [2, 5, 3]),
        (["--sizes", "6-4"], [2, 6, 4, 3]),
        (["--sizes", "3-2"], [2, 3, 2, 3]),
        (["--sizes", "0"], [2, 3]),
        (["--categorical", "y"], [6, 32, 3]),
    ],
)
def test_inputs_and_outputs_are_found_from_the_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], flags: Any, sizes: Any
) -> None:
    status, out = run(tmp_path, *flags)
    assert status == 0
    settings = json.loads((out / "metrics.json").read_text())["settings"]
    assert settings["sizes"] == sizes
    assert settings["epochs"] == 2
    assert files(out) == FILES


@pytest.mark.parametrize(("sizes", "instead"), [("2-6-3", "6"), ("2-6-7-3", "6-7"), ("2-3", "0")])
def test_sizes_that_repeat_inputs_and_outputs_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], sizes: Any, instead: Any
) -> None:
    assert run(tmp_path, "--sizes", sizes)[0] == 2
    shown = capsys.readouterr().err
    assert f"--sizes: expected the widths of the hidden layers alone, got {sizes}; the 2 inputs and 3 outputs" in shown
    assert shown.endswith(f"--sizes {instead}\n")


def test_every_setting_is_a_flag(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flags = {
        "hidden": ("activation", "sigmoid"), "batch": ("batch_size", "7"), "rate": ("learning_rate_init", "0.02"),
        "update": ("solver", "momentum"), "alpha": ("alpha", "0.5"), "seed": ("random_state", "4"),
    }  # fmt: skip
    status, out = run(tmp_path, *(word for flag, (_, value) in flags.items() for word in (f"--{flag}", value)))
    assert status == 0
    settings = json.loads((out / "metrics.json").read_text())["settings"]
    for name, value in flags.values():
        assert str(settings[name]) == value


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--rate", "-1"], "--rate: expected a positive number, got -1.0"),
        (["--held-out", "1.5"], "--held-out: expected a number between 0 and 1, got 1.5"),
        (["--loss", "huber"], "--loss: the target is classes, and has the cross-entropy as its loss"),
        (["--task", "regression"], "line 2, column 3 (c): expected a number, got 'a'"),
        (["--drop", "x,Y"], "--drop: there is no column 'Y'; is it 'y'?"),
        (["--delimiter", ";"], "expected a semicolon between the columns, and there is a comma in 'x,y,c'"),
        (["--rate", "1e300", "--update", "descent"], "training diverged"),
    ],
)
def test_what_cannot_be_run_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], flags: Any, message: Any
) -> None:
    assert run(tmp_path, *flags)[0] == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("words", [[], ["--csv", "a.csv"], ["--target", "c"], ["--rate", "1"]])
def test_half_a_table_is_refused(capsys: pytest.CaptureFixture[str], words: Any) -> None:
    assert main(["train", *words]) == 2
    assert "or a table of your own with --csv FILE and --target COLUMN" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["spiral", "first-pass"])
def test_flags_of_a_table_with_the_name_of_a_run_are_refused(capsys: pytest.CaptureFixture[str], name: Any) -> None:
    assert main(["train", "--csv", "a.csv", "--held-out", "0.5", name]) == 2
    assert "--csv, --held-out: flags before a NAME are those of a table" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--csv", str(tmp_path / "none.csv"), "--target", "c"]) == 2
    assert "none.csv" in capsys.readouterr().err


def test_a_worse_model_does_not_replace_a_better_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = (
        write(tmp_path / "t.csv", [["x", "z", "c"], *([i * 1.5, i * i % 7, "ab"[i > 30]] for i in range(60))]),
        tmp_path / "out",
    )
    command = ["train", "--csv", path, "--target", "c", "--out", str(out)]
    assert main(command) == 0
    before = (out / "model.npz").read_bytes()
    capsys.readouterr()
    assert main([*command, "--drop", "x"]) == 0
    shown = capsys.readouterr().out
    assert (out / "model.npz").read_bytes() == before
    assert files(tmp_path / "out-2") == FILES
    assert f"{tmp_path}/out-2/ holds confusion.png" in shown
    assert f"{out}/ holds a better model, of test accuracy " in shown
    assert main(command) == 0
    assert "better" not in capsys.readouterr().out


def test_a_model_of_another_target_is_not_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = (
        write(tmp_path / "t.csv", [["x", "z", "c"], *([i * i, i % 2, "ab"[i > 30]] for i in range(60))]),
        tmp_path / "out",
    )
    assert main(["train", "--csv", path, "--target", "c", "--epochs", "1", "--out", str(out)]) == 0
    assert main(["train", "--csv", path, "--target", "z", "--epochs", "1", "--out", str(out)]) == 0
    found = [load_model(folder / "model.npz").preprocessing for folder in (out, tmp_path / "out-2")]
    assert [preprocessing.target for preprocessing in found if preprocessing] == ["c", "z"]
    assert "out/ holds a model of something else and was left as it is" in capsys.readouterr().out


def test_without_the_extra_it_says_what_to_install(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: Any) -> None:
        raise ModuleNotFoundError(f"No module named '{name}'", name=name)

    monkeypatch.setattr("nnmath.extras.import_module", missing)
    assert main(["train", "--csv", write(tmp_path / "t.csv", [["x", "c"]]), "--target", "c"]) == 2
    expected = "nnmath: train --csv needs pandas, which is not installed: pip install 'nnmath[table]'\n"
    assert capsys.readouterr().err == expected
