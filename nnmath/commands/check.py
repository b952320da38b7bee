"""The command `python -m nnmath check`: of a function, of a derivation, or of the whole catalogue."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any

from nnmath.commands.status import COULD_NOT_RUN, EXAMPLES

DESCRIPTION = """\
Check a backward pass against finite differences, at inputs that are drawn, and
say what is wrong with it.

FILE.py:FUNCTION  a function of your own. It returns (value, backward), and
                  backward(upstream) the gradients, one for each leading input.
                  A function that returns its value alone goes with --backward
                  NAME, and NAME(upstream, *inputs) returns the gradients.
FILE.md           a derivation of your own. Its equations are run; the function
                  of its name in the module that it links to is compared with
                  them, and its backward pass with finite differences.
NAME              a derivation of nnmath, such as sigmoid: the same three sides.
nothing           all of them, and results/check.json is written."""

EPILOG = """\
shapes   Dimensions are names, the same size wherever they stand, or numbers;
         () is a single number. --shapes 'x=N,D W=D,M b=M', or in the file
             def dense(x: "N, D", W: "D, M", b: "M"):
         Annotated[np.ndarray, "N, D"] will do, too. A parameter with a default
         and without a shape is left alone.
domains  real (where nothing is said), positive, nonnegative, nonzero, [0, 1],
         (0, 1), integer, probabilities (rows that sum to 1), labels:K (from 0
         to K - 1, K a dimension). --domains 'x=positive y=labels:K', or
             def loss(x: "N, K positive", y: "N labels:K"):
exit     0 all gradients are right, 1 one is wrong, 2 the check could not be run

What the function prints while it is checked is not shown."""


def add_check(commands: Any) -> None:
    """`check [TARGET]`: a function of one's own, FILE.py:FUNCTION; a derivation, FILE.md; or the whole catalogue."""
    command = commands.add_parser(
        "check",
        help="check a backward pass or a derivation of your own, or all that nnmath has, and be told what is wrong",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("target", metavar="TARGET", nargs="?", help="FILE.py:FUNCTION, FILE.md, or NAME")
    command.add_argument("--backward", metavar="NAME", help="its backward pass, where it returns its value alone")
    command.add_argument("--shapes", metavar="TEXT", default="", help="shapes of the inputs: 'x=N,D W=D,M b=M'")
    command.add_argument("--domains", metavar="TEXT", default="", help="what they may be: 'x=positive y=labels:K'")
    command.add_argument("--wrt", metavar="NAMES", help="inputs that have a gradient: x,W (default: the leading ones)")
    for name, least, default, text in (
        ("examples", 1, None, "how many inputs are checked"),
        ("seed", 0, 0, "the same seed draws the same inputs"),
        ("seconds", 1, 20, "no further input is begun after this time"),
    ):
        kind, shown = whole_number(least), EXAMPLES if default is None else default
        command.add_argument(
            f"--{name}",
            metavar="N",
            type=kind,
            default=default,
            help=f"{text} (default: {shown})",
        )
    command.add_argument("--json", action="store_true", help="print one JSON object instead")
    command.set_defaults(run=run_check)


def whole_number(least: int) -> Callable[[str], int]:
    """Read a whole number that is not too small."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if number < least:
            raise argparse.ArgumentTypeError(f"expected a whole number from {least} on, got {text!r}")
        return number

    return read


def run_check(options: argparse.Namespace) -> int:
    """Check, print what was found and return the exit status."""
    try:
        run = _run_for(options)
        with _no_traces():
            return run(options)
    except (ValueError, OSError) as error:
        if options.json:
            target = {"target": options.target} if options.target else {}
            print(json.dumps({"ok": False, **target, "error": str(error)}))
        else:
            print(f"nnmath: {error}", file=sys.stderr)
        return COULD_NOT_RUN


def _run_for(options: argparse.Namespace) -> Callable[[argparse.Namespace], int]:
    """Return what checks a target of this kind."""
    target: str = options.target or ""
    if ":" in target or target.endswith(".py"):
        from nnmath.commands.check_function import run_function_check

        return run_function_check
    given = [f"--{name}" for name in ("backward", "shapes", "domains", "wrt") if getattr(options, name)]
    if given:
        raise ValueError(
            f"{given[0]} belongs to a function, FILE.py:FUNCTION, not to {target or 'the whole catalogue'}"
        )
    if target.endswith(".md"):
        from nnmath.commands.check_derivation import run_derivation_check

        return run_derivation_check
    if target and not target.replace(" ", "_").isidentifier():
        raise ValueError(f"expected FILE.py:FUNCTION, such as layer.py:dense, got {target!r}")
    from nnmath.commands.check_suite import run_suite_check

    return run_suite_check


@contextmanager
def _no_traces() -> Iterator[None]:
    """Let Hypothesis keep its notes elsewhere than in the folder of whoever calls."""
    from hypothesis.configuration import set_hypothesis_home_dir

    with TemporaryDirectory() as folder:
        set_hypothesis_home_dir(folder)
        try:
            yield
        finally:
            set_hypothesis_home_dir(None)
