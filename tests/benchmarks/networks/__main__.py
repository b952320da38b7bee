"""Training steps of one contender, in a process of its own: `python -m tests.benchmarks.networks gpt ours`."""

import importlib
import json
import os
import resource
import sys
import time
from collections.abc import Iterator

import numpy as np

from nnmath.training.loop import keep_freed_memory
from nnmath.training.shards import threads
from tests.benchmarks.networks.works import WORKS, NetworkWork, Step

#: Steps that are timed, after a few that warm up.
STEPS, WARM_UP, THREADS = 60, 5, 2


def losses(work: NetworkWork, name: str, steps: int) -> Iterator[float]:
    """Yield the loss of each step of a contender."""
    module = importlib.import_module(f"tests.benchmarks.networks.{name}")
    if name == "ours":
        keep_freed_memory()
        with threads(THREADS) as run:
            yield from taken(work, module.step_of(work, run), steps)
        return
    if name == "pytorch":
        import torch

        torch.set_num_threads(THREADS)
    yield from taken(work, module.step_of(work), steps)


def taken(work: NetworkWork, step: Step, steps: int) -> Iterator[float]:
    """Take the steps."""
    for x, targets in work.batches(steps):
        yield step(x, targets)


def main(work: str, name: str) -> None:
    """Print the median step, the shortest, the loss of the last and the memory, as JSON."""
    found, times, cpu = [], [time.perf_counter()], 0.0
    for loss in losses(WORKS[work](), name, STEPS + WARM_UP):
        found.append(loss)
        times.append(time.perf_counter())
        cpu = time.process_time() if len(found) == WARM_UP else cpu
    seconds = np.diff(times)[WARM_UP:]
    measured = {
        "seconds": float(np.median(seconds)),
        "shortest": float(seconds.min()),
        "cpu": (time.process_time() - cpu) / STEPS,
        "loss": found[-1],
        "megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    print(json.dumps(measured))


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", str(THREADS))
    main(*sys.argv[1:])
