"""What a sweep over the float32 inputs found, on the page of its function."""

import json
from pathlib import Path
from typing import Any

import pytest

from nnmath.accuracy.sweep import INPUTS
from nnmath.site.library import read_library
from nnmath.site.sweeps import read_sweeps
from nnmath.site.verdicts import read_check
from nnmath.suite.catalogue import catalogue
from nnmath.suite.mathematics_digest import mathematics_digest

ROOT = Path(__file__).parents[2]


def row(**changed: Any) -> dict[str, Any]:
    """Return one function as `nnmath accuracy` writes it."""
    worst: dict[str, dict[str, Any]] = {
        "nnmath": {"value": 0.5, "derivative": 0.25},
        "PyTorch": {"value": 1.95, "derivative": "inf"},
    }
    return {
        "label": "relu",
        "inputs": INPUTS,
        "worst": {n: {p: {"ulp": ulp, "input": 1.0} for p, ulp in parts.items()} for n, parts in worst.items()},
        "digest": mathematics_digest(catalogue()["relu"]),
        **changed,
    }


def sides(folder: Path, *rows: dict[str, Any]) -> list[tuple[str, str, str]]:
    (folder / "accuracy.json").write_text(json.dumps(rows))
    sweeps = read_check(folder).sweeps
    return [(one.where, one.result, one.detail) for one in sweeps]


def test_a_sweep_is_shown_in_words(tmp_path: Path) -> None:
    expected = (
        "Every float32 input",
        "at most 0.5 ulp (the value) and 0.25 ulp (the derivative) off",
        "at the same inputs: PyTorch 1.9 ulp (the value) and no digit right (the derivative)",
    )
    assert sides(tmp_path, row()) == [expected]


def test_a_part_of_the_inputs_and_what_is_fixed_are_named(tmp_path: Path) -> None:
    (where, _, _), *_ = sides(tmp_path, row(label="binary_cross_entropy, targets = 1", inputs=4194304))
    assert where == "4,194,304 float32 inputs, targets = 1"


@pytest.mark.parametrize("text", ["", "{", "[1]", "[{}]", '{"label": 1}', '[{"worst": {}}]'])
def test_a_damaged_file_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "accuracy.json").write_text(text)
    assert read_sweeps(tmp_path / "accuracy.json") == []


@pytest.mark.parametrize("changed", [False, True])
def test_a_sweep_of_other_code_is_not_shown(tmp_path: Path, changed: bool) -> None:
    (tmp_path / "accuracy.json").write_text(json.dumps([row(digest="0") if changed else row()]))
    relu = next(one for one in read_library(ROOT) if one.name == "relu")
    shown = [side.name for side in read_check(tmp_path).of(relu).sides]
    assert shown == ([] if changed else ["Every float32 input"])
