"""What becomes of a run: figures, pictures and the model, in a folder of its own."""

import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from nnmath.data.data import largest_class
from nnmath.files import json_bytes, write_files
from nnmath.progress import progress
from nnmath.runs.recipe import Recipe
from nnmath.runs.run import Run, carry_out, snapshot_scores
from nnmath.runs.sweep import SweepTable, sweep_figures, sweep_table
from nnmath.training.checkpoints import CheckpointFolder
from nnmath.training.losses import predicted_classes, probabilities
from nnmath.training.metrics import Score, confusion_matrix, outputs, precision_and_recall
from nnmath.training.model import model_bytes
from nnmath.training.network import ACTIVATIONS, unflatten
from nnmath.typing import Array

#: metrics.json keeps at most about so many points of the course of a run.
HISTORY = 200


def snapshot_epochs(epochs: int, count: int = 72) -> set[int]:
    """Choose the epochs after which the parameters are kept, denser at the start, where most happens."""
    return {0, epochs, *np.geomspace(1, epochs, count).round().astype(int).tolist()}


def carry_out_all(recipe: Recipe, folder: CheckpointFolder | None = None) -> list[Run]:
    """Carry out a recipe with each of its seeds; for points of the plane, keep snapshots for the animation."""
    keep = snapshot_epochs(recipe.epochs) if recipe.sizes[0] == 2 else ()
    return [carry_out(recipe, seed, keep, folder.of(f"seed-{seed}") if folder else None) for seed in recipe.seeds]


