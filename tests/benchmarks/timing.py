"""Timing side by side: everybody in turn, in each of several rounds, so that a slow moment is everybody's."""

import time
from collections.abc import Callable, Mapping
from statistics import median

#: The shortest time that is measured in one go, in seconds, and how often each contender is measured.
SHORTEST, ROUNDS = 0.2, 9


def side_by_side(runs: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, dict[str, float]]:
    """Measure each of the runs, of which the first is the floor.

    Returns
    -------
    dict
        For each name the median of its seconds a run, and the median of its ratios to the floor of the same round.
    """
    counts = {name: repeats(run) for name, run in runs.items()}
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            seconds[name].append(timed(run, counts[name]))
    first = seconds[next(iter(runs))]
    return {
        name: {"seconds": median(own), "ratio": median(s / f for s, f in zip(own, first))}
        for name, own in seconds.items()
    }


def repeats(run: Callable[[], object], shortest: float = SHORTEST) -> int:
    """Warm up, and find how many runs take at least the shortest time, in seconds."""
    run()
    count = 1
    while (taken := timed(run, count) * count) < shortest:
        count = max(2 * count, int(count * shortest / max(taken, 1e-9)))
    return count


def timed(run: Callable[[], object], count: int) -> float:
    """Return the seconds a run, of so many."""
    start = time.perf_counter()
    for _ in range(count):
        run()
    return (time.perf_counter() - start) / count
