"""Damaged files of every format are read or refused in a sentence that names them; `tests.fuzzing` tries more."""

from pathlib import Path

import pytest

from tests.fuzzing import Target, failures, targets


@pytest.mark.parametrize("target", targets(), ids=lambda target: target.name)
def test_a_damaged_file_is_read_or_refused(target: Target, tmp_path: Path) -> None:
    assert list(failures(target, 100, 0, tmp_path)) == []


@pytest.mark.parametrize(
    "error", [TypeError("of ours"), ValueError("without a name"), ValueError("{path}: two\nlines")]
)
def test_a_reader_that_fails_is_found(error: Exception, tmp_path: Path) -> None:
    def fails(path: Path) -> None:
        raise type(error)(str(error).format(path=path))

    assert len(list(failures(Target("file", (b"content",), fails, (b"word",)), 5, 0, tmp_path))) == 5
