"""`reproduce`: the page that sets what was reported beside what came out."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from nnmath.commands.main import main
from nnmath.runs.experiments import BINARY_MOONS, RADIAL, RECIPES
from nnmath.runs.results_page import missed_requirements


@pytest.fixture(scope="module")
def results(tmp_path_factory: Any) -> Any:
    """Two short runs and the first pass; one of them cannot reach what it must."""
    folder = tmp_path_factory.mktemp("results")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(
            RECIPES, "radial", RADIAL.override(epochs=1, seeds=(0, 1), points=20, fresh=10, compare=("epochs=1,2",))
        )
        patch.setitem(RECIPES, "binary-moons", BINARY_MOONS.override(epochs=3, seeds=(4,)))
        status = main(["reproduce", "--out", str(folder), "--only", "first-pass", "binary-moons", "radial"])
    return folder, status, (folder / "README.md").read_text()


def test_the_table_holds_each_run_with_its_figures_and_seeds(results: Any) -> None:
    folder, _, page = results
    found = json.loads((folder / "radial" / "metrics.json").read_text())["median"]
    row = next(line for line in page.splitlines() if line.startswith("| [radial]"))
    assert f"test accuracy **{found['test_accuracy']:.4f}**" in row
    assert f"training accuracy **{found['accuracy']:.4f}**" in row
    assert "test accuracy ≥ 0.95" in row
    assert "| 0, 1 |" in row
    assert "| [binary-moons]" in page


def test_every_picture_and_file_that_the_page_names_is_there(results: Any) -> None:
    folder, _, page = results
    links = re.findall(r"\]\(([^)#]+)\)", page)
    assert {"radial/comparison.png", "radial/regions.png", "first-pass/first-pass.txt"} < set(links)
    assert all((folder / link).exists() for link in links)
    assert {f"#{name}" for name in ("radial", "binary-moons")} == set(re.findall(r"\]\((#[^)]+)\)", page))
    assert "| epochs | training loss |" in page


def test_each_run_has_its_settings_its_spread_and_its_classes(results: Any) -> None:
    folder, _, page = results
    found = json.loads((folder / "radial" / "metrics.json").read_text())
    low, high = found["quartiles"]["test_accuracy"]
    assert f"**{found['median']['test_accuracy']:.4f}** ({low:.4f} to {high:.4f})" in page
    assert "Network 2-4-2, 22 parameters, sigmoid, softmax output; descent, learning rate 0.3 with 1/t decay" in page
    assert "| inside | " in page
    assert f"NumPy {found['versions']['numpy']}" in page
    assert "radial/boundary.gif" in page


def test_an_interrupted_reproduce_leaves_the_page_of_what_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(recipe: Any, *_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("nnmath.commands.train.train_and_tell", interrupted)
    assert main(["reproduce", "--out", str(tmp_path), "--only", "first-pass", "radial"]) == 130
    assert "first-pass/first-pass.txt" in (tmp_path / "README.md").read_text()


def test_a_run_that_falls_short_is_told_and_fails(results: Any) -> None:
    folder, status, _ = results
    assert status == 1
    assert len(missed_requirements(folder)) == 1
    assert re.match(r"radial: the test accuracy is 0\.\d+, and 0\.95 is wanted", missed_requirements(folder)[0])


def test_a_name_that_is_none_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reproduce", "--out", str(tmp_path), "--only", "spirals"]) == 2
    assert "--only: there is no run spirals; did you mean spiral" in capsys.readouterr().err
