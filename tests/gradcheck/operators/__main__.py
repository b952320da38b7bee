"""PyTorch's operator database: right backward passes, and mistakes that are planted in them.

    python -m tests.gradcheck.operators FILE [--samples 3] [--seed 0] [--plants 1] [--first 0] [--last 999]

Each line of FILE is one check, and a check that has a line is not repeated. Each operator has a process of its own,
which may take `--limit` seconds of the processor. PyTorch's tests need expecttest, which the extra `peers` has.
`--gradcheck` runs PyTorch's own checker beside ours. Then come the sums. What is PyTorch's own error stands in
`known.py`, each with the exact number.
"""

import argparse
import json
import multiprocessing
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from nnmath.gradcheck import check_gradients
from tests.gradcheck.operators.operator import Sample, names, samples
from tests.gradcheck.operators.plants import PLANTS, Plant, planted
from tests.gradcheck.operators.sums import sums

#: What a line is known by.
KEY = "operator", "sample", "seed", "plant"


def main() -> None:
    """Check what has no line yet, and print the sums."""
    given = _arguments()
    torch.set_num_threads(1)
    torch.manual_seed = torch.default_generator.manual_seed  # it keeps a stack trace for GPUs in each call
    done = set()
    if given.file.exists():
        done = {tuple(json.loads(line)[key] for key in KEY) for line in given.file.read_text().splitlines()}
    _check(next(samples(names()[0], 0, 1)), None, given)  # what is imported at the first call is not timed
    with given.file.open("a") as file:
        for name in names():
            if given.first <= int(name.split()[0]) <= given.last and given.only in name:
                for row in _in_a_process(name, given, done):
                    print(json.dumps(row), file=file, flush=True)
    print(sums([json.loads(line) for line in given.file.read_text().splitlines()]))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--only", default="")
    for option, default in (("samples", 3), ("seed", 0), ("plants", 1), ("first", 0), ("last", 9999), ("limit", 60)):
        parser.add_argument(f"--{option}", type=int, default=default)
    parser.add_argument("--gradcheck", action="store_true")
    return parser.parse_args()


def _in_a_process(name: str, given: argparse.Namespace, done: set[tuple[Any, ...]]) -> Iterator[dict[str, Any]]:
    """The lines of one operator; where it takes too long, a line that says so."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=_work, args=(name, given, done, sender))
    process.start()
    sender.close()
    row: dict[str, Any] = {}
    while True:
        try:
            row = receiver.recv()
        except EOFError:
            break
        if "verdict" in row:
            yield row
    process.join()
    if process.exitcode and "operator" in row:
        yield {**row, "verdict": "ended", "cpu": given.limit, "text": f"exit code {process.exitcode}"}


def _work(name: str, given: argparse.Namespace, done: set[tuple[Any, ...]], sender: Any) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + given.limit, resource.RLIM_INFINITY))
    for sample in samples(name, given.seed, given.samples):
        for plant in (None, *_chosen(sample, given)):
            row = {"operator": name, "sample": sample.number, "seed": given.seed, "plant": plant and plant.name}
            if tuple(row[key] for key in KEY) in done:
                continue
            sender.send(row)
            sender.send({**row, **_check(sample, plant, given)})


def _chosen(sample: Sample, given: argparse.Namespace) -> Iterator[Plant]:
    """As many mistakes as are asked for, the first of them another one for each operator, sample and seed."""
    start = int(sample.operator.split()[0]) + 3 * sample.number + given.seed
    found = 0
    for i in range(len(PLANTS)):
        plant = PLANTS[(start + i) % len(PLANTS)]
        if found < given.plants and planted(sample, plant, _which(sample)) is not None:
            found += 1
            yield plant


def _which(sample: Sample) -> int:
    return sample.number % len(sample.inputs)


def _check(sample: Sample, plant: Plant | None, given: argparse.Namespace) -> dict[str, Any]:
    """What came of one check."""
    which = _which(sample)
    wrong = planted(sample, plant, which) if plant else None
    function = sample.function if wrong is None else wrong
    begin = time.process_time()
    try:
        report = check_gradients(function, *sample.inputs, seed=given.seed)
        verdict = "wrong" if report.findings else "undecided" if report.undecided else "right"
        causes = [finding.cause for finding in report.findings if plant is None or finding.input == which]
        row: dict[str, Any] = {"verdict": verdict, "causes": causes, "compared": report.compared}
        row["text"] = str(report)[:1500]
        row["skipped"] = len(report.not_judged)
    except Exception as error:  # whatever it is, it is the row
        row = {"verdict": "raised", "causes": [], "compared": 0, "text": f"{type(error).__name__}: {error}"[:1500]}
    row["cpu"] = round(time.process_time() - begin, 3)
    row["entries"] = [x.numel() for x in sample.inputs]
    if plant is not None:
        row["named"] = bool(row["causes"]) and row["causes"][0] in _names(plant, sample.inputs[which].numel())
    if given.gradcheck:
        begin = time.process_time()
        apply = function if wrong is None else wrong.apply
        try:
            right = torch.autograd.gradcheck(apply, sample.inputs, raise_exception=False)
        except Exception as error:  # whatever it is, it is no verdict
            right = f"{type(error).__name__}: {error}"[:300]
        row |= {"gradcheck": right, "gradcheck_cpu": round(time.process_time() - begin, 3)}
    return row


def _names(plant: Plant, entries: int) -> tuple[str, ...]:
    """What a mistake may be called: a single entry that is off by a factor is off by a factor."""
    return (*plant.causes, "scale") if entries == 1 else plant.causes


if __name__ == "__main__":
    main()
