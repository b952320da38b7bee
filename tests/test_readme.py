"""What the README says about a user's table is what happens."""

import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn import datasets

from nnmath.commands.main import main
from nnmath.data.split import held_out
from nnmath.training import load_model

ROOT = Path(__file__).parents[1]


def section(heading: Any) -> Any:
    """Return a section of the README."""
    return (ROOT / "README.md").read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]


def blocks(language: Any) -> Any:
    """Return the blocks of the section in one language."""
    return re.findall(rf"```{language}\n(.*?)```", section("Your own table"), re.DOTALL)


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder that has the examples, and nothing else."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)


def test_the_commands_print_what_is_shown(elsewhere: Any, capsys: pytest.CaptureFixture[str]) -> None:
    (console,) = blocks("console")
    for entry in console.split("$ python -m nnmath ")[1:]:
        command, _, expected = entry.partition("\n")
        assert main(command.split()) == 0
        assert alike(capsys.readouterr().out, expected)


def alike(text: Any, other: Any) -> Any:
    """Whether two texts are the same but for line breaks, seconds, and numbers that another machine may round so."""
    text, other = (re.sub(r"\(\d+\.\d s\)", "", t).split() for t in (text, other))
    number = re.compile(r"\(?\d\.\d{4}[.,)]*")
    same = [
        abs(float(a.strip("(.,)")) - float(b.strip("(.,)"))) < 2e-3
        if number.fullmatch(a) and number.fullmatch(b)
        else a == b
        for a, b in zip(text, other)
    ]
    return len(text) == len(other) and all(same)


def test_the_rows_that_are_shown_are_rows_of_the_example() -> None:
    shown = blocks("text")[0].splitlines()
    assert set(shown) <= set((ROOT / "examples" / "fruit.csv").read_text(encoding="utf-8").splitlines())


def test_the_message_that_is_shown_is_the_one_that_comes(elsewhere: Any, capsys: pytest.CaptureFixture[str]) -> None:
    (message,) = re.findall(r"`fruit\.csv: (line 3[^`]*)`", section("Your own table"))
    rows = Path("examples/fruit.csv").read_text(encoding="utf-8").splitlines()
    rows[2] = "heavy" + rows[2].lstrip("0123456789")
    Path("fruit.csv").write_text("\n".join(rows), encoding="utf-8")
    assert main(["train", "--csv", "fruit.csv", "--target", "kind"]) == 2
    assert f"fruit.csv: {message}" in capsys.readouterr().err


def parts(x: Any, y: Any) -> Any:
    """Divide rows into those to learn from and those to test on."""
    tested = held_out(y, 0.25, np.random.default_rng(0))
    return {"X_train": x[~tested], "y_train": y[~tested], "X_test": x[tested], "y_test": y[tested]}


def test_the_estimator_learns(capsys: pytest.CaptureFixture[str]) -> None:
    snippet, _ = blocks("python")
    exec(snippet, parts(*datasets.load_iris(return_X_y=True)))
    assert float(capsys.readouterr().out.removeprefix("test accuracy ")) >= 0.9


def test_arrays_are_learned_in_ten_lines(elsewhere: Any, capsys: pytest.CaptureFixture[str]) -> None:
    _, snippet = blocks("python")
    x, y = datasets.load_iris(return_X_y=True)
    exec(snippet, parts(x, y))
    last = capsys.readouterr().out.splitlines()[-1]
    assert float(last.removeprefix("test accuracy ")) >= 0.9
    assert load_model(Path("model.npz")).classes == ("setosa", "versicolor", "virginica")
    code = [line for line in snippet.splitlines() if line and "import" not in line]
    assert len(code) <= 10
