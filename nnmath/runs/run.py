"""Carrying out a recipe: data, initial weights, training, and the scores on the way."""

import hashlib
import json
import time
from collections.abc import Collection, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnmath.data.data import Data
from nnmath.progress import ProgressBar
from nnmath.runs.recipe import Recipe
from nnmath.training.checkpoints import Checkpoints
from nnmath.training.initial_weights import initialize
from nnmath.training.loop import CHUNK, stop_if_diverged, train
from nnmath.training.losses import LOSSES, targets
from nnmath.training.metrics import Score, outputs, score
from nnmath.training.model import Model
from nnmath.training.network import ACTIVATIONS, flatten, unflatten
from nnmath.training.optimizers import State
from nnmath.training.progress import Progress, RunSettings
from nnmath.training.shards import blas_threads
from nnmath.typing import Array

#: At most about so many times in a run the test set is scored.
SCORINGS = 250


class Run(NamedTuple):
    """What came of a recipe with one seed.

    Attributes
    ----------
    recipe : Recipe
    seed : int
    data : Data
    model : Model
        As it is after the last update.
    training, test : mapping of float to Score
        By how many epochs had gone by. That on the training data during an epoch is an average over its steps, each
        scored before its update, and stands at the middle of them; the last one is that of the model.
    test_logits : float array, shape (T, K)
        The model's answers on the test data.
    snapshots : mapping of int to float array, shape (P,)
        The parameters after so many epochs.
    seconds : float
        From the first step to the last score.
    """

    recipe: Recipe
    seed: int
    data: Data
    model: Model
    training: Mapping[float, Score]
    test: Mapping[float, Score]
    test_logits: Array
    snapshots: Mapping[int, Array]
    seconds: float

    @property
    def last(self) -> tuple[Score, Score]:
        """The scores of the model on the training data and on the test data."""
        return self.training[self.recipe.epochs], self.test[self.recipe.epochs]


