"""No file, however it was damaged or made, crashes its reader, makes it hang or fills the memory."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnmath.data.preprocessing import Feature, Preprocessing
from nnmath.runs.results import snapshot_epochs
from nnmath.runs.run import run_settings, start_of
from nnmath.training.initial_weights import initialize
from nnmath.training.model import Model, ModelError, load_model, model_bytes
from nnmath.training.progress import checkpoint_bytes, load_checkpoint
from tests.damage import DAMAGES, MEGABYTES, try_some
from tests.training.stopping import RECIPE, Stop, kept, train_until


def model_case(folder: Any) -> Any:
    """A model of a table, and its reader."""
    features = (Feature("size", (), 1.5), Feature("colour", ("red", "blå"), 1.0))
    preprocessing = Preprocessing("kind", features, np.array([1.0, 0.5, 0.5]), np.array([2.0, 1.0, 1.0]))
    layers = initialize((3, 5, 2), np.random.default_rng(0))
    path = folder / "model.npz"
    path.write_bytes(model_bytes(Model(layers, "relu", "softmax", ("no", "yes"), preprocessing)))
    return path, load_model, lambda one, other: model_bytes(one) == model_bytes(other)


def checkpoint_case(folder: Any) -> Any:
    """A checkpoint of a run of the plane with Adam, and its reader."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("nnmath.training.checkpoints.INTERVAL", 0.0)
        with pytest.raises(Stop):
            train_until(folder, 4)
    path = folder / "checkpoints" / kept(folder)[-1]
    data_rng, weights_rng, order_rng = np.random.default_rng(3).spawn(3)
    data, keep = RECIPE.data(data_rng), snapshot_epochs(RECIPE.epochs)
    start = start_of(RECIPE, data.x.dtype, weights_rng, order_rng, keep)
    settings = run_settings(RECIPE, 3, keep, data)
    return (
        path,
        lambda path: load_checkpoint(path, settings, start),
        lambda one, other: checkpoint_bytes(one, settings) == checkpoint_bytes(other, settings),
    )


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("case", [model_case, checkpoint_case])
def test_a_damaged_file_is_refused_in_a_sentence_or_read_as_it_was(tmp_path: Path, case: Any) -> None:
    refused, read, peak, slowest = try_some(*case(tmp_path), 20 * len(DAMAGES), seed=0)  # type: ignore[call-arg]
    assert refused > 150
    assert read > 0
    assert peak < MEGABYTES * 2**20
    assert slowest < 20


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "model.npz"
    os.mkfifo(pipe)
    with pytest.raises(ModelError, match=r"model.npz: no model: it is no regular file"):
        load_model(pipe)
