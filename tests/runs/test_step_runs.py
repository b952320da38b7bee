"""The runs that are counted in steps: they learn, resume exactly and leave their files."""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnmath.commands.main import main
from nnmath.data.mnist import FILES
from nnmath.runs.step_runs import STEP_RUNS
from nnmath.training import checkpoints
from nnmath.training.checkpoints import checkpoints_in
from tests.training.stopping import Stop

#: Settings with which a run takes a moment, by its name. The GPT has tests of its own.
SMALL: dict[str, dict[str, Any]] = {
    "lenet": {"images": 40, "batch": 8, "steps": 7, "every": 3, "warmup": 2},
    "lstm": {"length": 20, "width": 4, "batch": 4, "steps": 7, "every": 3, "warmup": 2},
    "batchnorm": {"images": 40, "blocks": 3, "width": 5, "batch": 8, "steps": 7, "every": 3, "warmup": 2},
}
FILES_OF = {
    "lenet": {"curve.png", "filters.png", "maps.png", "confusion.png", "wrong.png", "model.npz"},
    "lstm": {"gradients.png", "curve.png", "model.npz"},
    "batchnorm": {"sizes.png", "curve.png", "model.npz"},
}


@pytest.fixture
def digits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Images in which the place of a bright square tells the digit, where MNIST is looked for."""
    rng, folder = np.random.default_rng(0), tmp_path / "mnist"
    folder.mkdir()
    for name, count in zip(FILES, (60, 60, 30, 30), strict=True):
        labels = np.arange(count) % 10
        images = rng.integers(0, 60, (count, 28, 28))
        for image, label in zip(images, labels, strict=True):
            image[2 + 12 * (label // 5) :, 1 + 5 * (label % 5) :][:8, :6] = 255
        array = (images if "images" in name else labels).astype(np.uint8)
        header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
        (folder / name).write_bytes(header + array.tobytes())
    monkeypatch.setenv("NNMATH_DATA", str(folder))


def small(name: str, **settings: Any) -> Any:
    recipe = STEP_RUNS[name].recipe
    return recipe.__class__(**{**SMALL[name], **settings})


def train_until(name: str, out: Path, step: int, resume: bool = False) -> Any:
    """Train, and stop when the checkpoint after a step has been written; 0 is not at all."""
    with pytest.MonkeyPatch.context() as patch:
        save = checkpoints.Checkpoints.save

        def stopping(self: Any, progress: Any) -> None:
            save(self, progress)
            if progress.done == step:
                raise Stop

        patch.setattr(checkpoints.Checkpoints, "save", stopping)
        with checkpoints_in(out, resume) as folder:
            return STEP_RUNS[name].carry_out_all(small(name, seeds=(0, 1)), folder, 2)


def numbers(value: Any) -> Any:
    """Return all that came of runs, but for how long they took, as what can be compared."""
    if hasattr(value, "_asdict"):
        value = {name: part for name, part in value._asdict().items() if name != "seconds"}
    if isinstance(value, dict):
        return {key: numbers(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [numbers(part) for part in value]
    return value.tobytes() if isinstance(value, np.ndarray) else value


@pytest.mark.usefixtures("every_epoch", "digits")
@pytest.mark.parametrize("name", SMALL)
def test_a_run_that_was_stopped_ends_with_the_same_numbers(tmp_path: Path, name: str) -> None:
    whole = numbers(train_until(name, tmp_path / "whole", 0))
    for step in (2, 3):
        out = tmp_path / f"stopped-{step}"
        with pytest.raises(Stop):
            train_until(name, out, step)
        assert numbers(train_until(name, out, 0, resume=True)) == whole


@pytest.mark.usefixtures("digits")
@pytest.mark.parametrize("name", SMALL)
def test_a_run_leaves_its_files_and_a_goal_is_told_when_missed(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(STEP_RUNS, name, STEP_RUNS[name]._replace(recipe=small(name)))  # type: ignore[misc]
    assert main(["reproduce", "--only", name, "--out", str(tmp_path / "out")]) == 1
    said = capsys.readouterr().out
    goal = STEP_RUNS[name].recipe.goal
    assert f"{name}: the {goal.words} is" in said
    folder = tmp_path / "out" / name
    names = {path.name for path in folder.iterdir() if path.is_file()}
    assert names == FILES_OF[name] | {"metrics.json", "summary.md"}
    page = (tmp_path / "out" / "README.md").read_text()
    for picture in sorted(picture for picture in names if picture.endswith(".png")):
        assert f"({name}/{picture})" in page
    found = json.loads((folder / "metrics.json").read_text())
    assert goal.missed(found["median"][goal.figure])


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("wrong", [{"batch": 0}, {"rate": float("nan")}, {"warmup": 10**9}, {"seeds": (-1,)}])
def test_settings_that_make_no_sense_are_refused(name: str, wrong: Any) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(wrong))}: expected"):
        small(name, **wrong)
