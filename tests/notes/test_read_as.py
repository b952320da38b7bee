"""Spellings that an annotation explains: where they stand, what is read, what is said of one that stands nowhere."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnmath.latex import Place
from nnmath.notes import HOLDS, check_notes
from nnmath.notes.document.read_as import explained
from nnmath.notes.document.source import Annotation


def read(annotation: str, latex: str) -> str:
    """What is read in the place of a formula, without spaces."""
    for one in explained([Annotation(annotation, Place(1, 1))])[0]:
        latex = one.applied(latex)
    return "".join(latex.split())


@pytest.mark.parametrize(
    ("annotation", "written", "meant"),
    [
        (r"read \nabla(\nabla #1) as \nabla^2 #1", r"\nabla ( \nabla E ) = H", r"\nabla^2E=H"),
        (r"read w_I as i, read c_{K} as k", r"u_{w_{I}} + w_I c_K", r"u_{i}+ik"),
        (r"read d as D", r"\delta d + {d}_d", r"\deltaD+{D}_D"),
        (r"read \langle #1 \rangle as \mathbb{E}[#1]", r"\langle (a + b) \rangle", r"\mathbb{E}[(a+b)]"),
        (r"read [#1, #2] as (#1 #2 - #2 #1)", r"[A, (B, C)]", r"(A(B,C)-(B,C)A)"),
        (r"read #1 \to #1 as 0", r"x \to x + x \to y", r"0+x\toy"),
        (r"read D#1 as \partial #1", r"D{x_1} f", r"\partial{x_1}f"),
        (r"read a as b; read b as c", "a + b", "c+c"),
        (r"read $a$ as $a^2$, read c as 1", "a c a", "a^21a^2"),
        (r"read ℓ as L", r"\ell", "L"),
        (r"read \text{const} as", r"x + \text{const}", "x+"),
        (r"read ( #1 ) as #1", "(a) (b", "a(b"),
        (r"read \qty(#1) as (#1)", r"\qty(1 - \sigma\qty(x))", r"(1-\sigma(x))"),
    ],
)
def test_what_is_read(annotation: str, written: str, meant: str) -> None:
    assert read(annotation, written) == meant


def test_annotations_beside_spellings_stay() -> None:
    found, rest = explained([Annotation(r"W (D, M); read p(x; #1) as p(x, #1); y label 1..K", Place(3, 1))])
    assert [one.meaning for one in found] == ["p(x, #1)"]
    assert [(one.text, one.place.line) for one in rest] == [("W (D, M)", 3), ("y label 1..K", 3)]


@given(st.text(r"ab{}()\# 1" + "\n", max_size=30))
def test_lines_keep_their_numbers(latex: str) -> None:
    for one in explained([Annotation(r"read a #1 b as (#1)", Place(1, 1))])[0]:
        assert one.applied(latex).count("\n") == latex.count("\n")


NOTES = r"""% nnmath: read \natural\{#1\} as (#1)^2, read \unused as 1
$$ f = \natural\{
w \} $$
$$ \frac{\partial f}{\partial w} = 2 w $$
"""


@pytest.mark.parametrize("name", ["notes.md", "notes.tex"])
def test_notes_with_an_explained_spelling(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(NOTES, encoding="utf-8")
    report = check_notes(tmp_path / name)
    assert [one.state for one in report.verdicts] == [HOLDS, HOLDS]
    assert not report.ok
    assert len(report.problems) == 1
    assert "changes nothing: no formula has this spelling" in report.problems[0]


def test_a_spelling_may_be_explained_beside_the_notes(tmp_path: Path) -> None:
    (tmp_path / "notes.tex").write_text(NOTES.partition("\n")[2], encoding="utf-8")
    unread = check_notes(tmp_path / "notes.tex")
    assert "a spelling that cannot be read can be explained" in str(unread)
    (tmp_path / "symbols.txt").write_text(NOTES.partition("\n")[0], encoding="utf-8")
    assert check_notes(tmp_path / "notes.tex", tmp_path / "symbols.txt").ok


@pytest.mark.parametrize("annotation", ["read a", "read #1 as a", "read as a"])
def test_what_cannot_be_understood_is_said(annotation: str, tmp_path: Path) -> None:
    (tmp_path / "notes.tex").write_text(f"% nnmath: {annotation}\n$$ a = 1 $$\n", encoding="utf-8")
    (problem,) = check_notes(tmp_path / "notes.tex").problems
    assert f"{annotation!r} changes nothing: it is not understood" in problem
