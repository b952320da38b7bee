"""The run that trains a GPT on Tiny Shakespeare: its recipe, carrying it out, and what becomes of it."""

import json
import platform
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from math import inf
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np

from nnmath.data.text import Text, decode, encode
from nnmath.files import write_files
from nnmath.progress import ProgressBar
from nnmath.training.adamw import adamw, clipped, warmup_cosine
from nnmath.training.checkpoints import CheckpointFolder, Checkpoints
from nnmath.training.gpt import Sizes, initialize, unflatten
from nnmath.training.gpt_file import GPT, gpt_bytes
from nnmath.training.language_model import draw_batches, generate, loss_and_gradient_of, score_text
from nnmath.training.loop import descend, keep_freed_memory
from nnmath.training.metrics import Score
from nnmath.training.optimizers import State
from nnmath.training.progress import Progress, RunSettings
from nnmath.training.shards import Map, threads
from nnmath.typing import Array

#: What the samples that are shown on the way begin with, and how long they are.
PROMPT, LENGTH = "\n", 300

#: What the attention maps are drawn of.
SHOWN = "ROMEO:\nBut, soft! what light through yonder window breaks?"


@dataclass(frozen=True, kw_only=True)
class GPTRecipe:
    """Everything that the run is made of.

    Attributes
    ----------
    name, summary, published : str
    blocks, heads, width, context : int
        Of the network.
    batch : int
        Windows of the text in each step.
    steps : int
    rate, least_rate : float
        The largest learning rate, and the last one.
    warmup : int
        Steps in which the rate rises.
    beta1, beta2, decay : float
        Of AdamW; the decay is that of the matrices.
    clip : float
        The largest norm of the gradient.
    every : int
        A part of the validation text is scored after so many steps.
    seeds : tuple of int
    required : float
        The most that the validation loss may be, as the median of the seeds.
    """

    name: str = "gpt"
    summary: str = "a character-level GPT learns Shakespeare, with nanoGPT's recipe for a computer without a GPU"
    published: str = "validation loss 1.88, from 20 batches (nanoGPT's README)"
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
    seeds: tuple[int, ...] = (0,)
    required: float = 1.90

    def __post_init__(self) -> None:
        for name in ("blocks", "heads", "width", "context", "batch", "steps", "every"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name}: expected a positive integer, got {getattr(self, name)}")
        for name, right, expected in (
            ("heads", self.width % self.heads == 0, f"a divisor of the width, {self.width}"),
            ("rate", 0 < self.rate < inf, "a positive number"),
            ("least_rate", 0 <= self.least_rate <= self.rate, "a number from 0 to the rate"),
            ("warmup", 0 <= self.warmup < self.steps, f"an integer from 0, less than the {self.steps} steps"),
            ("beta1", 0 <= self.beta1 < 1, "a number in [0, 1)"),
            ("beta2", 0 <= self.beta2 < 1, "a number in [0, 1)"),
            ("decay", 0 <= self.decay < inf, "a number, 0 or more"),
            ("clip", self.clip > 0, "a positive number"),
            ("seeds", len(self.seeds) > 0 and min(self.seeds) >= 0, "one or more integers, 0 or more"),
        ):
            if not right:
                raise ValueError(f"{name}: expected {expected}, got {getattr(self, name)}")

    def settings(self) -> dict[str, Any]:
        """Return whatever may be overridden."""
        fixed = ("name", "summary", "published", "required")
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in fixed}


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
    theta = initialize(sizes, weights_rng)
    state: State = {}
    snapshots = sample_steps(recipe)
    make_update(recipe, theta, sizes, state, run)
    progress = Progress(theta, state, batch_rng, snapshots={0: theta.copy()})
    if checkpoints is not None:
        progress = checkpoints.begin(run_settings(recipe, text, seed, snapshots), progress)
    theta = progress.theta
    gradient = np.empty_like(theta)
    update = make_update(recipe, theta, sizes, progress.optimizer_state, run)
    rate_at = warmup_cosine(recipe.rate, recipe.least_rate, recipe.warmup, recipe.steps)
    batches = draw_batches(text.training, recipe.batch, recipe.context, progress.order, recipe.steps - progress.done)
    steps = descend(
        batches, loss_and_gradient_of(theta, gradient, sizes, run), gradient, update, rate_at, progress.done
    )
    if not progress.done:
        progress.test[0] = score_text(theta, sizes, text.validation, run, 240)
    keep_freed_memory()
    begun = time.perf_counter() - progress.seconds
    with ProgressBar(recipe.name, "steps", recipe.steps, done=progress.done) as bar:
        for step, rate, loss in bar.over(steps):
            progress.training[step - 1] = Score(loss, 0.0)
            progress.done, progress.seconds = step, time.perf_counter() - begun
            if step % recipe.every == 0 and step < recipe.steps:
                progress.test[step] = score_text(theta, sizes, text.validation, run, 240)
                if step in snapshots:
                    progress.snapshots[step] = theta.copy()
                begun = time.perf_counter() - progress.seconds  # scoring is no training
            if checkpoints is not None and step < recipe.steps:
                checkpoints.save_if_due(progress)
            if step % 10 == 0:
                bar.note(f"rate {rate:.2g}, loss {loss:.3f}")
    if recipe.steps not in progress.training:
        progress.training[recipe.steps] = score_text(theta, sizes, text.training, run, 1740)
        progress.test[recipe.steps] = score_text(theta, sizes, text.validation, run)
        progress.snapshots[recipe.steps] = theta.copy()
        if checkpoints is not None:
            checkpoints.save(progress)
    samples = {step: sample(kept, sizes, text.characters, seed) for step, kept in progress.snapshots.items()}
    model = GPT(theta, sizes, text.characters)
    return GPTRun(seed, model, progress.training, progress.test, samples, progress.seconds)


