"""What is measured of a whole process: the memory of the full-batch MNIST run, and the time until help is shown."""

import json
import os
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from nnmath.data.mnist import FILES, cache_folder
from tests.benchmarks.primitives.works import works

#: Bytes of the training images of MNIST in float32.
IMAGES = 60_000 * 784 * 4


def mnist_memory() -> float | None:
    """Return the peak memory of the full-batch MNIST run, in sizes of its training images; None without the images."""
    folders = [Path(os.environ.get("NNMATH_DATA", cache_folder())), cache_folder()]
    if not all(any((folder / f"{name}{end}").exists() for folder in folders for end in ("", ".gz")) for name in FILES):
        return None
    with tempfile.TemporaryDirectory() as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "nnmath", "train", "mnist", "--epochs", "3", "--out", out],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError("python -m nnmath train mnist failed")
    unit = 1 if sys.platform == "darwin" else 1024
    return usage.ru_maxrss * unit / IMAGES


#: The contenders that train networks, by module of `tests.benchmarks.networks`: what each needs.
CONTENDERS = {"ours": "", "by_hand": "", "pytorch": "torch", "jax_jit": "jax"}


def network_steps(work: str, rounds: int = 3) -> dict[str, dict[str, float]]:
    """Time a training step of a network, each contender in processes of its own and in turn; medians of the rounds."""
    names = [name for name, package in CONTENDERS.items() if not package or find_spec(package)]
    found: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            command = [sys.executable, "-m", "tests.benchmarks.networks", work, name]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            found[name].append(json.loads(done.stdout))
    losses = {name: rows[0]["loss"] for name, rows in found.items()}
    if max(losses.values()) - min(losses.values()) > 1e-3:
        raise RuntimeError(f"{work}: the losses differ: {losses}")
    return {
        name: {key: median(row[key] for row in rows) for key in ("seconds", "cpu", "megabytes")}
        for name, rows in found.items()
    }


#: The contenders that compute one primitive: what each needs.
OF_PRIMITIVES = {"ours": "", "textbook": "scipy", "pytorch": "torch"}


def primitive_seconds(only: str = "", rounds: int = 3) -> dict[str, dict[str, dict[str, float]]]:
    """Time the primitives that have `only` in their names, each contender in processes of its own and in turn.

    Returns
    -------
    dict
        By primitive and contender the shortest seconds of the forward pass, and of both passes.
    """
    chosen = [name for name in works() if only in name]
    found: dict[str, dict[str, dict[str, float]]] = {name: {} for name in chosen}
    for _ in range(rounds if chosen else 0):  # no name would stand for all of them
        for contender in (name for name, package in OF_PRIMITIVES.items() if not package or find_spec(package)):
            command = [sys.executable, "-m", "tests.benchmarks.primitives", contender, *chosen]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            for name, seconds in json.loads(done.stdout).items():
                best = found[name].setdefault(contender, seconds)
                found[name][contender] = {kind: min(seconds[kind], best[kind]) for kind in seconds}
    return found


def seconds_to_help() -> float:
    """Return the median time that `python -m nnmath --help` takes."""
    taken = []
    for _ in range(7):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "nnmath", "--help"], check=True, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - start)
    return median(taken)
