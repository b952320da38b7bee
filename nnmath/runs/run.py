"""Carrying out a recipe: data, initial weights, training, and the scores on the way."""

import time
from collections.abc import Collection, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from nnmath.data.data import Data
from nnmath.primitives._checks import Array
from nnmath.runs.recipe import Recipe
from nnmath.training.initial_weights import initialize
from nnmath.training.loop import stop_if_diverged, train
from nnmath.training.losses import LOSSES, targets
from nnmath.training.metrics import Score, outputs, score
from nnmath.training.model import Model
from nnmath.training.network import ACTIVATIONS, flatten, unflatten

#: At most about so many times in a run the test set is scored.
SCORINGS = 1000


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


def carry_out(recipe: Recipe, seed: int, keep: Collection[int] = ()) -> Run:
    """Draw the data, the initial weights and the order of the examples, each from a stream of its own, and train.

    Snapshots are kept of the numbers of epochs in `keep`. A progress bar is shown on a terminal. Raises what `train`
    raises, and a ValueError for settings that do not fit.
    """
    data_rng, weights_rng, order_rng = np.random.default_rng(seed).spawn(3)
    data = recipe.data(data_rng)
    check_sizes(recipe, data)
    x, activation, width = data.x, ACTIVATIONS[recipe.hidden], recipe.sizes[-1]
    theta = flatten(initialize(recipe.sizes, weights_rng, recipe.weights, recipe.scale)).astype(x.dtype)
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
        update=recipe.update_of(theta),
        rate_at=recipe.schedule_of(steps),
        strength=strengths(recipe, theta) if recipe.l2 else None,
        batch=recipe.batch,
        rng=order_rng,
        epochs=recipe.epochs,
    )
    every = -(-recipe.epochs // SCORINGS)
    snapshots = {0: theta.copy()} if 0 in keep else {}
    training: dict[float, Score] = {}
    test: dict[float, Score] = {}
    start = time.perf_counter()
    with (
        np.errstate(over="ignore", invalid="ignore"),  # a loss that is not finite is found, and said in a sentence
        tqdm(epochs, total=recipe.epochs, desc=recipe.name, unit=" epochs", disable=None) as bar,
    ):
        for done, rate, loss, accuracy in bar:
            training[done - 1 + (steps - 1) / (2 * steps)] = Score(loss, accuracy)
            if done % every == 0 or done == recipe.epochs:
                test_logits = outputs(data.x_test, layers, activation)
                test[done] = score(test_logits, y_test, data.labels_test, recipe.output)
            if done in keep:
                snapshots[done] = theta.copy()
            if done % max(1, recipe.epochs // 100) == 0:  # formatting is slower than a small step
                bar.set_postfix_str(f"rate {rate:.3g}, loss {loss:.4f}, accuracy {accuracy:.3f}", refresh=False)
        training[done] = score(outputs(x, layers, activation), y, data.labels, recipe.output)
    seconds = time.perf_counter() - start
    stop_if_diverged(training[done].loss, recipe.epochs * steps, rate)
    model = Model(layers, recipe.hidden, recipe.output, data.classes)
    return Run(recipe, seed, data, model, training, test, test_logits, snapshots, seconds)


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
