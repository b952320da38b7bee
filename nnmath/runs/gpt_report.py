"""What becomes of a trained GPT: figures, pictures, samples, and its part of the page of results."""

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from nnmath.files import write_files
from nnmath.runs.gpt import GPTRun
from nnmath.runs.gpt_recipe import GPTRecipe
from nnmath.training.gpt_file import gpt_bytes

#: What the attention maps are drawn of.
SHOWN = "ROMEO:\nBut, soft! what light through yonder window breaks?"


def median_run(runs: Sequence[GPTRun]) -> GPTRun:
    """Return the run whose validation loss is the median, or the one above it."""
    return sorted(runs, key=lambda run: run.validation[max(run.validation)].loss)[len(runs) // 2]


def metrics(recipe: GPTRecipe, runs: Sequence[GPTRun]) -> dict[str, Any]:
    """Return the content of metrics.json."""
    shown = median_run(runs)
    figures = [
        {
            "seed": run.seed,
            "loss": run.training[recipe.steps].loss,
            "validation_loss": run.validation[recipe.steps].loss,
            "validation_accuracy": run.validation[recipe.steps].accuracy,
            "training_seconds": round(run.seconds, 1),
        }
        for run in runs
    ]
    return {
        "experiment": recipe.name,
        "published": recipe.published,
        "settings": recipe.settings(),
        "parameters": len(shown.model.theta),
        "shown_seed": shown.seed,
        "median": {name: median(f[name] for f in figures) for name in figures[0] if name != "seed"},
        "runs": figures,
        "history": {
            "training": {str(int(step)): score.loss for step, score in shown.training.items() if step % 10 == 0},
            "validation": {str(int(step)): score.loss for step, score in shown.validation.items()},
        },
        "versions": {"python": platform.python_version(), "numpy": np.__version__, "machine": platform.machine()},
    }


def publish(recipe: GPTRecipe, runs: Sequence[GPTRun], folder: Path) -> dict[str, Any]:
    """Write figures, pictures, samples and the model of the median run, all or nothing."""
    from nnmath.plots.text import attention_png, text_curve_png

    shown, found = median_run(runs), metrics(recipe, runs)
    known = "".join(character for character in SHOWN if character in shown.model.characters)[: recipe.context]
    shown_text = known or shown.model.characters[: recipe.context]
    contents = {
        "curve.png": text_curve_png(shown.training, shown.validation, recipe.published),
        "attention.png": attention_png(shown.model, shown_text),
        "samples.md": samples_page(shown).encode(),
        "summary.md": summary(recipe, found).encode(),
        "metrics.json": (json.dumps(found, indent=2) + "\n").encode(),
        "model.npz": gpt_bytes(shown.model),
    }
    write_files(folder, contents)
    return found


def samples_page(run: GPTRun) -> str:
    """Return what the model writes as it learns, as Markdown."""
    parts = ["# What the model writes as it learns", ""]
    for step, text in run.samples.items():
        parts += [f"## After {step:,} steps", "", *(f"    {line}" for line in text.splitlines()), ""]
    return "\n".join(parts)


def summary(recipe: GPTRecipe, found: dict[str, Any]) -> str:
    """Return what the page of all results says about the run."""
    median, versions, of = found["median"], found["versions"], asdict(recipe)
    seeds = ", ".join(str(run["seed"]) for run in found["runs"])
    losses = ", ".join(f"{run['validation_loss']:.4f}" for run in found["runs"])
    lines = [
        f"## {recipe.name}",
        "",
        f"{recipe.summary[0].upper()}{recipe.summary[1:]}. {of['blocks']} blocks, {of['heads']} heads, "
        f"{of['width']} wide, context {of['context']}, {found['parameters']:,} parameters; {of['steps']:,} steps of "
        f"{of['batch']} windows; AdamW, learning rate {of['rate']:g} to {of['least_rate']:g} along a cosine after "
        f"{of['warmup']} steps of warm-up, weight decay {of['decay']:g}, clipping at {of['clip']:g}.",
        "",
        f"Reported: {recipe.published}. Here: **{median['validation_loss']:.4f}** over the whole validation text, the "
        f"median of the seeds {seeds} ({losses}); {recipe.required} must be reached. "
        f"{median['training_seconds']:.0f} s a seed with Python {versions['python']}, NumPy {versions['numpy']}.",
        "",
        f"![loss]({recipe.name}/curve.png)",
        f"![attention]({recipe.name}/attention.png)",
        "",
        f"[What the model writes as it learns]({recipe.name}/samples.md)",
        "",
    ]
    return "\n".join(lines)