def median_run(runs: Sequence[Run]) -> Run:
    """Return the run whose test accuracy is the median, or the one below it: the one that is shown and saved."""
    return sorted(runs, key=lambda run: run.last[1].accuracy)[(len(runs) - 1) // 2]


def run_figures(run: Run) -> dict[str, float]:
    """Return the figures of one run: of the model as it is saved, and of its best epoch on the test data."""
    (loss, accuracy), (test_loss, test_accuracy) = run.last
    best = max(run.test, key=lambda epochs: run.test[epochs].accuracy)
    return {
        "seed": run.seed,
        "loss": loss,
        "accuracy": accuracy,
        "test_loss": test_loss,
        "test_accuracy": test_accuracy,
        "best_test_accuracy": run.test[best].accuracy,
        "best_epoch": best,
        "training_seconds": round(run.seconds, 3),
    }


def metrics(runs: Sequence[Run], tables: Sequence[SweepTable] = ()) -> dict[str, Any]:
    """Return the content of metrics.json: what was run, what came out, and with which versions.

    The figures at the top are those of the model that is saved, which is that of the median run.
    """
    shown, all_figures = median_run(runs), [run_figures(run) for run in runs]
    columns = {name: [f[name] for f in all_figures] for name in all_figures[0] if name not in ("seed", "best_epoch")}
    confusion = confusion_matrix(shown.data.labels_test, predicted_classes(shown.test_logits), len(shown.data.classes))
    precision, recall = precision_and_recall(confusion)
    return {
        "experiment": shown.recipe.name,
        "published": shown.recipe.published,
        "settings": shown.recipe.settings(),
        "parameters": sum(W.size + b.size for W, b in shown.model.layers),
        "training_examples": len(shown.data.x),
        "test_examples": len(shown.data.x_test),
        **run_figures(shown),
        "median": {name: median(values) for name, values in columns.items()},
        "quartiles": {
            name: np.percentile(values, [25, 75]).tolist()
            for name, values in columns.items()
            if name != "training_seconds"
        },
        "runs": all_figures,
        "classes": shown.data.classes,
        "confusion": confusion.tolist(),
        "precision": numbers(precision),
        "recall": numbers(recall),
        "largest_class_accuracy": largest_class(shown.data)[1],
        **({"comparison": {table.kind: sweep_figures(table) for table in tables}} if tables else {}),
        "history": {"training": history(shown.training), "test": history(shown.test)},
        "versions": {"python": platform.python_version(), "numpy": np.__version__, "machine": platform.machine()},
    }


def history(scores: Mapping[float, Score]) -> dict[str, list[float | None]]:
    """Return the course of loss and accuracy in columns, thinned to at most `HISTORY` points; the last one is kept."""
    every = -(-len(scores) // HISTORY)
    epochs = list(scores)
    kept = [*epochs[:-1:every], epochs[-1]]
    return {
        "epochs": [float(epoch) for epoch in kept],
        "loss": numbers(np.array([scores[epoch].loss for epoch in kept])),
        "accuracy": [scores[epoch].accuracy for epoch in kept],
    }


def numbers(array: Array) -> list[float | None]:
    """Return what JSON can hold: null in the place of NaN and infinity."""
    return [float(a) if np.isfinite(a) else None for a in array]


def publish(
    runs: Sequence[Run], folder: Path, picture: Path | None = None, tables: Sequence[SweepTable] = ()
) -> list[str]:
    """Write the pictures, the metrics and the model, all or nothing, and return their names.

    Parameters
    ----------
    runs : sequence of Run
        One for each seed.
    folder : Path
        Made when it does not exist; files of an earlier run are replaced.
    picture : Path, optional
        Where to write the picture of the README, too; of points of the plane only.
    tables : sequence of SweepTable, optional
        What is compared, beside the run itself.
    """
    from nnmath import plots  # Matplotlib takes longer to import than many a run

    run = median_run(runs)
    found = metrics(runs, tables)
    name, test_accuracy = run.recipe.name, run.last[1].accuracy
    title = f"{name}: {test_accuracy:.1%} of {len(run.data.x_test):,} held-out right"
    contents = {
        "curve.png": plots.curve_png(run.training, run.test),
        "confusion.png": plots.confusion_png(np.array(found["confusion"]), run.data.classes, title),
    }
    if run.recipe.sizes[0] == 2:
        contents |= plane_pictures(run)
    if run.recipe.sizes[0] == 784:
        contents |= digit_pictures(run)
    if tables:
        contents["comparison.png"] = plots.comparison_png(tables, f"{name}: medians of {len(runs)} seeds")
        contents["comparison.md"] = "\n".join(map(sweep_table, tables)).encode()
    contents["metrics.json"] = json_bytes(found)
    contents["model.npz"] = model_bytes(run.model)
    write_files(folder, contents)
    if picture is not None:
        data = run.data
        wide = plots.wide_png(data.x, data.labels, data.classes, scorer(run, None), run.training, run.test)
        write_files(picture.parent, {picture.name: wide})
    return list(contents)


def scorer(run: Run, snapshot: Array | None) -> Any:
    """Return the scores of each class at points of the plane: of the model, or of a snapshot of it."""
    layers = run.model.layers if snapshot is None else unflatten(snapshot, run.recipe.sizes)
    activation, output = ACTIVATIONS[run.recipe.hidden], run.recipe.output
    return lambda points: probabilities(outputs(points, layers, activation), output)


def plane_pictures(run: Run) -> dict[str, bytes]:
    """Draw what only data of the plane has: where the points are, and the region of each class as it forms."""
    from nnmath import plots

    data, name = run.data, run.recipe.name
    frames = [
        plots.Frame(n, snapshot_scores(run, n)[0].accuracy, scorer(run, theta)) for n, theta in run.snapshots.items()
    ]
    shown = progress(frames, "boundary.gif", "frames", len(frames), leave=False)
    points = data.x, data.labels, data.classes
    title = f"{name}: {run.last[0].accuracy:.1%} of the training data right"
    return {
        "data.png": plots.data_png(*points, f"{name}: {len(data.x):,} points to learn from"),
        "regions.png": plots.regions_png(*points, scorer(run, None), title),
        "boundary.gif": plots.boundary_gif(*points, shown),
    }


def digit_pictures(run: Run) -> dict[str, bytes]:
    """Draw what only digits have: some of them, the most certain mistakes, and the weights of the first layer."""
    from nnmath import plots

    data, W = run.data, run.model.layers[0][0]
    p = probabilities(run.test_logits, run.recipe.output)
    rows, columns = (1, 10) if W.shape[1] <= 10 else (5, 10) if W.shape[1] >= 50 else (5, 6)
    return {
        "data.png": plots.digits_png(data.x, data.labels, "the first of the training images"),
        "wrong.png": plots.wrong_png(data.x_test, data.labels_test, p),
        "weights.png": plots.weights_png(W, rows, columns),
    }
