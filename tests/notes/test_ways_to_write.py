"""The same notes in other spellings: they hold in each, and their mistake is refused in each."""

import pytest

from nnmath.notes import FAILS, HOLDS
from nnmath.notes.document.files import read_notes_text
from nnmath.notes.verdicts.judging import judged
from tests.notes.ways_to_write import NOTES, ways, written


def states(name: str, mark: str, way: str, wrong: bool) -> list[str]:
    """Judge a note in a spelling."""
    return [one.state for one in judged(read_notes_text(written(name, mark, way, wrong), "notes.md")).verdicts]


@pytest.mark.long_list
@pytest.mark.parametrize(("name", "mark", "way"), list(ways()))
def test_a_note_is_the_same_in_every_spelling(name: str, mark: str, way: str) -> None:
    lines, _, _ = NOTES[name]
    assert states(name, mark, way, wrong=False) == [HOLDS] * len(lines)
    assert FAILS in states(name, mark, way, wrong=True)
