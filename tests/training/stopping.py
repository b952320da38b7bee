"""Runs that are stopped, for the tests of checkpoints."""

from typing import Any

import pytest

from nnmath.runs.experiments import SPIRAL
from nnmath.runs.results import carry_out_all
from nnmath.runs.run import carry_out
from nnmath.training import checkpoints
from nnmath.training.checkpoints import checkpoints_in

RECIPE = SPIRAL.override(epochs=6, batch=50, sizes=(2, 5, 3), points=20, fresh=5, seeds=(3,), l2=1e-3)
FLAGS = ("--epochs", "6", "--batch", "50", "--sizes", "2-5-3", "--points", "20", "--fresh", "5", "--seeds", "3")


class Stop(Exception):
    """What ends a run in these tests."""


def train_until(
    out: Any, epoch: Any, recipe: Any = RECIPE, *, resume: Any = False, error: Any = Stop, snapshots: Any = True
) -> Any:
    """Train, and stop when an epoch's checkpoint has been written; 0 is not at all."""
    with pytest.MonkeyPatch.context() as patch:
        save = checkpoints.Checkpoints.save

        def stopping(self: Any, progress: Any) -> None:
            save(self, progress)
            if progress.done == epoch:
                raise error

        patch.setattr(checkpoints.Checkpoints, "save", stopping)
        with checkpoints_in(out, resume) as folder:
            if snapshots:
                return carry_out_all(recipe, folder)
            return [carry_out(recipe, seed, (), folder.of(f"seed-{seed}")) for seed in recipe.seeds]


def kept(out: Any) -> Any:
    return [path.name for path in checkpoints.files(out / "checkpoints")]


def numbers(runs: Any) -> Any:
    return [
        (
            [array.tobytes() for layer in run.model.layers for array in layer],
            run.training,
            run.test,
            run.test_logits.tobytes(),
            [(n, theta.tobytes()) for n, theta in run.snapshots.items()],
        )
        for run in runs
    ]
