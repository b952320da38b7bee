"""The command `python -m nnmath accuracy`: every float32 input of the functions of one number."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from nnmath.commands.parser import examples, integer
from nnmath.commands.status import RIGHT, WRONG


def add_accuracy(commands: Any) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "accuracy",
        help="compute functions of one number at all float32 inputs, and show their largest errors",
        description="Compute value and derivative of each function of one number at all 2**32 float32 inputs. Print "
        "the largest errors in units in the last place, beside NumPy, PyTorch and JAX if they are installed. It takes "
        "a few minutes a function. A run that was interrupted goes on where it stopped.",
        epilog=examples(["accuracy sigmoid", "accuracy gelu --chunks 16", "accuracy", "accuracy --float64 gelu"]),
    )
    parser.add_argument(
        "functions", nargs="*", metavar="NAME", help="names of functions, such as sigmoid (default: all)"
    )
    parser.add_argument(
        "--chunks", metavar="N", type=integer, help="of the 1,024 parts of the inputs, so many only, spread evenly"
    )
    parser.add_argument(
        "--float64",
        action="store_true",
        help="search for the largest errors in double precision instead, also of softmax and the losses; some minutes",
    )
    parser.add_argument("--no-peers", action="store_true", help="do not measure NumPy, PyTorch and JAX")
    parser.set_defaults(run=run_accuracy)


def run_accuracy(options: argparse.Namespace) -> int:
    """Sweep, print the table, and write ``results/accuracy.json`` and ``results/accuracy.md``."""
    if options.float64:
        return _search_float64(options.functions)
    from nnmath.accuracy import scalar_functions, sweep, wanted_chunks
    from nnmath.accuracy.sweep import ALLOWED, INPUTS
    from nnmath.accuracy.table import as_json, document, table
    from nnmath.files import write_files
    from nnmath.progress import ProgressBar

    every = scalar_functions()
    unknown = [name for name in options.functions if name not in {f.name for f in every.values()}]
    if unknown:
        names = ", ".join(dict.fromkeys(f.name for f in every.values()))
        raise ValueError(f"{unknown[0]}: expected a function of one number, one of {names}")
    if options.chunks is not None and options.chunks < 1:
        raise ValueError(f"--chunks: expected at least 1, got {options.chunks}")
    found = []
    for label, function in every.items():
        if options.functions and function.name not in options.functions:
            continue
        with ProgressBar(label, "parts", len(wanted_chunks(options.chunks))) as bar:
            folder = Path("results") / "accuracy"
            with_peers = not options.no_peers
            found.append(sweep(label, folder, chunks=options.chunks, with_peers=with_peers, said=bar.advance))
    numbers = json.dumps(as_json(found), indent=2, allow_nan=False)
    files = {"accuracy.json": f"{numbers}\n", "accuracy.md": document(found)}
    write_files(Path("results"), {name: text.encode() for name, text in files.items()})
    inputs = min(one.inputs for one in found)
    print(f"{table(found)}\n\nLargest errors in units in the last place, at {inputs:,} of {INPUTS:,} float32 inputs.")
    print("results/accuracy.md has the tables, results/accuracy.json the numbers.")
    ok = all(ulp <= ALLOWED for one in found for ulp, _ in one.worst["nnmath"].values())
    return RIGHT if ok else WRONG


def _search_float64(names: list[str]) -> int:
    """Search, print the table, and write ``results/accuracy_float64.json`` and ``results/accuracy_float64.md``."""
    from nnmath.accuracy.float64_table import FAMILIES, as_json, search_all, section
    from nnmath.files import write_files
    from nnmath.suite.catalogue import catalogue
    from nnmath.suite.code_check import MOST_ULP

    known = [name for name, entry in catalogue().items() if entry.family in FAMILIES]
    if unknown := [name for name in names if name not in known]:
        raise ValueError(f"{unknown[0]}: expected one of {', '.join(known)}")
    found = search_all(names, lambda label: print(label, file=sys.stderr, flush=True))
    numbers = json.dumps(as_json(found), indent=2, allow_nan=False)
    files = {"accuracy_float64.json": f"{numbers}\n", "accuracy_float64.md": section(found)}
    write_files(Path("results"), {name: text.encode() for name, text in files.items()})
    print(section(found))
    print("results/accuracy_float64.md has the table, results/accuracy_float64.json the numbers.")
    return RIGHT if all(one.ulp <= MOST_ULP for one in found) else WRONG
