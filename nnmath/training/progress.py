"""The progress of a run, all that it needs to go on exactly, and the file that holds it: a checkpoint.

The file is an archive of arrays, read without pickle: `format`, a string; `run`, what the run is made of, in JSON;
`done`, how many epochs; `seconds`; `order`, the state of the generator that draws the order of the examples, in JSON;
`theta`; `update_m` and the like, what the update remembers; `training` and `test`, a row (epochs, loss, accuracy) for
each score; `snapshots`, all parameters of each that was to be kept so far, one after the other.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnmath.archive import ArchiveError, archive_bytes, read_archive
from nnmath.training.metrics import Score
from nnmath.training.optimizers import State
from nnmath.typing import Array

FORMAT = "nnmath checkpoint 1"

#: What a run is made of, by name, as JSON can hold it: `epochs`, how many in all; `snapshots`, after which of them the
#: parameters are kept; `data`, a checksum; every setting. Where one differs, it is another run.
RunSettings = Mapping[str, Any]


class CheckpointError(ValueError):
    """A file that is no checkpoint, or no longer a whole one."""


class OtherRunError(CheckpointError):
    """A checkpoint of a run that is made of something else."""


@dataclass
class Progress:
    """What changes while a run goes on."""

    theta: Array
    optimizer_state: State
    """What the update remembers."""
    order: np.random.Generator
    done: int = 0
    """Epochs."""
    seconds: float = 0.0
    training: dict[float, Score] = field(default_factory=dict)
    test: dict[float, Score] = field(default_factory=dict)
    snapshots: dict[int, Array] = field(default_factory=dict)


def checkpoint_bytes(progress: Progress, settings: RunSettings) -> bytes:
    """Return the content of a checkpoint."""
    arrays: dict[str, ArrayLike] = {
        "format": FORMAT,
        "run": json.dumps(settings),
        "done": np.array(progress.done),
        "seconds": np.array(progress.seconds),
        "order": json.dumps(progress.order.bit_generator.state),
        "theta": progress.theta,
        "training": table(progress.training),
        "test": table(progress.test),
        "snapshots": np.array([*progress.snapshots.values()], progress.theta.dtype).ravel(),
    }
    arrays |= {f"update_{name}": array for name, array in progress.optimizer_state.items()}
    return archive_bytes(arrays)


def table(scores: Mapping[Any, Score]) -> NDArray[np.float64]:
    """Return scores as rows (epochs, loss, accuracy)."""
    epochs = np.fromiter(scores, float, len(scores))
    values = np.fromiter(chain.from_iterable(scores.values()), float, 2 * len(scores))
    return np.column_stack([epochs, values.reshape(-1, 2)])


def load_checkpoint(path: Path, settings: RunSettings, start: Progress) -> Progress:
    """Read a checkpoint.

    Parameters
    ----------
    path : Path
    settings : mapping
        What the run is made of that is to go on.
    start : Progress
        Of that run before its first step: what its arrays are like.

    Raises
    ------
    OtherRunError
        It is of a run that is made of something else. The message names the first thing that differs.
    CheckpointError
        The file is damaged, or is something else, or its arrays do not fit the run.
    OSError
        There is no such file, or it cannot be read.
    """
    try:
        arrays = read_archive(path, "checkpoint")
        refuse_other_format(arrays)
        refuse_other_run(json_in(arrays, "run"), settings)
        return progress_in(arrays, settings, start)
    except OtherRunError as error:
        raise OtherRunError(f"{path}: {error}") from None
    except CheckpointError as error:
        raise CheckpointError(f"{path}: {error}") from None
    except ArchiveError as error:  # which names the file itself
        raise CheckpointError(str(error)) from None


def refuse_other_format(arrays: Mapping[str, NDArray[Any]]) -> None:
    """Refuse what does not say that it is a checkpoint, of this version."""
    found = str(arrays.get("format"))[:80]
    kind, _, version = found.rpartition(" ")
    if kind == FORMAT[:-2] and version.isdecimal() and version != FORMAT[-1]:
        raise CheckpointError(f"expected the format {FORMAT!r}, got {found!r}, of another version of nnmath")
    if found != FORMAT:
        raise CheckpointError(f"expected the format {FORMAT!r}, got {found!r}")


def refuse_other_run(found: Any, settings: RunSettings) -> None:
    """Refuse a run that is made of something else, and name the first thing that differs."""
    if not isinstance(found, dict):
        raise CheckpointError("run: expected settings by name")
    for name in [*settings, *found]:
        if name not in settings or name not in found or found[name] != settings[name]:
            if name == "data":
                raise OtherRunError("it was made with other data")
            was, now = (json.dumps(of.get(name))[:60] for of in (found, settings))
            raise OtherRunError(f"{name[:60]}: it was made with {was}, and this run has {now}")


def progress_in(arrays: Mapping[str, NDArray[Any]], settings: RunSettings, start: Progress) -> Progress:
    """Return the progress that is in the arrays, if they fit the run."""
    done = int(array_in(arrays, "done", np.array(0).dtype, ()))
    seconds = float(array_in(arrays, "seconds", np.dtype(float), ()))
    if not 0 < done <= settings["epochs"]:
        raise CheckpointError(f"done: expected 1 to {settings['epochs']} epochs, got {done}")
    if seconds < 0:
        raise CheckpointError(f"seconds: expected 0 or more, got {seconds}")
    kept = [epochs for epochs in settings["snapshots"] if epochs <= done]
    theta = array_in(arrays, "theta", start.theta.dtype, start.theta.shape)
    snapshots = array_in(arrays, "snapshots", theta.dtype, (len(kept) * theta.size,)).reshape(len(kept), theta.size)
    remembered = {
        name: array_in(arrays, f"update_{name}", like.dtype, like.shape) for name, like in start.optimizer_state.items()
    }
    training = scores_in(arrays, "training", done, done == settings["epochs"])
    test: dict[float, Score] = {
        int(epochs): score for epochs, score in scores_in(arrays, "test", done, done == settings["epochs"]).items()
    }
    order = order_in(arrays, start.order)
    return Progress(theta, remembered, order, done, seconds, training, test, dict(zip(kept, snapshots, strict=True)))


def array_in(arrays: Mapping[str, NDArray[Any]], name: str, dtype: np.dtype[Any], shape: tuple[int, ...]) -> Array:
    """Return an array of finite numbers."""
    if name not in arrays:
        raise CheckpointError(f"{name} is missing")
    array = arrays[name]
    if array.dtype != dtype or array.shape != shape:
        raise CheckpointError(f"{name}: expected {dtype} of shape {shape}, got {array.dtype} of shape {array.shape}")
    if not np.isfinite(array).all():
        raise CheckpointError(f"{name}: expected finite numbers, got NaN or infinity")
    return array


def scores_in(arrays: Mapping[str, NDArray[Any]], name: str, done: int, whole: bool) -> dict[float, Score]:
    """Return scores by epochs; those of a whole run end with its last one. A loss on test data may be infinite."""
    rows = arrays.get(name, np.empty(0))
    if rows.dtype != float or rows.ndim != 2 or rows.shape[1] != 3:
        raise CheckpointError(f"{name}: expected rows of epochs, loss and accuracy")
    epochs = rows[:, 0]
    whole_numbers = name == "training" or (epochs == np.floor(epochs)).all()
    if not ((epochs >= 0) & (epochs <= done)).all() or not (np.diff(epochs) > 0).all() or not whole_numbers:
        raise CheckpointError(f"{name}: expected epochs from 0 to {done}, in ascending order")
    if whole and (not len(rows) or epochs[-1] != done):
        raise CheckpointError(f"{name}: expected a score after the last epoch")
    return {epoch: Score(loss, accuracy) for epoch, loss, accuracy in rows.tolist()}


def order_in(arrays: Mapping[str, NDArray[Any]], like: np.random.Generator) -> np.random.Generator:
    """Return the generator of the order, as it was."""
    state = json_in(arrays, "order")
    bits = type(like.bit_generator)()
    try:
        bits.state = state
    except Exception:  # whatever NumPy makes of numbers that are none of its own
        raise CheckpointError("order: no state of a random generator") from None
    if bits.state != state:
        raise CheckpointError("order: no state of a random generator")
    return np.random.Generator(bits)


def json_in(arrays: Mapping[str, NDArray[Any]], name: str) -> Any:
    """Read a text of JSON."""
    text = arrays.get(name, np.empty(0))
    if text.dtype.kind != "U" or text.shape != ():
        raise CheckpointError(f"{name}: expected a text")
    try:
        return json.loads(str(text))
    except (ValueError, RecursionError):
        raise CheckpointError(f"{name}: expected JSON, got {str(text)[:40]!r}") from None
