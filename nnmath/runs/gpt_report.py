"""What becomes of a trained GPT: figures, pictures, samples, and its part of the page of results."""

from collections.abc import Mapping
from typing import Any

from nnmath.files import json_bytes
from nnmath.runs import step_report
from nnmath.runs.gpt import GPTRun
from nnmath.runs.gpt_recipe import GPTRecipe
from nnmath.training.gpt_file import gpt_bytes

#: What the attention maps are drawn of.
SHOWN = "ROMEO:\nBut, soft! what light through yonder window breaks?"


def median_run(runs: list[GPTRun]) -> GPTRun:
    """Return the run whose validation loss is the median, or the one above it."""
    return sorted(runs, key=lambda run: run.validation[max(run.validation)].loss)[len(runs) // 2]


def metrics(recipe: GPTRecipe, runs: list[GPTRun]) -> dict[str, Any]:
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
    history = {"training": step_report.losses(shown.training, 10), "validation": step_report.losses(shown.validation)}
    return step_report.metrics(recipe, len(shown.model.theta), figures, shown.seed, history=history)


def results(recipe: GPTRecipe, runs: list[GPTRun]) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return figures, and the files: pictures, samples and the model of the median run."""
    from nnmath.plots.text import attention_png, text_curve_png

    shown, found = median_run(runs), metrics(recipe, runs)
    known = "".join(character for character in SHOWN if character in shown.model.characters)[: recipe.context]
    shown_text = known or shown.model.characters[: recipe.context]
    return found, {
        "curve.png": text_curve_png(shown.training, shown.validation),
        "attention.png": attention_png(shown.model, shown_text),
        "samples.md": samples_page(shown).encode(),
        "summary.md": summary(recipe, found).encode(),
        "metrics.json": json_bytes(found),
        "model.npz": gpt_bytes(shown.model),
    }


def samples_page(run: GPTRun) -> str:
    """Return what the model writes as it learns, as Markdown."""
    parts = ["# What the model writes as it learns", ""]
    for step, text in run.samples.items():
        parts += [f"## After {step:,} steps", "", *(f"    {line}" for line in text.splitlines()), ""]
    return "\n".join(parts)


def summary(recipe: GPTRecipe, found: dict[str, Any]) -> str:
    """Return what the page of all results says about the run."""
    settings = (
        f"{recipe.blocks} blocks, {recipe.heads} heads, {recipe.width} wide, context {recipe.context}; "
        f"{recipe.steps:,} steps of {recipe.batch} windows; AdamW, {step_report.rate_in_words(recipe)}, weight decay "
        f"{recipe.decay:g}, clipping at {recipe.clip:g}"
    )
    samples = f"[What the model writes as it learns]({recipe.name}/samples.md)"
    return step_report.summary(recipe, found, settings, ("curve.png", "attention.png"), samples)


def sentence(found: Mapping[str, Any]) -> str:
    """Say what came out."""
    median = found["median"]
    return (
        f"validation loss {median['validation_loss']:.4f}, accuracy {median['validation_accuracy']:.4f}, "
        f"training loss {median['loss']:.4f}"
    )
