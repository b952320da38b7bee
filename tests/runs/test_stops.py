"""A run that is interrupted, that finds the disk full, or the folder in use, or that is whole already."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nnmath.commands.main import main
from nnmath.files import sole
from nnmath.runs.results import carry_out_all
from nnmath.training import checkpoints
from nnmath.training.loop import DivergenceError
from tests.training.stopping import FLAGS, RECIPE, Stop, kept, numbers, train_until

pytestmark = pytest.mark.usefixtures("every_epoch")


def test_a_run_that_is_whole_is_not_done_again_and_its_files_are_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ["train", "spiral", *FLAGS, "--out", str(tmp_path)]
    assert main(command) == 0
    first, before = capsys.readouterr(), {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    assert first.err == ""
    monkeypatch.setattr(checkpoints.Checkpoints, "save", lambda *_: pytest.fail("trained again"))
    assert main([*command, "--resume"]) == 0
    assert capsys.readouterr().out == first.out
    assert {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


def test_a_second_run_into_the_folder_is_told_and_touches_nothing(
    stopped: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.read_bytes() for path in checkpoints.files(stopped / "checkpoints")}
    with sole(stopped / ".run.lock"):
        assert main(["train", "spiral", *FLAGS, "--out", str(stopped)]) == 2
    assert capsys.readouterr().err == (
        f"nnmath: another process works in {stopped}; wait for it, or choose another folder\n"
    )
    assert {path: path.read_bytes() for path in checkpoints.files(stopped / "checkpoints")} == before
    train_until(stopped, 0)


def test_divergence_leaves_no_checkpoint_of_its_run(tmp_path: Path) -> None:
    train_until(tmp_path, 0)
    for batch, left in ((50, ["seed-3-epoch-6-of-6.npz"]), (0, [])):  # it diverges before its first one, or after it
        with pytest.raises(DivergenceError):
            train_until(tmp_path, 0, RECIPE.override(seeds=(3, 4), rate=1e300, batch=batch))
        assert kept(tmp_path) == left
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interruption_says_what_is_kept_and_how_to_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, number: Any, status: Any
) -> None:
    save = checkpoints.Checkpoints.save

    def interrupted(self: Any, progress: Any) -> None:
        save(self, progress)
        if progress.done == 2:
            os.kill(os.getpid(), number)

    monkeypatch.setattr(checkpoints.Checkpoints, "save", interrupted)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell ignores it for what runs in the background
    before = signal.getsignal(number)
    assert main(["train", "spiral", *FLAGS, "--out", str(tmp_path)]) == status
    assert signal.getsignal(number) == before
    assert capsys.readouterr().err == (
        f"\nnnmath: interrupted; {tmp_path}/checkpoints holds seed 3 as it was after epoch 2 of 6, and the same "
        "command with --resume goes on from there\n"
    )
    assert sorted(os.listdir(tmp_path)) == ["checkpoints"]


FULL_DISK = """
import resource, signal, sys
from nnmath.commands.main import main
from nnmath.training import checkpoints
checkpoints.INTERVAL = 0.0
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
sys.exit(main(sys.argv[2:]))
"""


def test_a_full_disk_is_reported_and_the_last_good_one_kept(tmp_path: Path) -> None:
    recipe = RECIPE.override(epochs=100)
    with pytest.raises(Stop):
        train_until(tmp_path, 30, recipe)
    room = str(max(path.stat().st_size for path in checkpoints.files(tmp_path / "checkpoints")) + 3000)
    flags = ["train", "spiral", *FLAGS, "--epochs", "100", "--l2", "1e-3", "--out", str(tmp_path), "--resume"]
    command = [sys.executable, "-c", FULL_DISK, room, *flags]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    last = kept(tmp_path)[-1].split("-")[3]
    assert int(last) > 30
    assert done.stderr.splitlines()[-1] == (
        f"nnmath: {tmp_path}/checkpoints/seed-3-epoch-{int(last) + 1}-of-100.npz could not be written: File too large; "
        f"free some space and try again; {tmp_path}/checkpoints holds seed 3 as it was after epoch {last} of 100, and "
        "the same command with --resume goes on from there"
    )
    assert len(kept(tmp_path)) == 2
    assert sorted(os.listdir(tmp_path / "checkpoints")) == sorted(kept(tmp_path))
    assert numbers(train_until(tmp_path, 0, recipe, resume=True)) == numbers(carry_out_all(recipe))
