"""A command whose output or messages go nowhere ends with a status that says so, and never with a traceback."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from nnmath.commands.status import COULD_NOT_RUN
from nnmath.progress import EVERY, FIRST, ProgressBar

CHECK = ["check", "layer.py:square", "--examples", "3"]
LAYER = (
    'def square(x: "N"):\n    return x**2, lambda g: 2 * g * x\n\n\ndef wrong(x: "N"):\n    return x, lambda g: 2 * g\n'
)


def run(folder: Path, arguments: list[str], streams: str, **environment: str) -> tuple[int, str]:
    """Run a command with its streams as a shell sets them; its status, and what is on standard error."""
    (folder / "layer.py").write_text(LAYER)
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {streams}', "sh", sys.executable, "-m", "nnmath", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


@pytest.mark.parametrize("arguments", [CHECK, [*CHECK, "--json"], ["--version"], ["--help"]])
def test_a_closed_standard_output_is_no_verdict(tmp_path: Path, arguments: list[str]) -> None:
    status, said = run(tmp_path, arguments, ">&-")
    assert status == COULD_NOT_RUN
    assert said.startswith("nnmath: standard output is closed")


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["completion", "bash"], ["check", "--help"]])
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_a_full_disk_is_told(tmp_path: Path, arguments: list[str]) -> None:
    assert run(tmp_path, arguments, ">/dev/full") == (COULD_NOT_RUN, "nnmath: [Errno 28] No space left on device\n")


@pytest.mark.parametrize("streams", ["2>&-", "2>/dev/full", "<&- 2>&-"])
def test_messages_that_cannot_be_written_do_not_change_the_status(tmp_path: Path, streams: str) -> None:
    if "full" in streams and not Path("/dev/full").exists():
        pytest.skip("this system has no disk that is always full")
    assert run(tmp_path, CHECK, streams) == (0, "")
    assert run(tmp_path, ["check", "layer.py:missing"], streams) == (COULD_NOT_RUN, "")


def test_signs_that_an_encoding_lacks_are_written_as_escapes(tmp_path: Path) -> None:
    status, said = run(tmp_path, ["check", "layer.py:wrong", "--examples", "3"], "", PYTHONIOENCODING="ascii")
    assert (status, said) == (1, "")


def test_who_reads_no_further_ends_the_command_as_a_signal_does(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "nnmath", "completion", "bash"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, env=environment, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (128 + signal.SIGPIPE, b"")


def test_work_goes_on_where_its_progress_cannot_be_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as unread:
        monkeypatch.setattr(sys, "stderr", unread)
        with ProgressBar("work", "parts", 3) as bar:
            for _ in range(3):
                now += FIRST + EVERY
                bar.advance()
    assert bar.done == 3
