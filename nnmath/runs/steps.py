"""Runs that are counted in steps: a network that is a function, trained by `descend`, with scores and checkpoints."""

import hashlib
import json
import platform
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from math import inf
from statistics import median
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnmath.progress import Progress as ProgressBar
from nnmath.training.checkpoints import Checkpoints
from nnmath.training.loop import descend, keep_freed_memory
from nnmath.training.metrics import Score
from nnmath.training.optimizers import Schedule, State, Update
from nnmath.training.progress import Progress, RunSettings
from nnmath.typing import Array


class Goal(NamedTuple):
    """What the median of the seeds must reach.

    Attributes
    ----------
    figure : str
        Its name in metrics.json.
    words : str
        Its name in sentences.
    limit : float
    at_most : bool
        Whether the limit is the most that the figure may be, or the least.
    """

    figure: str
    words: str
    limit: float
    at_most: bool = False

    def missed(self, value: float) -> bool:
        """Whether a value does not reach the goal."""
        return value > self.limit if self.at_most else value < self.limit

    def sentence(self) -> str:
        """Return what is wanted, in words."""
        return f"{self.limit:g} {'at most' if self.at_most else 'at least'}"


@dataclass(frozen=True, kw_only=True)
class StepRecipe:
    """What the recipes of these runs have in common.

    Attributes
    ----------
    name, summary, published : str
    goal : Goal
    batch : int
        Examples in each step.
    steps : int
    rate, least_rate : float
        The largest learning rate, and the last one, along a cosine.
    warmup : int
        Steps in which the rate rises.
    every : int
        What was held out is scored after so many steps.
    seeds : tuple of int
    """

    name: str
    summary: str
    published: str
    goal: Goal
    batch: int
    steps: int
    rate: float
    least_rate: float
    warmup: int
    every: int
    seeds: tuple[int, ...] = (0,)

    def __post_init__(self) -> None:
        for name, right, expected in self.limits():
            if not right:  # so for NaN
                raise ValueError(f"{name}: expected {expected}, got {getattr(self, name)}")

    def limits(self) -> list[tuple[str, bool, str]]:
        """Return each setting, whether it makes sense, and what is expected of it."""
        return [
            *self.positive("batch", "steps", "every"),
            ("rate", 0 < self.rate < inf, "a positive number"),
            ("least_rate", 0 <= self.least_rate <= self.rate, "a number from 0 to the rate"),
            ("warmup", 0 <= self.warmup < self.steps, f"an integer from 0, less than the {self.steps} steps"),
            ("seeds", len(self.seeds) > 0 and min(self.seeds) >= 0, "one or more integers, 0 or more"),
        ]

    def positive(self, *names: str) -> list[tuple[str, bool, str]]:
        """Return the limits of settings that are positive integers."""
        return [(name, getattr(self, name) >= 1, "a positive integer") for name in names]

    def settings(self) -> dict[str, Any]:
        """Return whatever may be overridden."""
        fixed = ("name", "summary", "published", "goal")
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in fixed}


@dataclass(frozen=True, kw_only=True)
class Task:
    """What is trained on what, but for the parameters.

    Attributes
    ----------
    make_update : callable
        ``make_update(theta, state)`` returns the update.
    rate_at : callable
    loss_and_gradient : callable
        ``loss_and_gradient(theta, gradient)`` returns the function that a step calls.
    batches : callable
        ``batches(rng, count)`` draws so many batches.
    score : callable
        ``score(theta)`` scores what was held out, or a part of it, on the way.
    last_scores : callable
        ``last_scores(theta)`` scores what is learned from and what was held out, in the end.
    data : str
        A checksum of both.
    """

    make_update: Callable[[Array, State], Update]
    rate_at: Schedule
    loss_and_gradient: Callable[[Array, Array], Callable[..., float]]
    batches: Callable[[np.random.Generator, int], Iterable[tuple[Any, ...]]]
    score: Callable[[Array], Score]
    last_scores: Callable[[Array], tuple[Score, Score]]
    data: str


