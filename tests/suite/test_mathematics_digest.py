"""What makes a sweep stale: another equation or another line of code, and nothing else."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from nnmath.suite import mathematics_digest as digests
from nnmath.suite.catalogue import PACKAGE, Entry, catalogue

CODE = "nnmath/primitives/activations/silu.py"
SHARED = "nnmath/primitives/double_double.py"
TEXT = "silu.md"


@pytest.fixture
def silu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Entry:
    """Return the entry of silu in a copy of the project."""
    shutil.copytree(PACKAGE / "primitives", tmp_path / "nnmath" / "primitives")
    monkeypatch.setattr(digests, "PACKAGE", tmp_path / "nnmath")
    entry = catalogue()["silu"]
    return replace(entry, path=Path(shutil.copy(entry.path, tmp_path)))


@pytest.mark.parametrize(
    ("file", "old", "new", "stale"),
    [
        (TEXT, "## Backward\n", "## Backward\n\nMore prose.\n", False),
        (TEXT, "## A worked example\n", "## A worked example\n\n```math\n1 = 1 \\tag{91}\n```\n", False),
        (TEXT, r"\frac{", r"\dfrac{", True),
        (CODE, "# (12)", "# (13)", False),
        (CODE, "SiLU z / (1 + exp(-z)) of each entry.", "SiLU.", False),
        (CODE, "da * slope", "slope * da", True),
        (SHARED, "FAR = 600.0", "FAR = 650.0", True),
        ("nnmath/primitives/arguments.py", "1e-5", "1e-4", False),
        ("nnmath/primitives/sums.py", "SHORT_ROW, SHORT_COLUMN = 16, 32", "SHORT_ROW, SHORT_COLUMN = 8, 8", False),
    ],
)
def test_what_makes_figures_stale(silu: Entry, file: str, old: str, new: str, stale: bool) -> None:
    before = digests.mathematics_digest(silu)
    path = silu.path.parent / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert (digests.mathematics_digest(silu) != before) == stale
