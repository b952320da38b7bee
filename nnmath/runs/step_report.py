"""What becomes of runs that are counted in steps: figures, and their part of the page of results."""

import platform
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

import numpy as np

from nnmath.runs.step_recipe import StepRecipe
from nnmath.training.metrics import Score


def metrics(
    recipe: StepRecipe, parameters: int, figures: Sequence[Mapping[str, Any]], shown_seed: int, **more: Any
) -> dict[str, Any]:
    """Return the content of metrics.json; the figures at the top are those of the model that is saved.

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
    shown = next(f for f in figures if f["seed"] == shown_seed)
    return {
        "experiment": recipe.name,
        "published": recipe.published,
        "goal": recipe.goal._asdict(),
        "settings": recipe.settings(),
        "parameters": parameters,
        "shown_seed": shown_seed,
        **{name: value for name, value in shown.items() if name != "seed"},
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
