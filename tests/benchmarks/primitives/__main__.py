"""Seconds of each primitive, of one contender, as JSON: `python -m tests.benchmarks.primitives ours [NAME...]`."""

import json
import os
import sys
from typing import Any

import numpy as np

import nnmath
from nnmath.training.loop import keep_freed_memory
from tests.benchmarks.primitives.textbook import CONTENDERS
from tests.benchmarks.primitives.works import Contender, PrimitiveWork, works
from tests.benchmarks.timing import repeats, timed

THREADS, ROUNDS, SHORTEST = 2, 25, 0.004


def function_of(contender: str, name: str, work: PrimitiveWork) -> Contender:
    """Return the function of a contender."""
    primitive = name.partition(",")[0]
    if contender == "ours":
        ours: Contender = getattr(nnmath, primitive).mathematics
        return ours
    if contender == "textbook":
        return CONTENDERS[primitive]
    import torch

    from tests.benchmarks.primitives.pytorch import contender as in_torch

    torch.set_num_threads(THREADS)
    return in_torch(primitive, work.wrt)


def seconds(function: Contender, work: PrimitiveWork) -> dict[str, float]:
    """Return the shortest time of the forward pass, and of both passes."""
    value, _ = function(*work.inputs)
    upstream = np.random.default_rng(1).standard_normal(np.shape(value)).astype(np.float32)[()]

    def forward() -> Any:
        return function(*work.inputs)

    def both() -> Any:
        return function(*work.inputs)[1](upstream)

    found = {}
    for kind, run in (("forward", forward), ("both", both)):
        count = repeats(run, SHORTEST)
        found[kind] = min(timed(run, count) for _ in range(ROUNDS))
    return found


def main(contender: str, *names: str) -> None:
    """Print the seconds."""
    keep_freed_memory()
    found = {
        name: seconds(function_of(contender, name, work), work)
        for name, work in works().items()
        if not names or name in names
    }
    print(json.dumps(found))


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", str(THREADS))
    main(*sys.argv[1:])
