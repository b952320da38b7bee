"""The command `python -m nnmath check FILE.md`, for a derivation and the module that it links to."""

import argparse
import json

from nnmath.commands.status import RIGHT, WRONG


def run_derivation_check(options: argparse.Namespace) -> int:
    """Check the three sides, print what was found and return the exit status."""
    from nnmath.suite.own import check_triangle
    from nnmath.suite.results import to_json

    found = check_triangle(options.target, options.examples, options.seed)
    row = found.row
    if options.json:
        print(json.dumps({"file": options.target, **to_json(row)}, allow_nan=False))
    else:
        print(found.equations)
        if found.code is None:
            print("no module to compare with it: only the equations were run")
        else:
            print(found.code)
            print(found.differences_text())
    return RIGHT if row.ok else WRONG
