"""Reports name and write everything as the author of the notes does."""

import pytest

from nnmath.notes import NotesReport
from nnmath.notes.document.files import read_notes_text
from nnmath.notes.verdicts.as_written import text_as_written
from nnmath.notes.verdicts.judging import judged


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("W_{i}_{[r]}_{r}", "W_{ir}"),
        (r"\delta_{[k]}", r"\delta_{k}"),
        (r"y_{[free]} and \gamma_{[one]}", r"y and \gamma"),
        (r"\hat{x}_{[direction]}", r"d\hat{x}"),
        ("g_{[2]}", "g"),
        (r"\text{sigmaB}(z)", r"\sigma_1(z)"),
        (r"w_{\text{hB}}", "w_{h1}"),
    ],
)
def test_names(name: str, written: str) -> None:
    assert text_as_written(name) == written


def report(text: str) -> str:
    return str(NotesReport("notes.md", judged(read_notes_text(text, "notes.md"))))


def test_values_that_are_computed_from_something_free() -> None:
    said = report(
        """<!-- nnmath: y {-1, 1}, x (D,), w (D,), S symmetric -->
$$L = \\log(1 + e^{-y w^T x}) + w^{\\top} S w$$
$$\\frac{\\partial L}{\\partial w} &= y\\, x$$
"""
    )
    assert "y = -1" in said or "y = 1" in said
    assert "S = R + R^\\top with R" in said
    assert "    \\frac{\\partial L}{\\partial w} = y\\, x\n" in said
    assert "_{[" not in said


def test_parameters_of_any_loss_are_not_shown() -> None:
    said = report("$$h = W x$$\n$$\\frac{\\partial L}{\\partial x} = 2 W^T \\frac{\\partial L}{\\partial h}$$\n")
    assert "does not hold" in said
    assert "varpi" not in said
