"""What `make check` runs: every side of the triangle, for everything there is; exits with 1 when one does not hold."""

import argparse
import json
import os
import platform
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from nnmath.files import write_files
from nnmath.suite.subjects import DERIVATIONS, LAYERS
from nnmath.suite.table import HEADING, Row
from nnmath.suite.tasks import SUBJECTS, Properties, Task, all_tasks, sources


def main() -> int:
    """Run everything, print the table, write results/check.json."""
    arguments = argparse.ArgumentParser(prog="python -m nnmath.suite.command", description=__doc__)
    arguments.add_argument("--examples", type=int, default=200, help="inputs drawn for each row (default: 200)")
    examples = arguments.parse_args().examples
    if examples < 1:
        arguments.error(f"--examples: expected at least 1, got {examples}")
    start = time.monotonic()
    done = _run(all_tasks(examples))
    rows = [
        Row(name, *(done.get((side, name)) for side in ("equations", "code", "differences")))
        for name in dict.fromkeys([*SUBJECTS, *DERIVATIONS])
    ]
    properties = {folder: held for (side, folder), held in done.items() if side == "properties"}
    _print(rows, properties)
    ok = all(row.ok for row in rows) and not any(p.broken for p in properties.values())
    seconds = time.monotonic() - start
    result = {
        "ok": ok,
        "rows": [row.as_json() for row in rows],
        "properties": {folder: {"held": p.held, "broken": p.broken} for folder, p in properties.items()},
        "examples": examples,
        "sources": sources(),
        "seconds": round(seconds, 1),
        "versions": {"python": platform.python_version(), "numpy": np.__version__},
        "finished": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
    write_files(Path("results"), {"check.json": json.dumps(result, indent=2).encode() + b"\n"})
    print(f"\n{'Everything holds' if ok else 'NOT RIGHT'} ({seconds:.0f} s). results/check.json has the numbers.")
    return 0 if ok else 1


def _run(tasks: list[Task]) -> dict[tuple[str, str], Any]:
    """Run the tasks on all cores; what each found, by its side and its row."""
    done: dict[tuple[str, str], Any] = {}
    on_terminal = sys.stderr.isatty()
    with (
        ProcessPoolExecutor(os.cpu_count()) as pool,
        tqdm(total=len(tasks), desc="checking", unit="task", leave=False, disable=not on_terminal) as bar,
    ):
        running = {pool.submit(task): task for task in tasks}
        for future in as_completed(running):
            task = running[future]
            done[task.side, task.row] = future.result()
            bar.set_postfix_str(f"{task.side} of {task.row}")
            bar.update()
            if not on_terminal:
                print(f"{len(done)} of {len(tasks)}: {task.side} of {task.row}", file=sys.stderr, flush=True)
    return done


def _print(rows: list[Row], properties: dict[str, Properties]) -> None:
    print(HEADING)
    for row in rows:
        print(row)
    print()
    for name, layers in LAYERS.items():
        print(f"{name}: {layers}")
    print(
        "code: units in the last place (ulp), or epsilon times the size of the terms where these cancel; 8 are allowed"
    )
    print("finite differences: in error bars; more than 1 is wrong")
    for folder, p in properties.items():
        print(f"{folder}: {p.held} of {p.held + p.broken} hold")
    for row in rows:
        for failure in row.failures():
            print(f"\n{failure}")
    for p in properties.values():
        print(p.said, end="")


if __name__ == "__main__":
    sys.exit(main())
