"""The run that trains an LSTM on the adding problem, and a plain recurrent network beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from nnmath.archive import archive_bytes
from nnmath.data.adding import adding
from nnmath.files import json_bytes
from nnmath.primitives import mean_squared_error
from nnmath.runs import step_report, steps
from nnmath.runs.step_recipe import Goal, StepRecipe
from nnmath.runs.steps import Task
from nnmath.training import shards
from nnmath.training.adamw import adamw, clipped, warmup_cosine
from nnmath.training.checkpoints import CheckpointFolder
from nnmath.training.examples import answers
from nnmath.training.metrics import Score
from nnmath.training.recurrent import LSTM, PLAIN, Cell, Weights, gradient_norms, initialize, recurrent, weights_of
from nnmath.training.shards import Map, threads
from nnmath.typing import Array

#: What model.npz calls itself; beside it the file holds each array by its name in `nnmath.training.recurrent.Weights`.
FORMAT = "nnmath lstm 1"

GOAL = Goal("wrong", "wrong answers of the LSTM to 2,000 test sequences", 3, at_most=True)

#: An answer is right if it is off by less; so many sequences are tested, and as many show the gradients.
TOLERANCE, TESTED, SHOWN = 0.04, 2000, 100

CELLS: Mapping[str, Cell] = {"lstm": LSTM, "plain": PLAIN}

#: Numbers in each step of a sequence.
INPUTS = 2


@dataclass(frozen=True, kw_only=True)
class LSTMRecipe(StepRecipe):
    """Everything that the run is made of.

    Attributes
    ----------
    length : int
        The least length of a sequence; the longest is a tenth longer.
    width : int
        Units.
    batch : int
        Sequences in each step, drawn anew.
    clip : float
        The largest norm of the gradient.
    """

    name: str = "lstm"
    summary: str = "an LSTM solves the adding problem over 100 steps, and a plain recurrent network does not"
    published: str = (
        "1 of 2,560 test sequences wrong, after 74,000 sequences (Hochreiter and Schmidhuber 1997, table 7)"
    )
    goal: Goal = GOAL
    length: int = 100
    width: int = 32
    batch: int = 50
    steps: int = 1500
    rate: float = 0.01
    least_rate: float = 0.0
    warmup: int = 100
    clip: float = 1.0
    every: int = 100

    def limits(self) -> list[tuple[str, bool, str]]:
        """Return each setting, whether it makes sense, and what is expected of it."""
        length = ("length", self.length >= 20, "an integer, 20 or more")
        return [*super().limits(), *self.positive("width"), length, ("clip", self.clip > 0, "a positive number")]


class Trained(NamedTuple):
    """What came of one network.

    Attributes
    ----------
    theta : float array
        The weights.
    training, test : dict of float to Score
        Mean squared errors by the number of steps before, of each batch and of the test sequences; the accuracy is the
        share of answers that are right.
    norms_before, norms : float arrays, shape (T,)
        Norms of the gradient of the answer with respect to the state after each step, before training and after.
    largest_error : float
        On the test sequences.
    """

    theta: Array
    training: dict[float, Score]
    test: dict[float, Score]
    norms_before: Array
    norms: Array
    largest_error: float


class LSTMRun(NamedTuple):
    """What came of one seed: each network by its name in `CELLS`, and the seconds of training, without scoring."""

    seed: int
    networks: dict[str, Trained]
    seconds: float


def carry_out(recipe: LSTMRecipe, seed: int, run: Map[Any], folder: CheckpointFolder | None = None) -> LSTMRun:
    """Train each network; initial weights, batches and test sequences are drawn, each from a stream of its own."""
    found, seconds = {}, 0.0
    for name, cell in CELLS.items():
        weights_rng, batch_rng, test_rng = np.random.default_rng(seed).spawn(3)
        x, targets = adding(test_rng, TESTED, recipe.length)
        theta = initialize(INPUTS, recipe.width, cell, recipe.length, weights_rng)
        view = partial(weights_of, inputs=INPUTS, units=recipe.width, cell=cell)
        before = gradient_norms(x[:SHOWN], view(theta), cell)
        checkpoints = folder.of(f"{name}-seed-{seed}", "step") if folder else None
        task = task_of(recipe, cell, x, targets, run)
        progress = steps.carry_out(recipe, task, theta, batch_rng, seed, checkpoints)
        after = gradient_norms(x[:SHOWN], view(progress.theta), cell)
        largest = float(np.abs(answers_of(progress.theta, recipe, cell, x, run) - targets).max())
        found[name] = Trained(progress.theta, progress.training, progress.test, before, after, largest)
        seconds += progress.seconds
    return LSTMRun(seed, found, seconds)


def task_of(recipe: LSTMRecipe, cell: Cell, x: Array, targets: Array, run: Map[Any]) -> Task:
    """Return what is trained on what."""

    def view(theta: Array) -> Weights:
        return weights_of(theta, INPUTS, recipe.width, cell)

    def scored(theta: Array) -> Score:
        errors = answers_of(theta, recipe, cell, x, run) - targets
        return Score(float(np.square(errors, dtype=np.float64).mean()), float((np.abs(errors) < TOLERANCE).mean()))

    def make_update(theta: Array, state: Any) -> Any:
        return clipped(adamw(theta, np.zeros_like(theta), beta2=0.999, state=state, run=run), recipe.clip)

    return Task(
        make_update=make_update,
        rate_at=warmup_cosine(recipe.rate, recipe.least_rate, recipe.warmup, recipe.steps),
        loss_and_gradient=lambda theta, gradient: shards.loss_and_gradient_of(
            theta, gradient, view, lambda x, w: recurrent(x, w, cell), mean_squared_error.mathematics, run, parts=2
        ),
        batches=lambda rng, count: (adding(rng, recipe.batch, recipe.length) for _ in range(count)),
        score=scored,
        last_scores=lambda theta: (scored(theta), scored(theta)),  # training and test sequences are drawn alike
        data=steps.checksum(x, targets),
    )


def answers_of(theta: Array, recipe: LSTMRecipe, cell: Cell, x: Array, run: Map[Any]) -> Array:
    """Return the answers to sequences, shape (N, 1)."""
    w = weights_of(theta, INPUTS, recipe.width, cell)
    return answers(lambda part: recurrent(part, w, cell)[0], x, run)


def carry_out_all(recipe: LSTMRecipe, folder: CheckpointFolder, count: int = 0) -> list[LSTMRun]:
    """Carry out a recipe with each of its seeds, on so many threads; 0 is one for each core."""
    with threads(count) as run:
        return [carry_out(recipe, seed, run, folder) for seed in recipe.seeds]


def wrong(recipe: LSTMRecipe, network: Trained) -> int:
    """Return how many test sequences were answered wrongly in the end."""
    return round((1 - network.test[recipe.steps].accuracy) * TESTED)


def results(recipe: LSTMRecipe, runs: list[LSTMRun]) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return figures, and the files: pictures, and the LSTM of the median run."""
    from nnmath.plots.recurrent import errors_png, norms_png

    figures = [
        {
            "seed": run.seed,
            "wrong": wrong(recipe, run.networks["lstm"]),
            "largest_error": run.networks["lstm"].largest_error,
            "mean_squared_error": run.networks["lstm"].test[recipe.steps].loss,
            "plain_wrong": wrong(recipe, run.networks["plain"]),
            "plain_mean_squared_error": run.networks["plain"].test[recipe.steps].loss,
            "training_seconds": round(run.seconds, 1),
        }
        for run in runs
    ]
    shown = sorted(runs, key=lambda run: wrong(recipe, run.networks["lstm"]))[len(runs) // 2]
    networks = shown.networks
    history = {
        name: {"training": step_report.losses(network.training, 10), "test": step_report.losses(network.test)}
        for name, network in networks.items()
    }
    norms = {name: [network.norms_before.tolist(), network.norms.tolist()] for name, network in networks.items()}
    found = step_report.metrics(
        recipe, len(networks["lstm"].theta), figures, shown.seed, history=history, gradient_norms=norms
    )
    weights = weights_of(networks["lstm"].theta, INPUTS, recipe.width, LSTM)
    arrays = {name: array.copy() for name, array in weights._asdict().items()}
    return found, {
        "gradients.png": norms_png({name: (n.norms_before, n.norms) for name, n in networks.items()}),
        "curve.png": errors_png({name: n.test for name, n in networks.items()}, recipe.batch),
        "summary.md": summary(recipe, found).encode(),
        "metrics.json": json_bytes(found),
        "model.npz": archive_bytes({"format": np.array(FORMAT), **arrays}),
    }


def summary(recipe: LSTMRecipe, found: dict[str, Any]) -> str:
    """Return what the page of all results says about the run."""
    settings = (
        f"{recipe.width} units; {recipe.steps:,} steps of {recipe.batch} new sequences, "
        f"{recipe.steps * recipe.batch:,} in all; Adam, {step_report.rate_in_words(recipe)}, clipping at "
        f"{recipe.clip:g}"
    )
    more = (
        f"An answer is wrong if it is off by {TOLERANCE} or more. With the same training the plain network is wrong "
        f"for {found['median']['plain_wrong']:,.0f} of the sequences; its mean squared error is "
        f"{found['median']['plain_mean_squared_error']:.3g}, where always answering 0.5 gives {1 / 24:.3g}, and the "
        f"LSTM's {found['median']['mean_squared_error']:.2g}. The largest error of the LSTM is "
        f"{found['median']['largest_error']:.3f}."
    )
    return step_report.summary(recipe, found, settings, ("gradients.png", "curve.png"), more)


def sentence(found: Mapping[str, Any]) -> str:
    """Say what came out."""
    median = found["median"]
    return (
        f"{median['wrong']:g} of {TESTED:,} test sequences wrong, the largest error {median['largest_error']:.3f}; the "
        f"plain network {median['plain_wrong']:,.0f}"
    )


LSTM_RECIPE = LSTMRecipe()
