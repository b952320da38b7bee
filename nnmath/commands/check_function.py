"""The command `python -m nnmath check FILE.py:FUNCTION`, for a backward pass in a person's own file."""

import argparse
import json
import math
import os
import platform
import shlex
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nnmath.commands.status import COULD_NOT_RUN, EXAMPLES, RIGHT, WRONG

if TYPE_CHECKING:  # the others take their time; help should not wait for them
    from nnmath.gradcheck.examples import Failure, Outcome
    from nnmath.gradcheck.function import Check


def run_function_check(options: argparse.Namespace) -> int:
    """Check a function, print what was found and return the exit status."""
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

    from nnmath.gradcheck.function import check_function
    from nnmath.suite.loading import load_function, load_module

    file, colon, name = options.target.rpartition(":")
    if not colon or not name.isidentifier():
        raise ValueError(f"expected FILE.py:FUNCTION, such as layer.py:dense, got {options.target!r}")
    module = load_module(Path(file))
    function = load_function(module, Path(file), name)
    backward = load_function(module, Path(file), options.backward) if options.backward else None
    with tqdm(total=options.examples, desc=name, unit=" examples", leave=False, disable=None) as bar:

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