def carry_out(recipe: Recipe, seed: int, keep: Collection[int] = (), checkpoints: Checkpoints | None = None) -> Run:
    """Draw the data, the initial weights and the order of the examples, each from a stream of its own, and train.

    Snapshots are kept of the numbers of epochs in `keep`. With checkpoints the run goes on from the newest one, and
    ends with exactly the numbers of one that never stopped. A progress bar is shown on a terminal. Raises what `train`
    raises, and a ValueError for settings that do not fit.
    """
    data_rng, weights_rng, order_rng = np.random.default_rng(seed).spawn(3)
    data = recipe.data(data_rng)
    check_sizes(recipe, data)
    x, activation, width = data.x, ACTIVATIONS[recipe.hidden], recipe.sizes[-1]
    progress = start_of(recipe, x.dtype, weights_rng, order_rng, keep)
    if checkpoints is not None:
        progress = checkpoints.begin(run_settings(recipe, seed, keep, data), progress)
    theta, begun = progress.theta, time.perf_counter() - progress.seconds
    layers = unflatten(theta, recipe.sizes)
    steps = -(-len(x) // recipe.batch) if recipe.batch else 1
    y, y_test = (
        targets(labels, recipe.output, width, x.dtype, recipe.smoothing) for labels in (data.labels, data.labels_test)
    )
    epochs = train(
        theta,
        recipe.sizes,
        x,
        data.labels,
        targets=y,
        loss_of=LOSSES[recipe.output],
        activation=activation,
        update=recipe.make_update(theta, progress.optimizer_state),
        rate_at=recipe.make_schedule(steps),
        strength=strengths(recipe, theta) if recipe.l2 else None,
        batch=recipe.batch,
        rng=progress.order,
        epochs=recipe.epochs,
        done=progress.done,
    )
    every = -(-recipe.epochs // SCORINGS)
    training, test = progress.training, progress.test
    with (
        blas_threads(min(recipe.batch or len(x), CHUNK) * max(m * n for m, n in pairwise(recipe.sizes))),
        np.errstate(over="ignore", invalid="ignore"),  # a loss that is not finite is found, and said in a sentence
        ProgressBar(recipe.name, "epochs", recipe.epochs, done=progress.done) as bar,
    ):
        for done, rate, loss, accuracy in bar.over(epochs):
            training[done - 1 + (steps - 1) / (2 * steps)] = Score(loss, accuracy)
            if done % every == 0 or done == recipe.epochs:
                test[done] = score(outputs(data.x_test, layers, activation), y_test, data.labels_test, recipe.output)
            if done in keep:
                progress.snapshots[done] = theta.copy()
            progress.done, progress.seconds = done, time.perf_counter() - begun
            if checkpoints is not None and done < recipe.epochs:
                checkpoints.save_if_due(progress)
            if done % max(1, recipe.epochs // 100) == 0:  # formatting is slower than a small step
                bar.note(f"rate {rate:.3g}, loss {loss:.4f}, accuracy {accuracy:.3f}")
        if recipe.epochs not in training:
            training[recipe.epochs] = score(outputs(x, layers, activation), y, data.labels, recipe.output)
            progress.seconds = time.perf_counter() - begun
            last_step = recipe.epochs * steps
            stop_if_diverged(training[recipe.epochs].loss, last_step, recipe.make_schedule(steps)(last_step - 1))
            if checkpoints is not None:
                checkpoints.save(progress)
        test_logits = outputs(data.x_test, layers, activation)
    model = Model(layers, recipe.hidden, recipe.output, data.classes)
    return Run(recipe, seed, data, model, training, test, test_logits, progress.snapshots, progress.seconds)


def start_of(
    recipe: Recipe,
    dtype: np.dtype[Any],
    weights_rng: np.random.Generator,
    order_rng: np.random.Generator,
    keep: Collection[int],
) -> Progress:
    """Draw the initial weights: how far a run is before its first step."""
    theta = flatten(initialize(recipe.sizes, weights_rng, recipe.weights, recipe.scale)).astype(dtype)
    optimizer_state: State = {}
    recipe.make_update(theta, optimizer_state)
    return Progress(theta, optimizer_state, order_rng, snapshots={0: theta.copy()} if 0 in keep else {})


def run_settings(recipe: Recipe, seed: int, keep: Collection[int], data: Data) -> RunSettings:
    """Return what a run is made of, as a checkpoint of it says; settings of the data first, which explain it best."""
    settings = {name: value for name, value in recipe.settings().items() if name != "seeds"}
    made = {"experiment": recipe.name, "seed": seed, **recipe.data.keywords, "data": checksum(data), **settings}
    as_json_has_it: RunSettings = json.loads(json.dumps({**made, "snapshots": sorted(keep)}, default=str))
    return as_json_has_it


def checksum(data: Data) -> str:
    """Return a checksum of what is learned from and tested on."""
    found = hashlib.sha256(json.dumps(data.classes).encode())
    for array in (data.x, data.labels, data.x_test, data.labels_test):
        found.update(f"{array.dtype} {array.shape}".encode())
        found.update(np.ascontiguousarray(array).data)
    return found.hexdigest()


def check_sizes(recipe: Recipe, data: Data) -> None:
    """Refuse sizes that do not fit the data: a run with them could only end in a less helpful message."""
    inputs, classes = data.x.shape[1], len(data.classes)
    last = (classes, 1) if recipe.output == "sigmoid" and classes == 2 else (classes,)
    if recipe.sizes[0] != inputs or recipe.sizes[-1] not in last:
        raise ValueError(
            f"sizes: expected {inputs} first, the columns of the data, and {' or '.join(map(str, last))} last, its "
            f"classes, got {'-'.join(map(str, recipe.sizes))}"
        )


def strengths(recipe: Recipe, theta: Array) -> Array:
    """Return the strength of the L2 penalty on each parameter, shape of theta."""
    strength = np.zeros_like(theta)
    layers = unflatten(strength, recipe.sizes)  # views
    covered: list[NDArray[np.floating]] = [*layers[0]] if recipe.l2_on == "first-layer" else [W for W, _ in layers]
    for array in covered:
        array[...] = recipe.l2
    return strength


def snapshot_scores(run: Run, epochs: int) -> tuple[Score, Score]:
    """Score the snapshot after so many epochs on the training data and on the test data."""
    recipe, data = run.recipe, run.data
    layers, activation = unflatten(run.snapshots[epochs], recipe.sizes), ACTIVATIONS[recipe.hidden]
    found = []
    for x, labels in ((data.x, data.labels), (data.x_test, data.labels_test)):
        y = targets(labels, recipe.output, recipe.sizes[-1], x.dtype, recipe.smoothing)
        found.append(score(outputs(x, layers, activation), y, labels, recipe.output))
    return found[0], found[1]
