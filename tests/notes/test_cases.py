"""Notes in the spellings of lecture notes: the right ones hold, and each planted mistake is refused.

A case is a file in `cases`. A line ``% mistake: this ==> that`` says what is changed in it to make it wrong. One that
more than a slip of the pen would mend stands in a line ``% unexplained: this ==> that``, and is not judged.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from nnmath.notes import FAILS, HOLDS
from nnmath.notes.document.files import read_notes_text
from nnmath.notes.verdicts.equation_verdicts import UNEXPLAINED
from nnmath.notes.verdicts.judging import judged
from nnmath.notes.verdicts.verdict import Judged, Verdict

CASES = sorted(Path(__file__).with_name("cases").iterdir())
_MISTAKE = re.compile(r".*(mistake|unexplained): (.*?) ==> (.*?)(?: -->)?$", re.MULTILINE)


def judge(text: str, path: Path) -> Judged:
    """Judge notes without the lines that describe mistakes."""
    return judged(read_notes_text(_MISTAKE.sub("", text), path.name))


def mistakes(wanted: str = "mistake") -> Iterator[tuple[Path, str, str]]:
    """Every planted mistake of a kind: the file, what is changed, and into what."""
    for path in CASES:
        for kind, right, wrong in _MISTAKE.findall(path.read_text(encoding="utf-8")):
            if kind == wanted:
                yield path, right, wrong


def judge_with(path: Path, right: str, wrong: str) -> list[Verdict]:
    """Judge notes with a mistake; return the verdicts on the lines where it is."""
    body = _MISTAKE.sub("", path.read_text(encoding="utf-8"))
    line = body.count("\n", 0, body.index(right)) + 1
    found = judge(body.replace(right, wrong, 1), path).verdicts
    lines = [(one, one.parsed.statement) for one in found]
    return [one for one, at in lines if at.place.line <= line <= at.place.line + at.latex.count("\n")]


@pytest.mark.long_list
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_right_notes_hold(path: Path) -> None:
    found = judge(path.read_text(encoding="utf-8"), path)
    assert [(one.state, one.parsed.statement.latex, one.reason) for one in found.verdicts if one.state != HOLDS] == []
    claims = [one for one in found.verdicts if not one.defines or len(one.parsed.texts) > 2]
    assert claims or path.stem in ("rnn", "lstm")


@pytest.fixture
def _not_made_simple(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave a counterexample as it was found; that it is made simple is tested beside these."""
    monkeypatch.setattr("nnmath.latex.claims.running.MOST_SHRINKS", 6)


@pytest.mark.long_list
@pytest.mark.usefixtures("_not_made_simple")
@pytest.mark.parametrize(("path", "right", "wrong"), list(mistakes()), ids=lambda one: getattr(one, "stem", None))
def test_a_mistake_is_refused_on_its_line(path: Path, right: str, wrong: str) -> None:
    assert FAILS in [one.state for one in judge_with(path, right, wrong)]


@pytest.mark.long_list
@pytest.mark.parametrize(
    ("path", "right", "wrong"), list(mistakes("unexplained")), ids=lambda one: getattr(one, "stem", None)
)
def test_a_mistake_that_no_slip_explains_does_not_hold_as_it_was_read(path: Path, right: str, wrong: str) -> None:
    assert any(UNEXPLAINED in one.reason for one in judge_with(path, right, wrong))
