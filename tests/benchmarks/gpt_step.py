"""A training step of the GPT, in a process of its own: `python -m tests.benchmarks.gpt_step ours|torch`.

Batch and weights are the same for all; text is drawn at random, which takes as long as any other.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from nnmath.runs.gpt import make_update
from nnmath.runs.gpt_recipe import GPTRecipe
from nnmath.training.gpt import Sizes, initialize, unflatten
from nnmath.training.language_model import draw_batches, loss_and_gradient_of
from nnmath.training.loop import descend, keep_freed_memory
from nnmath.training.shards import threads

#: Steps that are timed, after a few that warm up.
STEPS, WARM_UP, THREADS = 60, 5, 2

RECIPE, SIZES = GPTRecipe(), Sizes(65)
TEXT = np.random.default_rng(0).integers(65, size=100_000)


def batches() -> Any:
    """Draw the same batches for everybody."""
    return draw_batches(TEXT, RECIPE.batch, RECIPE.context, np.random.default_rng(1), STEPS + WARM_UP)


def ours() -> list[tuple[float, float]]:
    """Return (seconds, loss) of each step."""
    theta = initialize(SIZES, np.random.default_rng(0))
    gradient, found = np.empty_like(theta), []
    keep_freed_memory()
    with threads(THREADS) as run:
        update, function = make_update(RECIPE, SIZES, run, theta, {}), loss_and_gradient_of(theta, gradient, SIZES, run)
        begun = time.perf_counter()
        for _, _, loss in descend(batches(), function, gradient, update, lambda _: RECIPE.rate):
            found.append((time.perf_counter() - begun, loss))
            begun = time.perf_counter()
    return found


def pytorch() -> list[tuple[float, float]]:
    """Return (seconds, loss) of each step of PyTorch, eager."""
    import torch

    from tests.training.torch_gpt import TorchGPT

    torch.set_num_threads(THREADS)
    model = TorchGPT(unflatten(initialize(SIZES, np.random.default_rng(0)), SIZES), SIZES.heads)
    optimizer = model.optimizer(RECIPE.rate, RECIPE.beta1, RECIPE.beta2, RECIPE.decay)
    found = []
    begun = time.perf_counter()
    for x, y in batches():
        loss = model.loss(x, y)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), RECIPE.clip)
        optimizer.step()
        found.append((time.perf_counter() - begun, loss.item()))
        begun = time.perf_counter()
    return found


CONTENDERS: dict[str, Callable[[], list[tuple[float, float]]]] = {"ours": ours, "torch": pytorch}


def main(name: str) -> None:
    """Print the median step, the shortest, the loss of the last and the memory, as JSON."""
    import resource

    found = CONTENDERS[name]()
    seconds = np.array([second for second, _ in found[WARM_UP:]])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps(
            {
                "seconds": float(np.median(seconds)),
                "shortest": float(seconds.min()),
                "cpu": time.process_time() / len(found),
                "loss": found[-1][1],
                "megabytes": round(memory),
            }
        )
    )


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", str(THREADS))
    main(sys.argv[1])
