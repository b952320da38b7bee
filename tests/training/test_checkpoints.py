"""Which checkpoint a run goes on from, which are refused and why, and what is said about it."""

import os
import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnmath.archive import archive_bytes, read_archive
from nnmath.commands.main import main
from nnmath.runs import run as running
from nnmath.runs.results import carry_out_all
from nnmath.runs.run import carry_out
from nnmath.training import checkpoints
from nnmath.training.checkpoints import CheckpointFolder
from nnmath.training.progress import CheckpointError, OtherRunError
from tests.training.stopping import FLAGS, RECIPE, Stop, kept, numbers, train_until

pytestmark = pytest.mark.usefixtures("every_epoch")


def damage(path: Any) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_the_newest_one_and_the_one_before_are_kept_and_then_the_last(stopped: Any) -> None:
    assert kept(stopped) == ["seed-3-epoch-3-of-6.npz", "seed-3-epoch-4-of-6.npz"]
    train_until(stopped, 0, resume=True)
    assert kept(stopped) == ["seed-3-epoch-6-of-6.npz"]
    assert sorted(os.listdir(stopped)) == ["checkpoints"]


@pytest.mark.parametrize("update", ["descent", "momentum", "rmsprop", "adam"])
@pytest.mark.parametrize("epoch", [1, 5, 6])
def test_whatever_the_update_and_the_epoch_the_numbers_are_the_same(tmp_path: Path, update: Any, epoch: Any) -> None:
    recipe = RECIPE.override(update=update, schedule="step", every=2, seeds=(5, 3))
    with pytest.raises(Stop):
        train_until(tmp_path, epoch, recipe)
    assert numbers(train_until(tmp_path, 0, recipe, resume=True)) == numbers(carry_out_all(recipe))


def test_without_snapshots_and_in_float32_the_numbers_are_the_same_too(tmp_path: Path) -> None:
    drawn = RECIPE.data
    recipe = replace(RECIPE, data=partial(lambda rng: (data := drawn(rng))._replace(x=data.x.astype(np.float32))))
    with pytest.raises(Stop):
        train_until(tmp_path, 4, recipe, snapshots=False)
    run = train_until(tmp_path, 0, recipe, resume=True, snapshots=False)
    assert run[0].model.layers[0][0].dtype == np.float32
    assert numbers(run) == numbers([carry_out(recipe, 3)])


