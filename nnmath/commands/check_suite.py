"""The commands `python -m nnmath check` and `python -m nnmath check NAME`, for the catalogue of nnmath itself."""

import argparse
import json
from pathlib import Path

from nnmath.commands.status import EXAMPLES, RIGHT, WRONG


def run_suite_check(options: argparse.Namespace) -> int:
    """Check the catalogue, or one entry of it; print the results and return the exit status.

    The results of the whole catalogue are written to ``results/check.json``.
    """
    from nnmath.files import write_files
    from nnmath.suite.results import to_json
    from nnmath.suite.subjects import LAYERS
    from nnmath.suite.suite import run_suite
    from nnmath.suite.table import table

    only = options.target or ""
    results = run_suite(options.examples or EXAMPLES, options.seed, only)
    where = ""
    if not only:
        whole = json.dumps(to_json(results), indent=2, allow_nan=False)
        write_files(Path("results"), {"check.json": whole.encode() + b"\n"})
        where = " results/check.json has the numbers."
    if options.json:
        print(json.dumps(to_json(results), allow_nan=False))
    else:
        print(table(results, LAYERS))
        print(f"\n{'Everything holds' if results.ok else 'NOT RIGHT'} ({results.seconds:.0f} s).{where}")
    return RIGHT if results.ok else WRONG
