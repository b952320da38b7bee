"""Folders of results under anything that happens to them: kills, full disks, and a second process that writes, too.

`python -m tests.runs.results_machine` is a process of its own: it forks, which one with the threads of other libraries
must not do.
"""

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from nnmath.commands.results_folder import keep_results
from nnmath.files import WriteError, finish_writing, json_bytes, read_json
from tests.conftest import EXAMPLES

FILES = ("curve.png", "metrics.json", "model.npz")
KILLED = 9


def write(out: Path, score: float, number: int) -> None:
    """Write the figures and the files of a run; which one a file is of can be told from it."""
    found = {"experiment": "spiral", "task": None, "test_accuracy": score, "number": number}
    keep_results(out, found, dict.fromkeys(FILES, json_bytes(found)))


def in_own_process(work: Callable[[], None]) -> int:
    """Fork, and return the process."""
    process = os.fork()
    if process == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return process


def killed_at(step: int, work: Callable[[], None]) -> None:
    """Let a process of its own do some work, and end it at a step of writing, with all that would undo what it did."""
    left = [step]

    def counted(function: Any) -> Any:
        def call(*arguments: Any, **options: Any) -> Any:
            left[0] -= 1
            if left[0] <= 0:
                os._exit(KILLED)
            return function(*arguments, **options)

        return call

    def until_killed() -> None:
        names = [(os, "fsync"), (os, "replace"), (os, "link"), (shutil, "rmtree"), (Path, "touch")]
        for module, name in names:
            setattr(module, name, counted(getattr(module, name)))
        work()

    os.waitpid(in_own_process(until_killed), 0)


class Folders(RuleBasedStateMachine):
    """One name for results, and runs with other scores that end in it, at once or one after the other."""

    @initialize()
    def begin(self) -> None:
        self.out = Path(mkdtemp(), "spiral")
        self.out.mkdir()
        self.number, self.best = 0, 0.0
        self.begun: set[int] = set()  # by a process that was killed
        self.scores: dict[int, float] = {}

    def teardown(self) -> None:
        shutil.rmtree(self.out.parent)

    def next(self, score: float) -> tuple[float, int]:
        self.number += 1
        self.scores[self.number] = score
        return score, self.number

    def folders(self) -> dict[str, int]:
        """The number of the run that each folder holds, all of whose files are of this run."""
        found = {}
        for folder in self.out.parent.iterdir():
            finish_writing(folder)
            numbers = {read_json(folder / name)["number"] for name in FILES if (folder / name).exists()}
            assert len(numbers) <= 1, f"files of the runs {numbers} in one folder"
            if numbers:
                assert all((folder / name).exists() for name in FILES)
                found[folder.name] = numbers.pop()
        return found

    @invariant()
    def the_best_run_is_kept_whole(self) -> None:
        folders = self.folders()
        score = self.scores.get(folders.get(self.out.name, 0), 0.0)
        assert score >= self.best
        self.best = score

    @rule(score=st.sampled_from((0.25, 0.5, 0.75)))
    def a_run_ends(self, score: float) -> None:
        score, number = self.next(score)
        write(self.out, score, number)
        assert number in self.folders().values()
        assert not list(self.out.glob(".*"))

    @rule(score=st.sampled_from((0.25, 0.5, 0.75)), step=st.integers(1, 14))
    def a_run_is_killed_while_it_writes(self, score: float, step: int) -> None:
        score, number = self.next(score)
        killed_at(step, lambda: write(self.out, score, number))

    @rule(score=st.sampled_from((0.25, 0.5, 0.75)), call=st.integers(1, 3), where=st.sampled_from(("fsync", "replace")))
    def a_run_finds_the_disk_full(self, score: float, call: int, where: str) -> None:
        score, number = self.next(score)
        finish_writing(self.out)
        before, left, function = self.folders(), [call], getattr(os, where)

        def full(*arguments: Any) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            function(*arguments)

        with patch(f"os.{where}", full), pytest.raises(WriteError, match="No space left on device"):
            write(self.out, score, number)
        assert self.folders() == before

    @rule(one=st.sampled_from((0.25, 0.5, 0.75)), other=st.sampled_from((0.25, 0.5, 0.75)))
    def two_runs_end_at_once(self, one: float, other: float) -> None:
        runs = [self.next(one), self.next(other)]
        processes = [in_own_process(lambda run=run: write(self.out, *run)) for run in runs]
        assert [os.waitpid(process, 0)[1] for process in processes] == [0, 0]
        kept = self.folders()
        lost = [score for score, number in runs if number not in kept.values()]
        assert all(score <= self.scores[kept[self.out.name]] for score in lost), "a better run was replaced"


def main() -> None:
    """Let anything happen to folders, and raise an error where they are not whole afterwards."""
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Folders, settings=settings(max_examples=EXAMPLES // 3, stateful_step_count=8, deadline=None)
    )


if __name__ == "__main__":
    main()
