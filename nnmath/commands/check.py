"""The command `python -m nnmath check FILE.py:FUNCTION`, for a backward pass in a person's own file."""

import argparse
import json
import math
import os
import platform
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the others take their time; help should not wait for them
    from nnmath.gradcheck.examples import Failure, Outcome
    from nnmath.gradcheck.function import Check

RIGHT, WRONG, COULD_NOT_RUN = 0, 1, 2

#: How many inputs are checked, unless it is said.
EXAMPLES = 200

DESCRIPTION = """\
Check a backward pass against finite differences, at inputs that are drawn, and
say what is wrong with it.

FUNCTION returns (value, backward), and backward(upstream) the gradients, one
for each leading input. A function that returns its value alone goes with
--backward NAME, and NAME(upstream, *inputs) returns the gradients.

Of a derivation, a Markdown file, the equations are run, and the function in the
module that it links to is held to them."""

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
    """`check TARGET`: check a backward pass of one's own, FILE.py:FUNCTION, or a derivation, FILE.md."""
    command = commands.add_parser(
        "check",
        help="check a backward pass or a derivation of your own, and be told what is wrong with it",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("target", metavar="TARGET", help="FILE.py:FUNCTION, or FILE.md for a derivation")
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
    """Check, print what came of it and return the exit status."""
    if options.target.endswith(".md"):
        from nnmath.commands.check_derivation import run_derivation_check

        return run_derivation_check(options, options.examples)
    options.examples = options.examples or EXAMPLES
    from nnmath.gradcheck.description import WIDTH, describe, wrapped

    width = min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns)
    try:
        with _silence():
            check = _check(options)
    except ValueError as error:
        why = str(error).replace("as backward=", "with --backward NAME")  # which is what it is called here
        if options.json:
            print(json.dumps({"ok": False, "error": why, **_circumstances(options)}))
        else:
            print(wrapped(f"nnmath: {why}", width), file=sys.stderr)
        return COULD_NOT_RUN
    if options.json:
        print(json.dumps(_as_json(check, options)))
    else:
        print(describe(check.name, check.inputs, check.outcome, check.asked, width))
        if not check.outcome.ok:
            print(f"\nTo see it again:\n  {_again(options)}")
    return RIGHT if check.outcome.ok else WRONG


def _check(options: argparse.Namespace) -> "Check":
    from tqdm import tqdm

    from nnmath.commands.loading import load_function, load_module
    from nnmath.gradcheck.function import check_function

    file, colon, name = options.target.rpartition(":")
    if not colon or not name.isidentifier():
        raise ValueError(f"expected FILE.py:FUNCTION, such as layer.py:dense, got {options.target!r}")
    module = load_module(Path(file))
    function = load_function(module, Path(file), name)
    backward = load_function(module, Path(file), options.backward) if options.backward else None
    with _no_traces(), tqdm(total=options.examples, desc=name, unit=" examples", leave=False, disable=None) as bar:

        def show(outcome: "Outcome") -> None:
            if outcome.failures:
                bar.bar_format = "{desc} ({elapsed})"
                bar.set_description(f"{name} is wrong; looking for the smallest inputs that show it", refresh=False)
            bar.update(outcome.examples - bar.n)

        return check_function(
            function,
            options.shapes,
            options.domains,
            backward=backward,
            wrt=None if options.wrt is None else [part.strip() for part in options.wrt.split(",")],
            examples=options.examples,
            seed=options.seed,
            seconds=options.seconds,
            on_example=show,
        )


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


@contextmanager
def _silence() -> Iterator[None]:
    """Keep what a stranger's function prints out of the answer."""
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):
        yield


def _again(options: argparse.Namespace) -> str:
    """Write the command line that gives the same answer."""
    words = ["python", "-m", "nnmath", "check", options.target]
    for name in ("backward", "shapes", "domains", "wrt"):
        if getattr(options, name):
            words += [f"--{name}", getattr(options, name)]
    words += ["--examples", str(options.examples)] if options.examples != EXAMPLES else []
    return shlex.join([*words, "--seed", str(options.seed)])


def _as_json(check: "Check", options: argparse.Namespace) -> dict[str, Any]:
    outcome, names = check.outcome, [i.name for i in check.inputs]
    totals = ("compared", "worst", "worst_at", "widest", "kinks", "not_judged")
    findings = [finding for failure in outcome.failures for finding in _findings(failure, names)]
    return {
        "ok": outcome.ok,
        "examples": outcome.examples,
        "refused": outcome.refused,
        "out_of_time": outcome.out_of_time,
        **{name: _finite(getattr(outcome, name)) for name in totals},
        "shapes": {i.name: list(i.dims) for i in check.inputs},
        "findings": findings,
        "counterexample": findings[0]["counterexample"] if findings else None,
        **_circumstances(options),
    }


def _findings(failure: "Failure", names: list[str]) -> Iterator[dict[str, Any]]:
    inputs = {name: x.tolist() for name, x in zip(names, failure.inputs)}
    for finding in failure.report.findings:
        fields = {name: _finite(value) for name, value in asdict(finding).items()}
        yield {"name": names[finding.input], **fields, "counterexample": inputs}


def _finite(value: Any) -> Any:
    """JSON has no NaN and no infinity."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _circumstances(options: argparse.Namespace) -> dict[str, Any]:
    versions = {"python": platform.python_version()}
    for package in ("nnmath", "numpy", "hypothesis"):
        try:
            versions[package] = version(package)
        except PackageNotFoundError:  # run from its folder, not installed
            versions[package] = "unknown"
    return {"function": options.target, "seed": options.seed, "versions": versions}
