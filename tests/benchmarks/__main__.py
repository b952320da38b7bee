"""`make bench`: the trainer and the checker side by side with whatever of their peers is installed."""

import argparse
import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from nnmath.files import json_bytes, write_files
from tests.benchmarks import checkers, frameworks
from tests.benchmarks.agreement import disagreement
from tests.benchmarks.floor import Floor
from tests.benchmarks.loops import Loops, worth_timing
from tests.benchmarks.ours import Ours
from tests.benchmarks.process import mnist_memory, network_steps, primitive_seconds, seconds_to_help
from tests.benchmarks.textbook import Textbook
from tests.benchmarks.timing import ROUNDS, side_by_side
from tests.benchmarks.work import WORKS, Work

#: The most that the full-batch MNIST run may need, in sizes of its training images.
MOST_MEMORY = 2.5
#: The networks that are trained step by step, each contender in a process of its own.
NETWORKS = ("gpt", "lenet", "lstm")
PACKAGES = ("numpy", "torch", "jax", "scikit-learn", "autograd", "scipy")
Row = dict[str, Any]


def main() -> int:
    """Run the benchmarks, print their table, and say in results/bench.json what was measured, and on what."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each is measured (default: %(default)s)")
    parser.add_argument("--only", default="", help="measure only what has this in its name")
    options = parser.parse_args()
    memory, start = (mnist_memory(), seconds_to_help()) if not options.only else (None, None)  # before memory is taken
    rows, wrong = [], []
    print("seconds a step over those of the floor, a loop written by hand; medians\n")
    for work in WORKS:
        if options.only in work.name:
            row, complaints = training(work, options.rounds)
            rows, wrong = [*rows, row], wrong + complaints
            show(row)
    for name in NETWORKS:
        if options.only in name:
            steps = network_steps(name)
            rows.append({"name": name, "contenders": steps})
            told = [f"{n} {s['seconds'] * 1e3:.1f} ms, {s['megabytes']:.0f} MB" for n, s in steps.items()]
            print(f"{name:22} {'   '.join(told)}", flush=True)
    rows += primitives(options.only)
    for layer in checkers.LAYERS:
        name = "check {}×{} · {}×{}".format(*layer[:2], *layer[1:])
        if options.only in name:
            rows.append(checking(name, layer, options.rounds))
            show(rows[-1])
    if memory is not None:
        print(f"memory of the full-batch MNIST run: {memory:.2f} times its images; {MOST_MEMORY} are allowed")
        wrong += [f"the full-batch MNIST run needs {memory:.2f} times its images"] if memory > MOST_MEMORY else []
    elif not options.only:
        print("memory of the full-batch MNIST run: not measured, MNIST is not on this machine")
    if start is not None:
        print(f"python -m nnmath --help: {start:.2f} s")
    found = {"machine": machine(), "rounds": options.rounds, "rows": rows, "mnist_memory": memory, "help": start}
    write_files(Path("results"), {"bench.json": json_bytes(found)})
    print("\nresults/bench.json has the numbers.")
    for complaint in wrong:
        print(complaint, file=sys.stderr)
    return 1 if wrong else 0


def training(work: Work, rounds: int) -> tuple[Row, list[str]]:
    """Time the steps of all contenders that compute the same as the floor; return complaints about the others, too."""
    contenders: list[Any] = [Ours, Textbook, *([Loops] if worth_timing(work) else []), *frameworks.installed(work)]
    complaints = {c: disagreement(c, work) for c in contenders}
    runs = {c.name: c(work, True) for c in [Floor, *(c for c in contenders if not complaints[c])]}
    found = side_by_side({name: lambda run=run: run.epochs(1) for name, run in runs.items()}, rounds)
    for timing in found.values():
        timing["seconds"] /= work.steps
    return {"name": work.name, "contenders": found}, [complaint for complaint in complaints.values() if complaint]


def primitives(only: str) -> list[Row]:
    """Time the primitives; a row says how much longer than others ours takes, for the forward pass and for both."""
    found = primitive_seconds(only)
    if found:
        print("\nprimitives, seconds over those of PyTorch and of textbook NumPy: forward, forward and backward")
    for name, by in found.items():
        told = [
            f"{who} {by['ours']['forward'] / theirs['forward']:5.2f} {by['ours']['both'] / theirs['both']:5.2f}"
            for who, theirs in by.items()
            if who != "ours"
        ]
        print(f"{name:22} {by['ours']['both'] * 1e3:8.3f} ms   {'   '.join(told)}", flush=True)
    return [{"name": name, "contenders": by} for name, by in found.items()]


def checking(name: str, layer: tuple[int, int, int], rounds: int) -> Row:
    """Time checks of a right dense layer, each of which must find it right."""
    given = checkers.inputs(*layer)
    found = checkers.installed()
    for who, check in found.items():
        if not check(*given):
            raise RuntimeError(f"{name}: {who} calls a right layer wrong")
    return {"name": name, "contenders": side_by_side({n: lambda c=c: c(*given) for n, c in found.items()}, rounds)}


def show(row: Row) -> None:
    """Print a row of the table."""
    floor = row["contenders"]["floor"]["seconds"]
    unit, scale = ("ms", 1e3) if floor > 1e-3 else ("µs", 1e6)
    ratios = [f"{who} {t['ratio']:.2f}" for who, t in row["contenders"].items() if who != "floor"]
    print(f"{row['name']:22} floor {floor * scale:6.3g} {unit}   {'   '.join(ratios)}", flush=True)


def machine() -> dict[str, Any]:
    """Describe what this was measured on."""
    versions = {}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    model = ""
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "")
    return {
        "processor": model or platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "packages": versions,
    }


if __name__ == "__main__":
    sys.exit(main())
