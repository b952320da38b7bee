"""Runs that are counted in steps: a network that is a function, trained by `descend`, with scores and checkpoints."""

import hashlib
import json
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.progress import ProgressBar
from nnmath.runs.step_recipe import StepRecipe
from nnmath.training.checkpoints import Checkpoints
from nnmath.training.loop import descend, keep_freed_memory
from nnmath.training.metrics import Score
from nnmath.training.optimizers import Schedule, State, Update
from nnmath.training.progress import Progress, RunSettings
from nnmath.typing import Array


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
