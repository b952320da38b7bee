"""The bytes that a training step asks for, which may not grow unnoticed. Nothing is timed here."""

import tracemalloc
from dataclasses import replace

import pytest

from tests.benchmarks.ours import Ours
from tests.benchmarks.work import WORKS, Work

#: The most that one step may have allocated at the same time, beside what training holds from its first step on: for
#: each kind of work, where full-batch MNIST is measured on a tenth of its images. Measured, and a tenth more.
MOST = {"radial": 8_200, "spiral": 804_000, "mnist, full batch": 897_000, "mnist, mini-batch": 374_000}


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.name)
def test_a_step_allocates_no_more_than_it_did(work: Work) -> None:
    work = replace(work, count=min(work.count, 6000) if not work.batch else 2 * work.batch)
    run = Ours(work, shuffle=False)
    run.epochs(2)
    tracemalloc.start()
    try:
        run.epochs(1)
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        run.epochs(1)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak - before <= MOST[work.name], f"a step of {work.name} needs {peak - before:,} bytes"
