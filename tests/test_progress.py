"""Progress: a bar on a terminal, a line now and then in a log file."""

import io
import sys

import pytest

from nnmath.progress import ProgressBar, duration, progress


class Terminal(io.StringIO):
    """Standard error that is a terminal."""

    def isatty(self) -> bool:
        """Whether it is one."""
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, which the test moves on."""
    now = [100.0]
    monkeypatch.setattr("nnmath.progress.time.monotonic", lambda: now[0])
    return now


def test_a_log_file_gets_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch, clock: list[float]) -> None:
    log = io.StringIO()
    monkeypatch.setattr(sys, "stderr", log)
    with ProgressBar("spiral", "epochs", 1260) as shown:
        for _ in range(1260):  # 21 minutes, a second each
            clock[0] += 1
            shown.advance()
    lines = log.getvalue().splitlines()
    assert lines[:2] == ["spiral: 10 of 1,260 epochs, 10 s", "spiral: 40 of 1,260 epochs, 40 s"]
    assert lines[-1] == "spiral: 1,240 of 1,260 epochs, 20 min 40 s"
    assert len(lines) == 42


def test_a_short_run_says_nothing(monkeypatch: pytest.MonkeyPatch, clock: list[float]) -> None:
    log = io.StringIO()
    monkeypatch.setattr(sys, "stderr", log)
    assert list(progress(range(5), "spiral", "epochs")) == [0, 1, 2, 3, 4]
    assert log.getvalue() == ""


@pytest.mark.parametrize("hidden", [False, True])
def test_a_terminal_gets_a_bar_and_no_lines(monkeypatch: pytest.MonkeyPatch, clock: list[float], hidden: bool) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    for _ in progress(range(3), "spiral", "epochs", 3, hidden=hidden):
        clock[0] += 100
    assert ("spiral: 100%" in terminal.getvalue()) is not hidden
    assert "of 3" not in terminal.getvalue()


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.4, "0 s"), (59.7, "1 min 0 s"), (200, "3 min 20 s"), (3900, "1 h 5 min")]
)
def test_a_time_is_told_as_people_do(seconds: float, said: str) -> None:
    assert duration(seconds) == said
