"""Folders of results are whole whatever happened to them, and hold the best run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_folders_hold_whole_runs_and_the_best_one_whatever_happened() -> None:
    command = [sys.executable, "-m", "tests.runs.results_machine"]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
