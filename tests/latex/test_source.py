"""Files of formulas: text in UTF-8, of a length that somebody would write."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from nnmath.latex import DerivationError, read
from nnmath.latex.source import LONGEST, read_source
from nnmath.notes.document.files import read_notes


def test_lines_may_end_in_any_way(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"a\r\nb\rc\nd")
    assert read_source(path) == "a\nb\nc\nd"


@pytest.mark.parametrize("reader", [read, read_notes])
def test_no_more_is_read_than_somebody_would_write(tmp_path: Path, reader: Callable[[Path], object]) -> None:
    path = tmp_path / "a.md"
    path.touch()
    os.truncate(path, 2**40)  # takes no place on the disk
    with pytest.raises(DerivationError, match=rf"^{path}:1:1: expected formulas, got a file of more than {LONGEST:,} "):
        reader(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.tex")
    with pytest.raises(DerivationError, match="expected a file, got a pipe"):
        read_notes(tmp_path / "a.tex")


def test_the_place_of_a_byte_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.tex").write_bytes(b"one\ntwo \xff\n")
    with pytest.raises(DerivationError, match=r"a\.tex:2:5: expected text in UTF-8, got the byte 0xff"):
        read_notes(tmp_path / "a.tex")


def test_an_error_of_the_system_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"a\.md") as caught:
        read_source(tmp_path / "a.md")
    assert caught.value.filename == str(tmp_path / "a.md")
