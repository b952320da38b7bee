"""The run that trains LeNet-5 on MNIST: its recipe, carrying it out, and what becomes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from math import inf
from typing import Any, NamedTuple

import numpy as np

from nnmath.data.data import Data
from nnmath.data.mnist import mnist
from nnmath.files import json_bytes
from nnmath.primitives import softmax, softmax_cross_entropy
from nnmath.runs import step_report, steps
from nnmath.runs.step_recipe import Goal, ImageRecipe
from nnmath.runs.steps import Task
from nnmath.training import shards
from nnmath.training.adamw import adamw, warmup_cosine
from nnmath.training.checkpoints import CheckpointFolder, Checkpoints
from nnmath.training.examples import answers, draw_examples
from nnmath.training.lenet import decay_of, feature_maps, initialize, lenet, weights_of
from nnmath.training.lenet_file import lenet_bytes
from nnmath.training.metrics import Score, confusion_matrix, score
from nnmath.training.shards import Map, threads
from nnmath.typing import Array

GOAL = Goal("test_accuracy", "test accuracy", 0.990)

#: So many of the images to learn from are scored in the end.
SCORED = 10_000


@dataclass(frozen=True, kw_only=True)
class LeNetRecipe(ImageRecipe):
    """Everything that the run is made of.

    Attributes
    ----------
    decay : float
        Of AdamW, for weights.
    """

    name: str = "lenet"
    summary: str = "LeNet-5 reads handwritten digits, with max pooling and ReLU, and without distortions"
    published: str = "test accuracy 0.9905, without distortions (LeCun, Bottou, Bengio and Haffner 1998, figure 9)"
    goal: Goal = GOAL
    batch: int = 60
    steps: int = 10_000
    rate: float = 2e-3
    least_rate: float = 1e-5
    warmup: int = 100
    decay: float = 0.1
    every: int = 1000

    def limits(self) -> list[tuple[str, bool, str]]:
        """Return each setting, whether it makes sense, and what is expected of it."""
        decay = ("decay", 0 <= self.decay < inf, "a number, 0 or more")
        return [*super().limits(), decay]


class LeNetRun(NamedTuple):
    """What came of one seed.

    Attributes
    ----------
    seed : int
    data : Data
    theta : float array
        The weights.
    training : dict of float to Score
        By the number of steps before: the loss of each batch, and after the last step the score of some images.
    test : dict of float to Score
    test_logits : float array, shape (T, 10)
    seconds : float
        Of training, without scoring.
    """

    seed: int
    data: Data
    theta: Array
    training: dict[float, Score]
    test: dict[float, Score]
    test_logits: Array
    seconds: float


def carry_out(
    recipe: LeNetRecipe, data: Data, seed: int, run: Map[Any], checkpoints: Checkpoints | None = None
) -> LeNetRun:
    """Draw the initial weights and the batches, each from a stream of its own, and train."""
    weights_rng, batch_rng = np.random.default_rng(seed).spawn(2)
    theta = initialize(weights_rng)
    progress = steps.carry_out(recipe, task_of(recipe, data, run), theta, batch_rng, seed, checkpoints)
    logits = answers(partial(logits_of, progress.theta), data.x_test, run)
    return LeNetRun(seed, data, progress.theta, progress.training, progress.test, logits, progress.seconds)


def task_of(recipe: LeNetRecipe, data: Data, run: Map[Any]) -> Task:
    """Return what is trained on what."""

    def scored(theta: Array, x: Array, labels: Any) -> Score:
        return score(answers(partial(logits_of, theta), x, run), labels, labels, "softmax")

    return Task(
        make_update=lambda theta, state: adamw(theta, decay_of(recipe.decay), state=state, run=run),
        rate_at=warmup_cosine(recipe.rate, recipe.least_rate, recipe.warmup, recipe.steps),
        loss_and_gradient=lambda theta, gradient: shards.loss_and_gradient_of(
            theta, gradient, weights_of, lenet, softmax_cross_entropy.mathematics, run
        ),
        batches=partial(draw_examples, data.x, data.labels.astype(np.intp), recipe.batch),
        score=lambda theta: scored(theta, data.x_test, data.labels_test),
        last_scores=lambda theta: (
            scored(theta, data.x[:SCORED], data.labels[:SCORED]),
            scored(theta, data.x_test, data.labels_test),
        ),
        data=steps.checksum(*data[:4]),
    )


def logits_of(theta: Array, x: Array) -> Array:
    """Return the answers to images, shape (N, 10)."""
    return lenet(x, weights_of(theta))[0]


def carry_out_all(recipe: LeNetRecipe, folder: CheckpointFolder, count: int = 0) -> list[LeNetRun]:
    """Carry out a recipe with each of its seeds, on so many threads; 0 is one for each core."""
    data = mnist(np.random.default_rng(), images=recipe.images, validate=recipe.validate)
    with threads(count) as run:
        return [carry_out(recipe, data, seed, run, folder.of(f"seed-{seed}", "step")) for seed in recipe.seeds]


def results(recipe: LeNetRecipe, runs: list[LeNetRun]) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return figures, and the files: pictures, and the model of the median run."""
    from nnmath.plots import confusion_png, wrong_png
    from nnmath.plots.convolution import filters_png, maps_png
    from nnmath.plots.steps import steps_curve_png

    figures = [
        {
            "seed": run.seed,
            "loss": run.training[recipe.steps].loss,
            "accuracy": run.training[recipe.steps].accuracy,
            "test_loss": run.test[recipe.steps].loss,
            "test_accuracy": run.test[recipe.steps].accuracy,
            "training_seconds": round(run.seconds, 1),
        }
        for run in runs
    ]
    shown = sorted(runs, key=lambda run: run.test[recipe.steps].accuracy)[(len(runs) - 1) // 2]
    data, weights = shown.data, weights_of(shown.theta)
    confusion = confusion_matrix(data.labels_test, shown.test_logits.argmax(axis=1), 10)
    history = {"training": step_report.losses(shown.training, 10), "test": step_report.losses(shown.test)}
    found = step_report.metrics(
        recipe, len(shown.theta), figures, shown.seed, history=history, confusion=confusion.tolist()
    )
    title = f"{recipe.name}: {shown.test[recipe.steps].accuracy:.2%} of {len(data.x_test):,} held-out right"
    first = [int(np.flatnonzero(data.labels_test == digit)[0]) for digit in np.unique(data.labels_test)[[2, 4, 8]]]
    return found, {
        "curve.png": steps_curve_png(shown.training, shown.test, "test images"),
        "filters.png": filters_png(weights.C1, weights.C3),
        "maps.png": maps_png([(data.x_test[n], *feature_maps(data.x_test[n], weights)) for n in first]),
        "confusion.png": confusion_png(confusion, data.classes, title),
        "wrong.png": wrong_png(data.x_test, data.labels_test, softmax(shown.test_logits)[0]),
        "summary.md": summary(recipe, found).encode(),
        "metrics.json": json_bytes(found),
        "model.npz": lenet_bytes(weights),
    }


def summary(recipe: LeNetRecipe, found: dict[str, Any]) -> str:
    """Return what the page of all results says about the run."""
    settings = (
        f"{recipe.steps:,} steps of {recipe.batch} images out of {recipe.images:,}; AdamW, "
        f"{step_report.rate_in_words(recipe)}, weight decay {recipe.decay:g}"
    )
    pictures = ("curve.png", "filters.png", "maps.png", "confusion.png", "wrong.png")
    return step_report.summary(recipe, found, settings, pictures)


def sentence(found: Mapping[str, Any]) -> str:
    """Say what came out."""
    median = found["median"]
    return (
        f"test accuracy {median['test_accuracy']:.4f}, test loss {median['test_loss']:.4f}, "
        f"training loss {median['loss']:.4f}"
    )


LENET_RECIPE = LeNetRecipe()
