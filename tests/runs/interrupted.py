"""A run that is killed, in a process of its own: `python -m tests.runs.interrupted FOLDER`."""

import json
import sys
from pathlib import Path
from typing import Any

from nnmath.files import write_files
from nnmath.runs.experiments import SPIRAL
from nnmath.runs.results import carry_out_all, median_run, metrics
from nnmath.runs.sweep import carry_out_sweep, parse_sweep
from nnmath.training import checkpoints
from nnmath.training.model import model_bytes

#: All that a checkpoint has to hold: an order that is drawn, what Adam remembers, several seeds, a comparison.
RECIPE = SPIRAL.override(epochs=50, batch=16, update="adam", l2=1e-3, sizes=(2, 12, 3), noise=0.3, seeds=(3, 1, 2))


def results(folder: Any = None) -> Any:
    """Carry out the recipe, and return its files without how long it took."""
    runs = carry_out_all(RECIPE, folder)
    found = metrics(runs, [carry_out_sweep(parse_sweep("epochs=2,20", RECIPE), folder)])
    for figures in (found, found["median"], *found["runs"]):
        del figures["training_seconds"]
    models = {f"model-{run.seed}.npz": model_bytes(run.model) for run in runs}
    snapshots = {f"snapshots-{run.seed}": b"".join(a.tobytes() for a in run.snapshots.values()) for run in runs}
    course = repr(
        [([*map(float, run.training), *run.training.values()], run.test, run.test_logits.tolist()) for run in runs]
    ).encode()
    shown = f"{median_run(runs).seed}".encode()
    return {"metrics.json": json.dumps(found).encode(), "course": course, "shown": shown, **models, **snapshots}


def main() -> None:
    checkpoints.INTERVAL = 0.0  # after every epoch, so that kills hit the writing of files, too
    out = Path(sys.argv[1])
    print("begun", flush=True)
    with checkpoints.checkpoints_in(out, resume=True) as folder:
        write_files(out, results(folder))


if __name__ == "__main__":
    main()
