"""The memory that training needs, which may not grow unnoticed. Nothing is timed here."""

import tracemalloc
from dataclasses import replace

import pytest

from tests.benchmarks.ours import Ours
from tests.benchmarks.work import WORKS, Work

#: The most that training may hold at any time beside the data, where full-batch MNIST is measured on a tenth of its
#: images. Measured, and a twentieth more.
MOST = {"radial": 1_191_000, "spiral": 802_000, "mnist, full batch": 1_441_000, "mnist, mini-batch": 2_516_000}


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.name)
def test_training_needs_no_more_memory_than_it_did(work: Work) -> None:
    work = replace(work, count=min(work.count, 6000) if not work.batch else 2 * work.batch)
    _ = work.data, work.theta  # made before
    tracemalloc.start()
    try:
        run = Ours(work, shuffle=False)
        run.epochs(1)
        tracemalloc.reset_peak()
        run.epochs(2)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak <= MOST[work.name], f"training of {work.name} needs {peak:,} bytes"
