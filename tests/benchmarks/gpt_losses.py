"""The first losses of the GPT beside PyTorch's: `python -m tests.benchmarks.gpt_losses [--steps 1000] [--seed 0]`.

Both start from the same weights and take the steps of `train gpt` with the same batches of the text. Each rounds in an
order of its own, and training makes small differences larger. So a third run is ours again, in which each weight is
moved by a rounding error, at random, before each step. How far it drifts from ours is what rounding explains, beside
the rounding of the loss itself.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.data.text import Text, read_text
from nnmath.progress import progress
from nnmath.runs.gpt import task_of
from nnmath.runs.gpt_recipe import GPT_RECIPE, GPTRecipe
from nnmath.training.gpt import Sizes, initialize, unflatten
from nnmath.training.loop import descend
from nnmath.training.shards import threads

#: The most that PyTorch may drift from ours, in drifts that rounding explains; each is a mean over steps.
MOST = 3.0

#: The largest relative error of one operation in float32.
ROUNDING = 2.0**-24


def ours(recipe: GPTRecipe, text: Text, theta: Any, seed: int, steps: int, noise: Any = None) -> Iterator[float]:
    """Yield the losses of our steps; a generator as `noise` moves each weight by a rounding error before each."""
    gradient, sizes = np.empty_like(theta), sizes_of(recipe, text)
    with threads() as run:
        task = task_of(recipe, text, sizes, run)
        batches = task.batches(batch_rng(seed), steps)
        update = task.make_update(theta, {})
        function = task.loss_and_gradient(theta, gradient)

        def loss_and_gradient(x: Any, y: Any) -> float:
            if noise is not None:
                theta[...] *= 1 + noise.choice(np.float32([-2 * ROUNDING, 2 * ROUNDING]), len(theta))
            return function(x, y)

        for _, _, loss in descend(batches, loss_and_gradient, gradient, update, task.rate_at):
            yield loss


def pytorch(recipe: GPTRecipe, text: Text, theta: Any, seed: int, steps: int) -> Iterator[float]:
    """Yield the losses of PyTorch's steps."""
    import torch

    from tests.training.torch_gpt import TorchGPT

    model = TorchGPT(unflatten(theta, sizes_of(recipe, text)), recipe.heads)
    optimizer = model.optimizer(recipe.rate, recipe.beta1, recipe.beta2, recipe.decay)
    with threads() as run:
        task = task_of(recipe, text, sizes_of(recipe, text), run)
        for step, (x, y) in enumerate(task.batches(batch_rng(seed), steps)):
            for group in optimizer.param_groups:
                group["lr"] = task.rate_at(step)
            loss = model.loss(x, y)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), recipe.clip)
            optimizer.step()
            yield float(loss.item())


def sizes_of(recipe: GPTRecipe, text: Text) -> Sizes:
    """Return how large the GPT is."""
    return Sizes(len(text.characters), recipe.context, recipe.width, recipe.heads, recipe.blocks)


def batch_rng(seed: int) -> np.random.Generator:
    """Return the generator that draws the batches of `train gpt`."""
    return np.random.default_rng(seed).spawn(2)[1]


def compared(recipe: GPTRecipe, text: Text, seed: int, steps: int, hidden: bool = False) -> NDArray[np.float64]:
    """Return the losses of the three runs, shape (steps, 3): ours, PyTorch's, ours with rounding."""
    theta = initialize(sizes_of(recipe, text), np.random.default_rng(seed).spawn(2)[0])
    runs = zip(
        ours(recipe, text, theta.copy(), seed, steps),
        pytorch(recipe, text, theta, seed, steps),
        ours(recipe, text, theta.copy(), seed, steps, noise=np.random.default_rng(seed + 1)),
        strict=True,
    )
    return np.array(list(progress(runs, "losses", "steps", steps, hidden=hidden)))


def drifts(losses: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """Return the means over `width` steps of how far PyTorch, and the run with rounding, are from ours; (parts, 2)."""
    apart = np.abs(losses[:, 1:] - losses[:, :1])
    apart[:, 1] += 2 * ROUNDING * losses[:, 0]
    return np.array([part.mean(axis=0) for part in np.array_split(apart, max(1, len(apart) // width))])


def main() -> int:
    """Print both drifts as the runs go on; the exit status is 1 if PyTorch's is more than rounding explains."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.gpt_losses", description=__doc__)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--text", type=Path)
    options = parser.parse_args()
    losses = compared(GPT_RECIPE, read_text(options.text), options.seed, options.steps)
    width = max(1, options.steps // 10)
    found = drifts(losses, width)
    print("steps        loss   PyTorch is off by   what rounding explains")
    for i, (theirs, moved) in enumerate(found):
        loss = losses[i * width : (i + 1) * width, 0].mean()
        print(f"{i * width + 1:5} on  {loss:7.4f}             {theirs:.1e}                               {moved:.1e}")
    share = float(found[:, 0].mean() / found[:, 1].mean())
    print(f"PyTorch's drift is {share:.2f} times what rounding explains; {MOST:g} are allowed")
    return int(share > MOST)


if __name__ == "__main__":
    raise SystemExit(main())
