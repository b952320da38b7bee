"""What becomes of a run: figures, pictures and the model, in a folder of its own."""

import json
import platform
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from tqdm import tqdm

from nnmath.data.data import largest_class
from nnmath.files import write_files
from nnmath.runs.recipe import Recipe
from nnmath.runs.run import Run, carry_out, snapshot_scores
from nnmath.training.checkpoints import CheckpointFolder
from nnmath.training.losses import predicted_classes, probabilities
from nnmath.training.metrics import Score, confusion_matrix, outputs, precision_and_recall
from nnmath.training.model import model_bytes
from nnmath.training.network import ACTIVATIONS, unflatten
from nnmath.typing import Array

#: One row of the comparison of numbers of epochs: how many, and the scores on training and on test data.
Row = tuple[int, Score, Score]


def snapshot_epochs(epochs: int, count: int = 72) -> set[int]:
    """Choose numbers of epochs, first and last included, that lie the denser the earlier: most happens early."""
    return {0, epochs, *np.geomspace(1, epochs, count).round().astype(int).tolist()}


def carry_out_all(recipe: Recipe, folder: CheckpointFolder | None = None) -> list[Run]:
    """Carry out a recipe with each of its seeds; of the plane, snapshots are kept for the animation."""
    keep = snapshot_epochs(recipe.epochs) if recipe.sizes[0] == 2 else ()
    return [carry_out(recipe, seed, keep, folder.of(f"seed-{seed}") if folder else None) for seed in recipe.seeds]


def compare_epochs(recipe: Recipe, folder: CheckpointFolder | None = None) -> list[Row]:
    """Score the recipe after the numbers of epochs that it compares; medians of its seeds."""
    longest = recipe.override(epochs=max(recipe.compare))
    runs = [
        carry_out(longest, seed, recipe.compare, folder.of(f"comparison-seed-{seed}") if folder else None)
        for seed in recipe.seeds
    ]
    rows = []
    for epochs in recipe.compare:
        training, test = zip(*(snapshot_scores(run, epochs) for run in runs), strict=True)
        rows.append((epochs, median_score(training), median_score(test)))
    return rows


def median_score(scores: Sequence[Score]) -> Score:
    """Return the median loss and the median accuracy."""
    return Score(median(score.loss for score in scores), median(score.accuracy for score in scores))