def test_a_damaged_one_is_named_and_the_one_before_gone_on_from(
    stopped: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    newest = stopped / "checkpoints" / "seed-3-epoch-4-of-6.npz"
    damage(newest)
    content = newest.read_bytes()
    with pytest.raises(Stop):
        train_until(stopped, 4, resume=True)  # which writes the same one anew
    shown = capsys.readouterr().err
    assert f"nnmath: {newest}: no checkpoint, or a damaged one (its index or one of its arrays is damaged" in shown
    assert f"going on from {stopped}/checkpoints/seed-3-epoch-3-of-6.npz\n" in shown
    assert newest.read_bytes() != content
    assert kept(stopped) == ["seed-3-epoch-3-of-6.npz", "seed-3-epoch-4-of-6.npz"]
    aside = newest.with_name(f"{newest.name}.refused-1")
    assert aside.read_bytes() == content
    assert f"nnmath: {newest} was refused and is written anew; the refused one is kept as {aside.name}\n" in shown


def test_a_damaged_one_is_left_and_never_takes_the_place_of_a_good_one(stopped: Any) -> None:
    newest = stopped / "checkpoints" / "seed-3-epoch-5-of-6.npz"
    newest.write_bytes(b"something else")
    with pytest.raises(Stop):
        train_until(stopped, 4, resume=True, recipe=RECIPE.override(seeds=(3, 4)).override(seeds=(4,)))
    assert newest.read_bytes() == b"something else"
    assert kept(stopped)[-1] == "seed-3-epoch-5-of-6.npz"
    assert numbers(train_until(stopped, 0, resume=True)) == numbers(carry_out_all(RECIPE))


def test_a_refused_one_is_still_there_at_the_end(stopped: Any) -> None:
    newest = stopped / "checkpoints" / "seed-3-epoch-5-of-9.npz"
    newest.write_bytes(b"something else")
    train_until(stopped, 0, resume=True)
    assert newest.read_bytes() == b"something else"
    assert kept(stopped) == ["seed-3-epoch-5-of-9.npz", "seed-3-epoch-6-of-6.npz"]


def test_resuming_with_other_seeds_says_that_they_start_from_the_beginning(
    stopped: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    train_until(stopped, 0, RECIPE.override(seeds=(8,)), resume=True)
    assert capsys.readouterr().err == (
        f"nnmath: {stopped}/checkpoints has no checkpoint of seed-8, only of seed-3; seed-8 starts from the beginning\n"
    )


def test_seeds_that_a_run_had_not_reached_start_without_a_notice(
    stopped: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    train_until(stopped, 0, RECIPE.override(seeds=(3, 4)), resume=True)
    assert "no checkpoint" not in capsys.readouterr().err


def test_a_folder_of_checkpoints_that_is_a_symbolic_link_is_refused(stopped: Any, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (stopped / "checkpoints").rename(elsewhere)
    (stopped / "checkpoints").symlink_to(elsewhere)
    before = sorted(os.listdir(elsewhere))
    for resume in (False, True):
        with pytest.raises(CheckpointError, match="is a symbolic link"):
            train_until(stopped, 0, resume=resume)
    assert sorted(os.listdir(elsewhere)) == before


def test_where_none_is_good_the_run_ends_and_nothing_is_changed(
    stopped: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in checkpoints.files(stopped / "checkpoints"):
        damage(path)
    contents = {path: path.read_bytes() for path in checkpoints.files(stopped / "checkpoints")}
    assert main(["train", "spiral", *FLAGS, "--out", str(stopped), "--resume"]) == 2
    shown = capsys.readouterr().err
    assert shown.count("no checkpoint, or a damaged one (its index or one of its arrays is damaged") == 2
    assert shown.splitlines()[-1].startswith("nnmath: no checkpoint of seed-3 in")
    assert {path: path.read_bytes() for path in checkpoints.files(stopped / "checkpoints")} == contents


def test_where_there_is_none_the_run_begins_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    train_until(tmp_path, 0, resume=True)
    assert capsys.readouterr().err == (
        f"nnmath: there is no checkpoint in {tmp_path}/checkpoints; starting from the beginning\n"
    )


@pytest.mark.parametrize(
    ("setting", "value", "message"),
    [
        ("rate", 0.1, "rate: it was made with 0.05, and this run has 0.1"),
        ("noise", 0.1, "noise: it was made with 0.2, and this run has 0.1"),
        ("sizes", (2, 6, 3), r"sizes: it was made with \[2, 5, 3\], and this run has \[2, 6, 3\]"),
        ("epochs", 7, "epochs: it was made with 6, and this run has 7"),
        ("hidden", "sigmoid", 'hidden: it was made with "relu", and this run has "sigmoid"'),
    ],
)
def test_other_settings_are_refused_by_name(stopped: Any, setting: Any, value: Any, message: Any) -> None:
    before = kept(stopped)
    with pytest.raises(OtherRunError, match=rf"seed-3-epoch-4-of-6\.npz: {message}; without --resume"):
        train_until(stopped, 0, RECIPE.override(**{setting: value}), resume=True)
    assert kept(stopped) == before


def test_other_data_are_refused(stopped: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = RECIPE.data
    other = RECIPE.override()
    object.__setattr__(other, "data", lambda rng: (data := drawn(rng))._replace(x=data.x + 1e-9))
    other.data.keywords = drawn.keywords
    with pytest.raises(OtherRunError, match="it was made with other data"):
        train_until(stopped, 0, other, resume=True)


def edited(path: Any, **changes: Any) -> None:
    path.write_bytes(archive_bytes({**read_archive(path, "checkpoint"), **changes}))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": "nnmath checkpoint 2"}, "expected .* got 'nnmath checkpoint 2', of another version of nnmath"),
        ({"format": "nnmath model 1"}, "expected the format 'nnmath checkpoint 1', got 'nnmath model 1'"),
        ({"run": "{"}, "run: expected JSON, got '{'"),
        ({"run": "[" * 50_000}, "run: expected JSON"),
        ({"run": "3"}, "run: expected settings by name"),
        ({"run": np.ones(3)}, "run: expected a text"),
        ({"done": np.array(7)}, "done: expected 1 to 6 epochs, got 7"),
        ({"done": np.array(0)}, "done: expected 1 to 6 epochs, got 0"),
        ({"done": np.array(3.0)}, "done: expected int64 of shape"),
        ({"seconds": np.array(-1.0)}, "seconds: expected 0 or more"),
        ({"seconds": np.array(np.inf)}, "seconds: expected finite numbers"),
        ({"theta": np.ones(3)}, r"theta: expected float64 of shape \(33,\), got float64 of shape \(3,\)"),
        ({"theta": np.full(33, np.nan)}, "theta: expected finite numbers, got NaN or infinity"),
        ({"update_m": np.ones(33, np.float32)}, "update_m: expected float64 of shape"),
        ({"update_t": np.array(1.5)}, "update_t: expected int64"),
        ({"training": np.ones(3)}, "training: expected rows of epochs, loss and accuracy"),
        ({"training": np.ones((2, 3))}, "training: expected epochs from 0 to 4, in ascending order"),
        ({"test": np.full((1, 3), np.nan)}, "test: expected epochs from 0 to 4"),
        ({"test": np.full((1, 3), 1.5)}, "test: expected epochs from 0 to 4"),
        ({"snapshots": np.ones((2, 33))}, r"snapshots: expected float64 of shape \(165,\)"),
        ({"order": "{}"}, "order: no state of a random generator"),
        ({"order": '{"bit_generator": "PCG64", "state": {"state": -1, "inc": 1e999}}'}, "order: no state"),
        ({"order": "9" * 5000}, "order: expected JSON"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changes: Any, message: Any
) -> None:
    with pytest.raises(Stop):
        train_until(tmp_path, 4, RECIPE)
    for path in checkpoints.files(tmp_path / "checkpoints"):
        edited(path, **changes)
    with pytest.raises(CheckpointError, match="no checkpoint of seed-3"):
        train_until(tmp_path, 0, resume=True)
    shown = capsys.readouterr().err
    assert re.search(rf"nnmath: .*seed-3-epoch-4-of-6\.npz: {message}.*; it is left as it is\n", shown)


def test_an_array_that_is_missing_is_named(stopped: Any, capsys: pytest.CaptureFixture[str]) -> None:
    path = stopped / "checkpoints" / "seed-3-epoch-4-of-6.npz"
    arrays = read_archive(path, "checkpoint")
    path.write_bytes(archive_bytes({name: array for name, array in arrays.items() if name != "update_v"}))
    train_until(stopped, 0, resume=True)
    assert "seed-3-epoch-4-of-6.npz: update_v is missing" in capsys.readouterr().err


def test_a_fresh_run_says_what_it_replaces_and_does_so_when_its_own_first_one_stands(
    stopped: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    before = kept(stopped)
    other = RECIPE.override(rate=0.1, seeds=(8, 3))
    folder = CheckpointFolder(stopped / "checkpoints", resume=False)
    assert capsys.readouterr().err == (
        f"nnmath: {stopped}/checkpoints holds an unfinished run, which this one replaces; with --resume it would have "
        "gone on\n"
    )
    assert kept(stopped) == before
    assert len(folder.replaced) == 2
    with pytest.raises(Stop):
        train_until(stopped, 1, other)
    assert kept(stopped) == ["seed-8-epoch-1-of-6.npz"]
    assert numbers(train_until(stopped, 0, other, resume=True)) == numbers(carry_out_all(other))


@pytest.mark.parametrize("epoch", [0.01, 0.7, 1.5, 9.0])
def test_no_more_than_two_seconds_or_an_epoch_are_at_stake(monkeypatch: pytest.MonkeyPatch, epoch: Any) -> None:
    saved, now = [], [0.0]
    monkeypatch.setattr(checkpoints, "INTERVAL", 2.0)
    monkeypatch.setattr(checkpoints.Checkpoints, "save", lambda *_: saved.append(now[0]))
    monkeypatch.setattr(checkpoints.time, "perf_counter", lambda: now[0])  # type: ignore[attr-defined]
    one = checkpoints.Checkpoints(None, "seed-0")
    for _ in range(1000):
        now[0] += epoch
        one.save_if_due(None)
    gaps = np.diff(saved)
    assert saved[0] == epoch
    assert (gaps < max(2, epoch) + 1e-9).all()
    assert (gaps > min(2 - epoch, epoch) - 1e-9).all()  # and not more often than that takes


def test_the_checksum_is_that_of_all_data() -> None:
    data = RECIPE.data(np.random.default_rng(0))
    others = [data._replace(**{name: getattr(data, name) + 1}) for name in ("x", "labels", "x_test", "labels_test")]
    others += [data._replace(classes=("a", "b", "c")), data._replace(x=data.x.astype(np.float32))]
    assert len({running.checksum(one) for one in (data, *others)}) == 7
    assert running.checksum(data) == running.checksum(RECIPE.data(np.random.default_rng(0)))
