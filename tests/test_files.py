"""Files are whole or not there."""

import os

import pytest

from nnmath.files import write_files


def listing(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_files_are_written_and_replaced(tmp_path):
    folder = tmp_path / "new" / "folder"
    write_files(folder, {"a": b"1", "b": b"2"})
    write_files(folder, {"b": b"3"})
    assert listing(folder) == {"a": b"1", "b": b"3"}


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_leaves_what_was_there_and_nothing_else(tmp_path, monkeypatch, error):
    write_files(tmp_path, {"a": b"old a", "b": b"old b"})
    flush, calls = os.fsync, []

    def failing(descriptor):
        calls.append(descriptor)
        if len(calls) == 2:
            raise error
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(type(error)):
        write_files(tmp_path, {"a": b"new a", "b": b"new b"})
    assert listing(tmp_path) == {"a": b"old a", "b": b"old b"}


def test_a_file_stands_in_its_place_only_when_all_are_flushed(tmp_path, monkeypatch):
    flushed, rename = [], os.replace
    monkeypatch.setattr(os, "fsync", flushed.append)

    def replace(source, target):
        assert len(flushed) == 2
        rename(source, target)

    monkeypatch.setattr(os, "replace", replace)
    write_files(tmp_path, {"a": b"1", "b": b"2"})
    assert set(listing(tmp_path)) == {"a", "b"}
