"""`nnmath check notes.tex`, as a person meets it: exit statuses, JSON, the page, annotations from a file."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from nnmath.commands.main import main

EXAMPLES = Path(__file__).parents[2] / "examples"


def checked(capsys: Any, *words: object) -> tuple[int, str, str]:
    """Run the command; return the status and what was printed."""
    status = main(["check", *map(str, words)])
    shown = capsys.readouterr()
    return status, shown.out, shown.err


def test_right_notes_are_right(capsys: Any) -> None:
    status, out, _ = checked(capsys, EXAMPLES / "right" / "notes.tex")
    assert status == 0
    assert "of 7 equations 7 hold" in out


@pytest.mark.usefixtures("checked_here")
def test_the_readme_shows_what_is_printed_for_wrong_notes(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLES.parent)
    status, out, _ = checked(capsys, "examples/wrong/notes.tex")
    assert status == 1
    readme = (EXAMPLES.parent / "README.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"\$ python -m nnmath check examples/wrong/notes.tex\n(.*?)\n\.\.\.\n", readme, re.DOTALL)
    assert out.startswith(shown)
    assert "notes.tex:23  equation (eq:weights) does not hold" in out


@pytest.mark.usefixtures("checked_here")
def test_json_has_a_verdict_for_every_equation(capsys: Any) -> None:
    status, out, _ = checked(capsys, EXAMPLES / "wrong" / "notes.tex", "--json")
    found = json.loads(out)
    assert status == 1
    assert (found["ok"], found["held"], found["failed"], found["not_judged"]) == (False, 5, 2, 0)
    assert [one["line"] for one in found["verdicts"] if one["verdict"] == "does not hold"] == [18, 23]
    assert found["shapes"]["y"] == {"shape": ["K"], "domain": "probabilities"}


@pytest.mark.usefixtures("checked_here")
def test_the_page_shows_each_equation_beside_its_verdict(tmp_path: Path, capsys: Any) -> None:
    page = tmp_path / "notes.html"
    checked(capsys, EXAMPLES / "wrong" / "notes.tex", "--page", page)
    text = page.read_text(encoding="utf-8")
    assert text.count("<li ") == 7
    assert text.count("<math") >= 7
    assert len(re.findall(r'class="failed" id="line-(18|23)"', text)) == 2
    assert re.search(r"holds, defines <math(?![^>]*display)", text)


@pytest.mark.usefixtures("checked_here")
def test_the_page_says_what_holds_in_part(tmp_path: Path, capsys: Any) -> None:
    notes, page = tmp_path / "notes.md", tmp_path / "notes.html"
    notes.write_text("$$L = w^2$$\n\n$$\\frac{\\partial L}{\\partial w} = 2 w + = 2 w$$\n")
    checked(capsys, notes, "--page", page)
    text = page.read_text(encoding="utf-8")
    assert re.findall(r'class="(\w+)" id="line-(\d)"', text) == [("held", "1"), ("part", "3")]
    assert text.count("holds in part") == 1


@pytest.mark.usefixtures("checked_here")
def test_annotations_come_from_a_file(tmp_path: Path, capsys: Any) -> None:
    notes, symbols = tmp_path / "notes.md", tmp_path / "symbols.txt"
    notes.write_text("$$f = w^T x$$\n\n$$\\frac{\\partial f}{\\partial w} = x$$\n")
    symbols.write_text("# shapes\nw (D,), x (D,)\n")
    status, out, _ = checked(capsys, notes, "--symbols", symbols)
    assert status == 0
    assert "read with w (D,), x (D,)" in out


@pytest.mark.usefixtures("checked_here")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no mathematics", "there is no displayed equation"),
        ("\\input{other}", "notes.tex:1:1: \\input of other: other files are not read"),
        ("\\[ x = 1", "\\[ is never closed by \\]"),
        ("% nnmath: W (D; M)\n\\[ x = 1 \\]", "an annotation could not be read"),
        ("\\[ y = 3 x \\]", "no equation claims anything that could be judged"),
        ("\\[ a = \\lim_{x \\to 0} x \\]", "no equation claims anything that could be judged"),
    ],
)
def test_without_a_verdict_the_status_is_2(tmp_path: Path, capsys: Any, text: str, said: str) -> None:
    notes = tmp_path / "notes.tex"
    notes.write_text(text)
    status, _, error = checked(capsys, notes)
    assert status == 2
    assert said in error


@pytest.mark.usefixtures("checked_here")
def test_definitions_alone_ask_for_what_they_are_compared_with(tmp_path: Path, capsys: Any) -> None:
    notes = tmp_path / "notes.tex"
    notes.write_text("\\[ f(x) = \\frac{1}{1 + e^x} \\]\n")
    status, out, _ = checked(capsys, notes)
    assert (status, "1 hold (1 as definitions)" in out, "% nnmath: f(x) = ..." in out) == (2, True, True)
    notes.write_text("% nnmath: f(x) = \\frac{1}{1 + e^{-x}}\n" + notes.read_text())
    assert checked(capsys, notes)[0] == 1


@pytest.mark.usefixtures("checked_here")
@pytest.mark.parametrize(
    ("claim", "status", "verdict"),
    [
        (r"\frac{\partial f}{\partial x} = 2 x", 2, "2 hold"),
        (r"\frac{\partial f}{\partial x} = 3 x", 1, "1 does not hold"),
        (r"x^T A x = x^T A^T x + x^T A x", 2, "1 is not judged"),
    ],
)
def test_an_annotation_that_cannot_be_read_is_said_and_the_rest_is_judged(
    tmp_path: Path, capsys: Any, claim: str, status: int, verdict: str
) -> None:
    notes = tmp_path / "notes.tex"
    notes.write_text(f"\\[ f = x^2 \\]\n% nnmath: A (D, D) symetric\n\\[ {claim} \\]\n")
    found, out, _ = checked(capsys, notes)
    assert (found, verdict in out) == (status, True)
    assert f"{notes}:2:1: the annotation 'A (D, D) symetric' is not understood" in out


def test_options_for_notes_belong_to_notes(capsys: Any) -> None:
    status, _, error = checked(capsys, "sigmoid", "--page", "page.html")
    assert status == 2
    assert "--page belongs to notes" in error
