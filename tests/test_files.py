"""Files are whole or not there."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from nnmath.files import BusyError, WriteError, opened, read_json, sole, write_files


def listing(folder: Any) -> Any:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_files_are_written_and_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    write_files(folder, {"a": b"1", "b": b"2"})
    write_files(folder, {"b": b"3"})
    assert listing(folder) == {"a": b"1", "b": b"3"}


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_leaves_what_was_there_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Any
) -> None:
    write_files(tmp_path, {"a": b"old a", "b": b"old b"})
    flush, calls = os.fsync, []

    def failing(descriptor: Any) -> None:
        calls.append(descriptor)
        if len(calls) == 2:
            raise error
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(type(error)):
        write_files(tmp_path, {"a": b"new a", "b": b"new b"})
    assert listing(tmp_path) == {"a": b"old a", "b": b"old b"}


def test_a_file_stands_in_its_place_only_when_all_are_flushed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[int] = []
    rename = os.replace
    monkeypatch.setattr(os, "fsync", flushed.append)

    def replace(source: Any, target: Any) -> None:
        assert len(flushed) == 2
        rename(source, target)

    monkeypatch.setattr(os, "replace", replace)
    write_files(tmp_path, {"a": b"1", "b": b"2"})
    assert set(listing(tmp_path)) == {"a", "b"}


def test_what_a_killed_process_left_is_no_obstacle_and_goes_away(tmp_path: Path) -> None:
    (tmp_path / ".writing").mkdir()
    (tmp_path / ".writing" / "a").write_bytes(b"half")
    (tmp_path / ".writing.lock").write_bytes(b"")
    write_files(tmp_path, {"b": b"1"})
    assert listing(tmp_path) == {"b": b"1"}


def let_others_go_on(path: Path) -> None:
    """Give other threads every chance to do what they should not."""
    for _ in range(20):
        path.exists()  # the interpreter's lock is released


def test_of_two_writers_one_waits_for_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename, order = os.replace, []

    def replace(source: Any, target: Any) -> None:
        order.append(threading.get_ident())
        let_others_go_on(tmp_path)
        rename(source, target)

    monkeypatch.setattr(os, "replace", replace)

    def write(content: Any) -> None:
        for _ in range(10):
            write_files(tmp_path, dict.fromkeys("abcd", content))

    writers = [threading.Thread(target=write, args=(content,)) for content in (b"1", b"2")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(order) == 2 * 10 * 4
    assert all(len({*order[i : i + 4]}) == 1 for i in range(0, len(order), 4)), "the files of one, then of the other"
    assert len({*listing(tmp_path).values()}) == 1
    assert set(listing(tmp_path)) == {*"abcd"}


@pytest.mark.parametrize(("error", "advice"), [(28, "; free some space and try again"), (5, "")])
def test_a_file_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Any, advice: Any
) -> None:
    def failing(_: Any) -> None:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(WriteError, match=f"{tmp_path}/a could not be written: {os.strerror(error)}{advice}$"):
        write_files(tmp_path, {"a": b"1"})


HOLD = "import sys; from pathlib import Path; from nnmath.files import sole\n"
HOLD += "with sole(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"


def test_a_lock_is_held_by_one_process_and_goes_with_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(BusyError, match=f"another process works in {tmp_path}"), sole(path):
            pass
        other.kill()
    assert path.exists()
    with sole(path), pytest.raises(BusyError), sole(path):
        pass
    assert not path.exists()


def test_a_lock_that_was_removed_while_we_waited_is_not_taken_for_one(tmp_path: Path) -> None:
    path, order = tmp_path / "lock", []

    def work(name: Any) -> None:
        for _ in range(5):
            with sole(path, wait=True):
                order.append(name)
                let_others_go_on(path)
                order.append(name)

    workers = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert order[::2] == order[1::2]
    assert sorted(order[::2]) == sorted(5 * [*range(8)])


@pytest.mark.parametrize("broken", ["a", "b", "c"])
def test_a_file_that_cannot_be_replaced_is_named_and_nothing_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: Any
) -> None:
    write_files(tmp_path, {"a": b"old a", "c": b"old c"})
    rename = os.replace

    def replace(source: Any, target: Any) -> None:
        if os.fspath(source).endswith(f".writing/{broken}"):
            raise PermissionError(13, os.strerror(13))
        rename(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(WriteError, match=f"{tmp_path}/{broken} could not be written: Permission denied$"):
        write_files(tmp_path, {"a": b"new a", "b": b"new b", "c": b"new c"})
    assert listing(tmp_path) == {"a": b"old a", "c": b"old c"}


def test_a_folder_in_the_place_of_a_file_is_named(tmp_path: Path) -> None:
    write_files(tmp_path, {"a": b"old"})
    (tmp_path / "b").mkdir()
    with pytest.raises(WriteError, match=f"{tmp_path}/b could not be written: Is a directory$"):
        write_files(tmp_path, {"a": b"new", "b": b"1"})
    assert (tmp_path / "a").read_bytes() == b"old"


def test_an_error_of_the_system_names_the_file_whenever_it_comes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    with pytest.raises(OSError, match="Input/output error") as caught, opened(tmp_path / "a"):
        raise OSError(5, os.strerror(5))
    assert caught.value.filename == str(tmp_path / "a")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "expected a JSON file, and it is none or a damaged one"),
        (b"\xff", "expected a JSON file, and it is none or a damaged one"),
        (b"[" * 100_000, "expected a JSON file, and it is nested too deeply"),
        (None, "expected a JSON file, and it has more than 67,108,864 bytes"),
    ],
)
def test_json_that_is_none_is_refused_by_name(tmp_path: Path, content: Any, said: str) -> None:
    path = tmp_path / "metrics.json"
    path.write_bytes(content or b"")
    if content is None:
        os.truncate(path, 2**40)  # takes no place on the disk
    with pytest.raises(ValueError, match=f"^{path}: {said}"):
        read_json(path)