def sample_steps(recipe: GPTRecipe) -> list[int]:
    """Return after which steps a sample is drawn: the intervals double, as most happens early."""
    doubled = [recipe.every * 2**i for i in range(recipe.steps.bit_length())]
    return [0, *(step for step in doubled if step < recipe.steps), recipe.steps]


def make_update(recipe: GPTRecipe, theta: Array, sizes: Sizes, state: State, run: Map[Any]) -> Any:
    """Return AdamW with clipping; the weights of matrices decay, the scales of layer norms do not."""
    decay = np.zeros_like(theta)
    w = unflatten(decay, sizes)
    for matrix in (w.tokens, w.positions, *(array for block in w.blocks for array in block)):
        if matrix.ndim == 2:
            matrix[...] = recipe.decay
    update = adamw(theta, decay, recipe.beta1, recipe.beta2, state=state, run=run)
    return clipped(update, recipe.clip)


def run_settings(recipe: GPTRecipe, text: Text, seed: int, snapshots: Sequence[int]) -> RunSettings:
    """Return what the run is made of, as a checkpoint of it says."""
    from hashlib import sha256

    digest = sha256(text.characters.encode() + text.training.tobytes() + text.validation.tobytes()).hexdigest()
    settings = {name: value for name, value in recipe.settings().items() if name not in ("seeds", "steps")}
    found: RunSettings = json.loads(
        json.dumps(
            {
                "experiment": recipe.name,
                "seed": seed,
                "data": digest,
                **settings,
                "epochs": recipe.steps,
                "snapshots": [*snapshots],
            }
        )
    )
    return found


def sample(theta: Array, sizes: Sizes, characters: str, seed: int) -> str:
    """Return a text that the model writes."""
    first = PROMPT if PROMPT in characters else characters[0]
    rng = np.random.default_rng(seed)
    return decode(np.array([*generate(theta, sizes, encode(first, characters), LENGTH, rng)]), characters)


def carry_out_all(recipe: GPTRecipe, text: Text, folder: CheckpointFolder, count: int = 0) -> list[GPTRun]:
    """Carry out a recipe with each of its seeds, on so many threads; 0 is one for each core."""
    if len(text.training) <= recipe.context or len(text.validation) < 2:
        raise ValueError(
            f"text: expected more than {recipe.context} characters to learn from, the context, and 2 or more to "
            f"validate on, got {len(text.training)} and {len(text.validation)}"
        )
    with threads(count) as run:
        return [carry_out(recipe, text, seed, run, folder.of(f"seed-{seed}", "step")) for seed in recipe.seeds]


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


GPT_RECIPE = GPTRecipe()
