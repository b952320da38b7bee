"""The run that trains a GPT on Tiny Shakespeare: its recipe, carrying it out, and what becomes of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from math import inf
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from nnmath.data.text import Text, decode, encode, read_text
from nnmath.runs import steps
from nnmath.runs.steps import Goal, StepRecipe, Task
from nnmath.training.adamw import adamw, clipped, warmup_cosine
from nnmath.training.checkpoints import CheckpointFolder, Checkpoints
from nnmath.training.gpt import Sizes, initialize, unflatten
from nnmath.training.gpt_file import GPT, gpt_bytes
from nnmath.training.language_model import draw_batches, generate, loss_and_gradient_of, score_text
from nnmath.training.metrics import Score
from nnmath.training.optimizers import State
from nnmath.training.shards import Map, threads
from nnmath.typing import Array

#: What the samples that are shown on the way begin with, and how long they are.
PROMPT, LENGTH = "\n", 300

#: What the attention maps are drawn of.
SHOWN = "ROMEO:\nBut, soft! what light through yonder window breaks?"

GOAL = Goal("validation_loss", "validation loss over the whole text", 1.90, at_most=True)

#: So many windows of the text are scored on the way, and of what was learned from.
SCORED, SCORED_OF_TRAINING = 240, 1740


@dataclass(frozen=True, kw_only=True)
class GPTRecipe(StepRecipe):
    """Everything that the run is made of.

    Attributes
    ----------
    blocks, heads, width, context : int
        Of the network.
    batch : int
        Windows of the text in each step.
    beta1, beta2, decay : float
        Of AdamW; the decay is that of the matrices.
    clip : float
        The largest norm of the gradient.
    """

    name: str = "gpt"
    summary: str = "a character-level GPT learns Shakespeare, with nanoGPT's recipe for a computer without a GPU"
    published: str = "validation loss 1.88, from 20 batches (nanoGPT's README)"
    goal: Goal = GOAL
    blocks: int = 4
    heads: int = 4
    width: int = 128
    context: int = 64
    batch: int = 12
    steps: int = 2000
    rate: float = 1e-3
    least_rate: float = 1e-4
    warmup: int = 100
    beta1: float = 0.9
    beta2: float = 0.99
    decay: float = 0.1
    clip: float = 1.0
    every: int = 250

    def limits(self) -> list[tuple[str, bool, str]]:
        """Return each setting, whether it makes sense, and what is expected of it."""
        return [
            *self.positive("blocks", "heads", "width", "context"),
            *super().limits(),
            ("heads", self.width % self.heads == 0, f"a divisor of the width, {self.width}"),
            ("beta1", 0 <= self.beta1 < 1, "a number in [0, 1)"),
            ("beta2", 0 <= self.beta2 < 1, "a number in [0, 1)"),
            ("decay", 0 <= self.decay < inf, "a number, 0 or more"),
            ("clip", self.clip > 0, "a positive number"),
        ]


class GPTRun(NamedTuple):
    """What came of one seed.

    Attributes
    ----------
    seed : int
    model : GPT
    training : dict of float to Score
        By the number of steps before: the score of each batch, and after the last step that of windows of the text.
    validation : dict of float to Score
        The same for windows of the validation text; after the last step, the whole of it.
    samples : dict of int to str
        By the number of steps.
    seconds : float
        Of training, without validation.
    """

    seed: int
    model: GPT
    training: dict[float, Score]
    validation: dict[float, Score]
    samples: dict[int, str]
    seconds: float


def carry_out(
    recipe: GPTRecipe, text: Text, seed: int, run: Map[Any], checkpoints: Checkpoints | None = None
) -> GPTRun:
    """Draw the initial weights and the batches, each from a stream of its own, and train."""
    weights_rng, batch_rng = np.random.default_rng(seed).spawn(2)
    sizes = Sizes(len(text.characters), recipe.context, recipe.width, recipe.heads, recipe.blocks)
    task = task_of(recipe, text, sizes, run)
    theta, snapshots = initialize(sizes, weights_rng), sample_steps(recipe)
    progress = steps.carry_out(recipe, task, theta, batch_rng, seed, checkpoints, snapshots)
    samples = {step: sample(kept, sizes, text.characters, seed) for step, kept in progress.snapshots.items()}
    model = GPT(progress.theta, sizes, text.characters)
    return GPTRun(seed, model, progress.training, progress.test, samples, progress.seconds)


def task_of(recipe: GPTRecipe, text: Text, sizes: Sizes, run: Map[Any]) -> Task:
    """Return what is trained on what."""
    return Task(
        make_update=partial(make_update, recipe, sizes, run),
        rate_at=warmup_cosine(recipe.rate, recipe.least_rate, recipe.warmup, recipe.steps),
        loss_and_gradient=lambda theta, gradient: loss_and_gradient_of(theta, gradient, sizes, run),
        batches=lambda rng, count: draw_batches(text.training, recipe.batch, recipe.context, rng, count),
        score=lambda theta: score_text(theta, sizes, text.validation, run, SCORED),
        last_scores=lambda theta: (
            score_text(theta, sizes, text.training, run, SCORED_OF_TRAINING),
            score_text(theta, sizes, text.validation, run),
        ),
        data=steps.checksum(text.characters.encode(), text.training, text.validation),
    )


def sample_steps(recipe: GPTRecipe) -> list[int]:
    """Return after which steps a sample is drawn: the intervals double, as most happens early."""
    doubled = [recipe.every * 2**i for i in range(recipe.steps.bit_length())]
    return [0, *(step for step in doubled if step < recipe.steps), recipe.steps]


def make_update(recipe: GPTRecipe, sizes: Sizes, run: Map[Any], theta: Array, state: State) -> Any:
    """Return AdamW with clipping; the weights of matrices decay, the scales of layer norms do not."""
    decay = np.zeros_like(theta)
    w = unflatten(decay, sizes)
    for matrix in (w.tokens, w.positions, *(array for block in w.blocks for array in block)):
        if matrix.ndim == 2:
            matrix[...] = recipe.decay
    update = adamw(theta, decay, recipe.beta1, recipe.beta2, state=state, run=run)
    return clipped(update, recipe.clip)


def sample(theta: Array, sizes: Sizes, characters: str, seed: int) -> str:
    """Return a text that the model writes."""
    first = PROMPT if PROMPT in characters else characters[0]
    rng = np.random.default_rng(seed)
    return decode(np.array([*generate(theta, sizes, encode(first, characters), LENGTH, rng)]), characters)


def carry_out_all(
    recipe: GPTRecipe, folder: CheckpointFolder, count: int = 0, text: Path | None = None
) -> list[GPTRun]:
    """Carry out a recipe with each of its seeds, on so many threads; 0 is one for each core."""
    learned = read_text(text)
    if len(learned.training) <= recipe.context or len(learned.validation) < 2:
        raise ValueError(
            f"text: expected more than {recipe.context} characters to learn from, the context, and 2 or more to "
            f"validate on, got {len(learned.training)} and {len(learned.validation)}"
        )
    with threads(count) as run:
        return [carry_out(recipe, learned, seed, run, folder.of(f"seed-{seed}", "step")) for seed in recipe.seeds]


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
    history = {"training": steps.losses(shown.training, 10), "validation": steps.losses(shown.validation)}
    return steps.metrics(recipe, len(shown.model.theta), figures, shown.seed, history=history)


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
        "metrics.json": (json.dumps(found, indent=2) + "\n").encode(),
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
        f"{recipe.steps:,} steps of {recipe.batch} windows; AdamW, {steps.rate_in_words(recipe)}, weight decay "
        f"{recipe.decay:g}, clipping at {recipe.clip:g}"
    )
    samples = f"[What the model writes as it learns]({recipe.name}/samples.md)"
    return steps.summary(recipe, found, settings, ("curve.png", "attention.png"), samples)


def sentence(found: Mapping[str, Any]) -> str:
    """Say what came out."""
    median = found["median"]
    return (
        f"validation loss {median['validation_loss']:.4f}, accuracy {median['validation_accuracy']:.4f}, "
        f"training loss {median['loss']:.4f}"
    )


GPT_RECIPE = GPTRecipe()