def median_run(runs: Sequence[Run]) -> Run:
    """Return the run whose test accuracy is the median, or the one below it: the one that is shown and saved."""
    return sorted(runs, key=lambda run: run.last[1].accuracy)[(len(runs) - 1) // 2]


def figures(run: Run) -> dict[str, float]:
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


def metrics(runs: Sequence[Run], rows: Sequence[Row] = ()) -> dict[str, Any]:
    """Say what was run, what came out, and on what: the content of metrics.json.

    The figures on top are those of the model that is saved, which is that of the median run.
    """
    shown, all_figures = median_run(runs), [figures(run) for run in runs]
    medians = {name: median(f[name] for f in all_figures) for name in all_figures[0] if "epoch" not in name}
    confusion = confusion_matrix(shown.data.labels_test, predicted_classes(shown.test_logits), len(shown.data.classes))
    precision, recall = precision_and_recall(confusion)
    return {
        "experiment": shown.recipe.name,
        "published": shown.recipe.published,
        "settings": shown.recipe.settings(),
        "parameters": sum(W.size + b.size for W, b in shown.model.layers),
        "training_examples": len(shown.data.x),
        "test_examples": len(shown.data.x_test),
        **figures(shown),
        "median": {name: value for name, value in medians.items() if name != "seed"},
        "runs": all_figures,
        "classes": shown.data.classes,
        "confusion": confusion.tolist(),
        "precision": numbers(precision),
        "recall": numbers(recall),
        "largest_class_accuracy": largest_class(shown.data)[1],
        **({"comparison": [comparison(row) for row in rows]} if rows else {}),
        "versions": {"python": platform.python_version(), "numpy": np.__version__, "machine": platform.machine()},
    }


def numbers(array: Array) -> list[float | None]:
    """Return what JSON can hold: null in the place of NaN."""
    return [None if np.isnan(a) else float(a) for a in array]


def comparison(row: Row) -> dict[str, float]:
    """Return a row of the comparison by the names of metrics.json."""
    epochs, training, test = row
    return {
        "epochs": epochs,
        "loss": training.loss,
        "accuracy": training.accuracy,
        "test_loss": test.loss,
        "test_accuracy": test.accuracy,
    }


def publish(runs: Sequence[Run], folder: Path, picture: Path | None = None, rows: Sequence[Row] = ()) -> list[str]:
    """Write the pictures, the metrics and the model, all or nothing, and return their names.

    Parameters
    ----------
    runs : sequence of Run
        One for each seed.
    folder : Path
        Made when it does not exist; files of an earlier run are replaced.
    picture : Path, optional
        Where to write the picture of the README, too; of points of the plane only.
    rows : sequence of Row, optional
        The comparison of numbers of epochs.
    """
    from nnmath import plots  # Matplotlib takes longer to import than many a run

    run = median_run(runs)
    found = metrics(runs, rows)
    name, test_accuracy = run.recipe.name, run.last[1].accuracy
    title = f"{name}: {test_accuracy:.1%} of {len(run.data.x_test):,} right"
    contents = {
        "curve.png": plots.curve_png(run.training, run.test),
        "confusion.png": plots.confusion_png(np.array(found["confusion"]), run.data.classes, title),
    }
    drawn = run.data.preprocessing is None  # of the values of a table there is no picture, however many there are
    if drawn and run.recipe.sizes[0] == 2:
        contents |= plane_pictures(run)
    if drawn and run.recipe.sizes[0] == 784:
        contents |= digit_pictures(run)
    if rows:
        contents["comparison.png"] = plots.comparison_png(rows, f"{name}: where more epochs stop helping")
        contents["comparison.md"] = comparison_table(rows).encode()
    contents["metrics.json"] = (json.dumps(found, indent=2) + "\n").encode()
    contents["model.npz"] = model_bytes(run.model)
    write_files(folder, contents)
    if picture is not None:
        data = run.data
        wide = plots.wide_png(data.x, data.labels, data.classes, scorer(run, None), run.training, run.test)
        write_files(picture.parent, {picture.name: wide})
    return list(contents)


def comparison_table(rows: Sequence[Row]) -> str:
    """Return the comparison of numbers of epochs as a table."""
    lines = [
        "| epochs | training loss | training accuracy | test loss | test accuracy |",
        "|---:|---:|---:|---:|---:|",
        *(
            f"| {epochs} | {here.loss:.4f} | {here.accuracy:.4f} | {there.loss:.4f} | {there.accuracy:.4f} |"
            for epochs, here, there in rows
        ),
    ]
    return "\n".join(lines) + "\n"


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
    bar = tqdm(frames, desc="boundary.gif", unit=" frames", leave=False, disable=None)
    points = data.x, data.labels, data.classes
    title = f"{name}, {run.last[0].accuracy:.1%} correct after {run.recipe.epochs:,} epochs"
    return {
        "data.png": plots.data_png(*points, f"{name}: {len(data.x):,} points to learn from"),
        "regions.png": plots.regions_png(*points, scorer(run, None), title),
        "boundary.gif": plots.boundary_gif(*points, bar),
    }


def digit_pictures(run: Run) -> dict[str, bytes]:
    """Draw what only digits have: some of them, the surest mistakes, and what the first layer looks for."""
    from nnmath import plots

    data, W = run.data, run.model.layers[0][0]
    p = probabilities(run.test_logits, run.recipe.output)
    rows, columns = (1, 10) if W.shape[1] <= 10 else (5, 10) if W.shape[1] >= 50 else (5, 6)
    return {
        "data.png": plots.digits_png(data.x, data.labels, "the first of the training images"),
        "wrong.png": plots.wrong_png(data.x_test, data.labels_test, p),
        "weights.png": plots.weights_png(W, rows, columns),
    }
