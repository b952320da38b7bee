"""The commands `python -m nnmath check` and `python -m nnmath check NAME`, for the catalogue of nnmath itself."""

import argparse
import json
from pathlib import Path
from tempfile import TemporaryDirectory

from nnmath.commands.answer import Answer
from nnmath.commands.status import EXAMPLES, RIGHT, WRONG


def suite_answer(options: argparse.Namespace) -> Answer:
    """Check the catalogue, or one entry of it.

    The results of the whole catalogue are written to ``results/check.json``.
    """
    from hypothesis.configuration import set_hypothesis_home_dir

    from nnmath.files import write_files
    from nnmath.suite.results import to_json
    from nnmath.suite.subjects import LAYERS
    from nnmath.suite.suite import run_suite
    from nnmath.suite.table import table
    from nnmath.suite.tasks import entries

    only = options.target or ""
    with TemporaryDirectory() as folder:
        set_hypothesis_home_dir(folder)  # its notes are kept from the folder of whoever calls
        try:
            results = run_suite(options.examples or EXAMPLES, options.seed, only)
        finally:
            set_hypothesis_home_dir(None)
    found, where = to_json(results), ""
    if not only:
        whole = json.dumps(found, indent=2, allow_nan=False)
        write_files(Path("results"), {"check.json": whole.encode() + b"\n"})
        where = " results/check.json has the numbers."
    end = f"{'Everything holds' if results.ok else 'NOT RIGHT'} ({results.seconds:.0f} s).{where}"
    families = {name: entry.family for name, entry in entries().items()}
    text = table(results, LAYERS, families)
    return Answer(RIGHT if results.ok else WRONG, f"{text}\n\n{end}", found=found)
