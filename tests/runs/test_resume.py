"""A run that is stopped, in whatever way, goes on and ends with exactly the numbers of one that never was."""

import random
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.conftest import DEEP
from tests.runs.interrupted import results

KILLS = 20 if DEEP else 8


def begin(folder: Any) -> Any:
    """Start or continue the run in a process of its own, and return it when it has imported all that it needs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.runs.interrupted", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "begun\n"
    return process


def end(process: Any, timeout: Any) -> Any:
    """Kill the process after so many seconds, and return whether there was something left to kill."""
    try:
        _, shown = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        _, shown = process.communicate()
    assert process.returncode in (0, -9), shown
    assert "left as it is" not in shown  # no kill makes a file that is refused
    return process.returncode == -9


def test_killed_again_and_again_a_run_ends_with_exactly_the_same_numbers(tmp_path: Path) -> None:
    wanted, moments, kills, whole = results(), random.Random(6), 0, 0
    while kills < KILLS or not whole:
        folder = tmp_path / str(whole)
        if end(begin(folder), moments.uniform(0.0, 0.3) if kills < KILLS else 60):
            kills += 1
            continue
        assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == wanted
        assert len(list((folder / "checkpoints").iterdir())) == 6  # the last of each seed, of run and comparison
        whole += 1
    assert kills == KILLS
