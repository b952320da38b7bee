"""Training a GPT on Tiny Shakespeare, by a recipe."""

import json
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from nnmath.data.text import Text, decode, encode
from nnmath.progress import ProgressBar
from nnmath.runs.gpt_recipe import GPTRecipe
from nnmath.training.adamw import adamw, clipped, warmup_cosine
from nnmath.training.checkpoints import CheckpointFolder, Checkpoints
from nnmath.training.gpt import Sizes, initialize, unflatten
from nnmath.training.gpt_file import GPT
from nnmath.training.language_model import draw_batches, generate, loss_and_gradient_of, score_text
from nnmath.training.loop import descend, keep_freed_memory
from nnmath.training.metrics import Score
from nnmath.training.optimizers import State
from nnmath.training.progress import Progress, RunSettings
from nnmath.training.shards import Map, threads
from nnmath.typing import Array

#: What the samples that are shown on the way begin with, and how long they are.
PROMPT, LENGTH = "\n", 300


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