def carry_out(
    recipe: StepRecipe,
    task: Task,
    theta: Array,
    order: np.random.Generator,
    seed: int,
    checkpoints: Checkpoints | None = None,
    keep: Collection[int] = (),
) -> Progress:
    """Train; with checkpoints from the newest one on, and with the numbers of a run that never stopped.

    Parameters
    ----------
    recipe : StepRecipe
    task : Task
    theta : float array, shape (P,)
        The initial parameters.
    order : numpy.random.Generator
        Draws the batches.
    seed : int
    checkpoints : Checkpoints, optional
    keep : collection of int
        After which numbers of steps the parameters are kept; multiples of `every`, or the last.

    Returns
    -------
    progress : Progress
        `training` has the loss of each batch, by the number of steps before.
    """
    state: State = {}
    task.make_update(theta, state)
    progress = Progress(theta, state, order, snapshots={0: theta.copy()} if 0 in keep else {})
    if checkpoints is not None:
        progress = checkpoints.begin(run_settings(recipe, seed, task.data, keep), progress)
    theta = progress.theta
    gradient = np.empty_like(theta)
    update = task.make_update(theta, progress.optimizer_state)
    batches = task.batches(progress.order, recipe.steps - progress.done)
    steps = descend(batches, task.loss_and_gradient(theta, gradient), gradient, update, task.rate_at, progress.done)
    if not progress.done:
        progress.test[0] = task.score(theta)
    keep_freed_memory()
    begun = time.perf_counter() - progress.seconds
    with ProgressBar(recipe.name, "steps", recipe.steps, done=progress.done) as bar:
        for step, rate, loss in bar.over(steps):
            progress.training[step - 1] = Score(loss, 0.0)
            progress.done, progress.seconds = step, time.perf_counter() - begun
            if step % recipe.every == 0 and step < recipe.steps:
                progress.test[step] = task.score(theta)
                if step in keep:
                    progress.snapshots[step] = theta.copy()
                begun = time.perf_counter() - progress.seconds  # scoring is no training
            if checkpoints is not None and step < recipe.steps:
                checkpoints.save_if_due(progress)
            if step % 10 == 0:
                bar.note(f"rate {rate:.2g}, loss {loss:.3g}")
    if recipe.steps not in progress.training:
        progress.training[recipe.steps], progress.test[recipe.steps] = task.last_scores(theta)
        if recipe.steps in keep:
            progress.snapshots[recipe.steps] = theta.copy()
        if checkpoints is not None:
            checkpoints.save(progress)
    return progress


def run_settings(recipe: StepRecipe, seed: int, data: str, keep: Collection[int]) -> RunSettings:
    """Return what a run is made of, as a checkpoint of it says."""
    settings = {name: value for name, value in recipe.settings().items() if name not in ("seeds", "steps")}
    made = {"experiment": recipe.name, "seed": seed, "data": data, **settings}
    as_json_has_it: RunSettings = json.loads(json.dumps({**made, "epochs": recipe.steps, "snapshots": sorted(keep)}))
    return as_json_has_it


def checksum(*parts: bytes | NDArray[Any]) -> str:
    """Return a checksum of what is learned from and tested on."""
    found = hashlib.sha256()
    for part in parts:
        found.update(part if isinstance(part, bytes) else np.ascontiguousarray(part).data)
    return found.hexdigest()


def metrics(
    recipe: StepRecipe, parameters: int, figures: Sequence[Mapping[str, Any]], shown_seed: int, **more: Any
) -> dict[str, Any]:
    """Return the content of metrics.json.

    Parameters
    ----------
    recipe : StepRecipe
    parameters : int
        How many the network has.
    figures : sequence of mappings
        For each seed `seed` and numbers by name.
    shown_seed : int
        The one whose model is saved and shown.
    **more
        What only this run has.
    """
    return {
        "experiment": recipe.name,
        "published": recipe.published,
        "goal": recipe.goal._asdict(),
        "settings": recipe.settings(),
        "parameters": parameters,
        "shown_seed": shown_seed,
        "median": {name: median(f[name] for f in figures) for name in figures[0] if name != "seed"},
        "runs": [dict(f) for f in figures],
        **more,
        "versions": {"python": platform.python_version(), "numpy": np.__version__, "machine": platform.machine()},
    }


def losses(scores: Mapping[float, Score], every: int = 1) -> dict[str, float]:
    """Return losses by the number of steps, each `every` steps, as JSON can hold them."""
    return {str(int(step)): score.loss for step, score in scores.items() if step % every == 0}


def rate_in_words(recipe: StepRecipe) -> str:
    """Return the course of the learning rate."""
    after = f" after {recipe.warmup} steps of warm-up" if recipe.warmup else ""
    return f"learning rate {recipe.rate:g} to {recipe.least_rate:g} along a cosine{after}"


def summary(
    recipe: StepRecipe, found: Mapping[str, Any], settings: str, pictures: Sequence[str], more: str = ""
) -> str:
    """Return what the page of all results says about a run, in Markdown."""
    median, versions, goal = found["median"], found["versions"], recipe.goal
    seeds = ", ".join(str(run["seed"]) for run in found["runs"])
    values = ", ".join(f"{run[goal.figure]:.4g}" for run in found["runs"])
    lines = [
        f"## {recipe.name}",
        "",
        f"{recipe.summary[0].upper()}{recipe.summary[1:]}. {settings}; {found['parameters']:,} parameters.",
        "",
        f"Reported: {recipe.published}. Here: {goal.words} **{median[goal.figure]:.4g}**, the median of the "
        f"seeds {seeds} ({values}); {goal.sentence()} is wanted. {median['training_seconds']:.0f} s a seed with Python "
        f"{versions['python']}, NumPy {versions['numpy']}.",
        "",
        *(f"![{recipe.name}, {name}]({recipe.name}/{name})" for name in pictures),
        "",
        *([more, ""] if more else []),
    ]
    return "\n".join(lines)
