"""The run that trains a GPT: it learns, resumes exactly and leaves its files, and its model writes new text."""

import json
from pathlib import Path
from typing import Any

import pytest

from nnmath.commands.main import main
from nnmath.runs.gpt import carry_out_all
from nnmath.runs.gpt_recipe import GPTRecipe
from nnmath.training import checkpoints
from nnmath.training.checkpoints import checkpoints_in
from tests.training.stopping import Stop

RECIPE = GPTRecipe(
    blocks=1, heads=2, width=16, context=8, batch=4, steps=12, warmup=2, every=5, seeds=(0, 1), rate=0.01
)
FLAGS = ["--blocks", "1", "--heads", "2", "--width", "16", "--context", "8", "--batch", "4", "--warmup", "2"]


@pytest.fixture
def text(tmp_path: Path) -> Any:
    path = tmp_path / "text.txt"
    path.write_text("to be, or not to be, that is the question:\n" * 20, encoding="utf-8")
    return path


def train_until(out: Any, text: Any, step: Any, resume: Any = False) -> Any:
    """Train, and stop when the checkpoint after a step has been written; 0 is not at all."""
    with pytest.MonkeyPatch.context() as patch:
        save = checkpoints.Checkpoints.save

        def stopping(self: Any, progress: Any) -> None:
            save(self, progress)
            if progress.done == step:
                raise Stop

        patch.setattr(checkpoints.Checkpoints, "save", stopping)
        with checkpoints_in(out, resume) as folder:
            return carry_out_all(RECIPE, folder, 2, text)


def numbers(runs: Any) -> Any:
    return [(r.model.theta.tobytes(), r.training, r.validation, r.samples) for r in runs]


@pytest.mark.usefixtures("every_epoch")
@pytest.mark.parametrize("step", [1, 5, 11])
def test_a_run_that_was_stopped_ends_with_the_same_numbers(tmp_path: Path, text: Any, step: Any) -> None:
    whole = numbers(train_until(tmp_path / "whole", text, 0))
    with pytest.raises(Stop):
        train_until(tmp_path / "out", text, step)
    assert f"seed-0-step-{step}-of-12.npz" in [path.name for path in (tmp_path / "out" / "checkpoints").iterdir()]
    assert numbers(train_until(tmp_path / "out", text, 0, resume=True)) == whole


@pytest.mark.usefixtures("every_epoch")
def test_another_text_or_another_setting_is_refused(
    tmp_path: Path, text: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Stop):
        train_until(tmp_path / "out", text, 3)
    common = ["train", "gpt", "--text", str(text), "--out", str(tmp_path / "out"), "--resume", *FLAGS]
    assert main([*common, "--steps", "12", "--every", "5", "--rate", "0.02"]) == 2
    assert "rate: it was made with 0.01, and this run has 0.02" in capsys.readouterr().err
    text.write_text("other " * 200)
    assert main([*common, "--steps", "12", "--every", "5", "--rate", "0.01"]) == 2
    assert "it was made with other data" in capsys.readouterr().err


def test_the_run_learns_and_its_model_writes_on(tmp_path: Path, text: Any, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    flags = [*FLAGS, "--steps", "150", "--every", "50", "--rate", "0.02"]
    assert main(["train", "gpt", "--text", str(text), "--out", str(out), *flags]) == 0
    assert "gpt: validation loss" in capsys.readouterr().out
    names = {path.name for path in out.iterdir() if path.is_file()}
    assert names == {"curve.png", "attention.png", "samples.md", "summary.md", "metrics.json", "model.npz"}
    found = json.loads((out / "metrics.json").read_text())
    assert found["median"]["validation_loss"] < 0.7 * found["history"]["validation"]["0"]
    command = ["sample", str(out / "model.npz"), "--prompt", "to be", "--length", "40"]
    shown = []
    for extra in ([], [], ["--seed", "1"]):
        assert main([*command, *extra]) == 0
        shown.append(capsys.readouterr().out)
    assert shown[0] == shown[1] != shown[2]
    assert shown[0].startswith("to be")
    assert len(shown[0]) == 5 + 40 + 1


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--prompt", ""], "--prompt: expected at least one character"),
        (["--prompt", "ZZ"], "--prompt: expected characters of the text that was learned from, got 'Z'"),
        (["--length", "0"], "--length: expected a positive integer"),
        (["--temperature", "0"], "--temperature: expected a positive number"),
    ],
)
def test_a_sample_that_makes_no_sense_is_refused(
    tmp_path: Path, text: Any, capsys: pytest.CaptureFixture[str], flags: Any, message: Any
) -> None:
    out = tmp_path / "out"
    assert main(["train", "gpt", "--text", str(text), "--out", str(out), *FLAGS, "--steps", "3"]) == 0
    capsys.readouterr()
    assert main(["sample", str(out / "model.npz"), *flags]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "message"), [(b"", "expected text"), (b"\xff", "in UTF-8"), (b"abc", "more than 8")]
)
def test_a_text_that_is_none_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: Any, message: Any
) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(content)
    assert main(["train", "gpt", "--text", str(path), "--out", str(tmp_path / "out"), *FLAGS]) == 2
    assert message in capsys.readouterr().err
