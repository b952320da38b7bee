"""Notes in the spellings of lecture notes: the right ones hold, and each planted mistake is refused.

A case is a file in `cases`. A line ``% mistake: this ==> that`` says what is changed in it to make it wrong.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from nnmath.notes import FAILS, HOLDS
from nnmath.notes.document.files import read_notes_text
from nnmath.notes.verdicts.judging import judged
from nnmath.notes.verdicts.verdict import Judged

CASES = sorted(Path(__file__).with_name("cases").iterdir())
_MISTAKE = re.compile(r".*mistake: (.*?) ==> (.*?)(?: -->)?$", re.MULTILINE)


def judge(text: str, path: Path) -> Judged:
    """Judge notes without the lines that describe mistakes."""
    return judged(read_notes_text(_MISTAKE.sub("", text), path.name))


def mistakes() -> Iterator[tuple[Path, str, str]]:
    """Every planted mistake: the file, what is changed, and into what."""
    for path in CASES:
        for right, wrong in _MISTAKE.findall(path.read_text(encoding="utf-8")):
            yield path, right, wrong


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
    text = path.read_text(encoding="utf-8")
    body = _MISTAKE.sub("", text)
    line = body.count("\n", 0, body.index(right)) + 1
    found = judge(body.replace(right, wrong, 1), path)
    failed = [one.parsed.statement for one in found.verdicts if one.state == FAILS]
    assert failed
    assert any(one.place.line <= line <= one.place.line + one.latex.count("\n") for one in failed)
