"""Training a GPT on Tiny Shakespeare, by a recipe."""

from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from nnmath.data.text import Text, decode, encode, read_text
from nnmath.runs import steps
from nnmath.runs.gpt_recipe import GPTRecipe
from nnmath.runs.steps import Task
from nnmath.training.adamw import adamw, clipped, warmup_cosine
from nnmath.training.checkpoints import CheckpointFolder, Checkpoints
from nnmath.training.gpt import Sizes, initialize, unflatten
from nnmath.training.gpt_file import GPT
from nnmath.training.language_model import draw_batches, generate, loss_and_gradient_of, score_text
from nnmath.training.metrics import Score
from nnmath.training.optimizers import State
from nnmath.training.shards import Map, threads
from nnmath.typing import Array

#: What the samples that are shown on the way begin with, and how long they are.
PROMPT, LENGTH = "\n", 300

#: So many windows of the text are scored on the way, and of what was learned from.
SCORED, SCORED_OF_TRAINING = 240, 1740


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
