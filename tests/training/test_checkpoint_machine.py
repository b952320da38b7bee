"""Checkpoints under anything that happens to them: a machine of Hypothesis kills, damages, fills the disk, goes on."""

import errno
import os
import shutil
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from nnmath.files import BusyError, WriteError, sole
from nnmath.runs.results import carry_out_all
from nnmath.training.checkpoints import files
from nnmath.training.progress import CheckpointError, OtherRunError
from tests.conftest import EXAMPLES
from tests.training.stopping import RECIPE, Stop, kept, numbers, train_until

EPOCHS = RECIPE.epochs
OTHER = RECIPE.override(rate=0.1)
WANTED = numbers(carry_out_all(RECIPE))


class Killed(BaseException):
    """The process is gone: nothing after this is done, not even what stands in a `finally`."""


class Runs(RuleBasedStateMachine):
    """One folder, and a run that is to end in it with the numbers of one that nothing happened to."""

    @initialize()
    def begin(self) -> None:
        self.out = Path(mkdtemp())
        self.unusable: set[str] = set()  # what was damaged, or put there by somebody else, and may be written anew

    def ends(self) -> None:
        found = self.train()
        if found is None:  # as the message says: without --resume it starts from the beginning
            found = self.train(resume=False)
        assert numbers(found) == WANTED

    def teardown(self) -> None:
        try:
            self.ends()
        finally:
            shutil.rmtree(self.out)

    @property
    def folder(self) -> Path:
        return self.out / "checkpoints"

    def content(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.folder.glob("*.npz*")}

    def train(self, epoch: int = 0, recipe: Any = RECIPE, resume: bool = True, error: Any = Stop) -> Any:
        """Go on from what is there; where nothing of it can be used the run says so and changes nothing."""
        before, told = self.content(), []
        try:
            with patch("nnmath.training.checkpoints.tell", told.append):
                return train_until(self.out, epoch, recipe, resume=resume, error=error)
        except CheckpointError:
            assert self.content() == before
            assert self.unusable >= {path.name for path in files(self.folder)}, "a good one was not used"
            return None
        finally:
            refused = [name for name in before if any(f"{name}: " in one and "left as it is" in one for one in told)]
            assert set(refused) <= self.unusable
            assert all(before[name] in self.content().values() for name in refused), "what was refused is gone"

    @rule(more=st.integers(1, 2))
    def is_stopped(self, more: int) -> None:
        good = [int(name.split("-")[3]) for name in kept(self.out) if name not in self.unusable]
        epoch = max(good, default=0) + more
        try:
            self.train(epoch)
        except Stop:
            assert f"seed-3-epoch-{epoch}-of-{EPOCHS}.npz" in kept(self.out)

    @rule(calls=st.integers(1, 5))
    def is_killed_while_it_writes(self, calls: int) -> None:
        """End at one of the steps of writing, and undo nothing of what stands there by then."""
        left = [calls]

        def counted(function: Any) -> Any:
            def step(*arguments: Any) -> Any:
                left[0] -= 1
                if left[0] <= 0:
                    raise Killed
                return function(*arguments)

            return step

        remove = shutil.rmtree

        def unless_gone(*arguments: Any, **options: Any) -> None:
            if left[0] > 0:
                remove(*arguments, **options)

        with (
            patch("os.fsync", counted(os.fsync)),
            patch("os.replace", counted(os.replace)),
            patch("shutil.rmtree", unless_gone),
        ):
            try:
                self.train()
            except Killed:
                (self.folder / ".writing.lock").touch()
                (self.out / ".run.lock").touch()

    @rule(calls=st.integers(1, 2))
    def finds_the_disk_full(self, calls: int) -> None:
        before, left = self.content(), [calls]

        def full(descriptor: int) -> None:
            left[0] -= 1
            if left[0] <= 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with patch("os.fsync", full), suppress(WriteError):
            self.train()
        assert not before or self.content(), "an earlier one is still there"

    @rule()
    def finds_another_process(self) -> None:
        before = self.content()
        with sole(self.out / ".run.lock"), pytest.raises(BusyError):
            train_until(self.out, 1, resume=True)
        assert self.content() == before

    @precondition(lambda self: self.folder.exists() and kept(self.out))
    @rule(which=st.integers(0, 9), where=st.floats(0, 1, exclude_max=True))
    def is_damaged(self, which: int, where: float) -> None:
        names = kept(self.out)
        path = self.folder / names[which % len(names)]
        content = path.read_bytes()
        path.write_bytes(content[: int(where * len(content))])
        self.unusable.add(path.name)

    @rule(epoch=st.integers(3, EPOCHS), epochs=st.sampled_from([EPOCHS, 9]))
    def holds_something_else(self, epoch: int, epochs: int) -> None:
        path = self.folder / f"seed-3-epoch-{epoch}-of-{epochs}.npz"
        self.folder.mkdir(exist_ok=True)
        path.write_bytes(b"something else")
        self.unusable.add(path.name)

    @precondition(lambda self: self.folder.exists() and kept(self.out))
    @rule()
    def is_asked_for_other_settings(self) -> None:
        before = self.content()
        with pytest.raises((OtherRunError, CheckpointError)):
            train_until(self.out, 0, OTHER, resume=True)
        assert self.content() == before


@pytest.mark.usefixtures("every_epoch")
def test_a_run_ends_with_the_same_numbers_whatever_happened() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Runs, settings=settings(max_examples=EXAMPLES // 3, stateful_step_count=8, deadline=None)
    )
