"""The whole triangle over the catalogue: every side of every row, on all cores."""

import gc
import os
import platform
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from difflib import get_close_matches
from typing import Any

import numpy as np
from tqdm import tqdm

from nnmath.streams import tell
from nnmath.suite.catalogue import source_digests
from nnmath.suite.results import Row, SuiteResults
from nnmath.suite.tasks import Task, all_tasks, entries, property_tasks, row_names


def run_suite(examples: int, seed: int = 0, only: str = "") -> SuiteResults:
    """Check every row of the catalogue, or one.

    Parameters
    ----------
    examples : int
        How many inputs are drawn for each row.
    seed : int
        The same seed draws the same inputs.
    only : str
        The name of a derivation or a network; without it, everything is checked, the tests of the properties, too.

    Raises
    ------
    ValueError
        There is no row of this name, or a side could not be checked to its end.
    """
    names = row_names()
    if only and only not in names:
        close = get_close_matches(only, names, 1)
        if close:
            raise ValueError(f"there is no {only}; did you mean {close[0]}?")
        raise ValueError(f"expected one of {', '.join(names)}, got {only!r}")
    rows = [only] if only else names
    start = time.monotonic()
    tasks = [*([] if only else property_tasks(examples)), *all_tasks(examples, rows, seed)]
    done = _run(tasks)
    return SuiteResults(
        rows=tuple(Row(name, **{side: found for (side, row), found in done.items() if row == name}) for name in rows),
        properties={folder: found for (side, folder), found in done.items() if side == "properties"},
        examples=examples,
        seconds=round(time.monotonic() - start, 1),
        versions={"python": platform.python_version(), "numpy": np.__version__},
        finished=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        sources=source_digests({name: entry for name, entry in entries().items() if name in rows}),
    )


def _run(tasks: Sequence[Task]) -> dict[tuple[str, str], Any]:
    """Run the tasks on all cores; what each found, by its side and its row."""
    done: dict[tuple[str, str], Any] = {}
    on_terminal = sys.stderr.isatty()
    with (  # what is imported is never garbage: looking at it again and again takes a tenth of the time
        ProcessPoolExecutor(min(os.cpu_count() or 1, len(tasks)), initializer=gc.freeze) as pool,
        tqdm(total=len(tasks), desc="checking", unit="task", leave=False, disable=not on_terminal) as bar,
    ):
        running = {pool.submit(task): task for task in tasks}
        for future in as_completed(running):
            task = running[future]
            done[task.side, task.row] = _result(future, task)
            bar.set_postfix_str(f"{task.side} of {task.row}")
            bar.update()
            if not on_terminal:
                tell(f"{len(done)} of {len(tasks)}: {task.side} of {task.row}")
    return done


def _result(future: Future[Any], task: Task) -> Any:
    """Return what a task found; whatever ended it, also `SystemExit` in a process of the pool, is no verdict."""
    try:
        return future.result()
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        what = f"{task.side} of {task.row} could not be checked"
        raise ValueError(f"{what}: {type(error).__name__}: {error}") from error
