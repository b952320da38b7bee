"""The command `python -m nnmath check FILE.py:FUNCTION`, for a backward pass in a person's own file."""

import argparse
import platform
import re
import shlex
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from nnmath.commands.answer import Answer
from nnmath.commands.status import COULD_NOT_RUN, EXAMPLES, RIGHT, SHARE, WIDTH, WRONG
from nnmath.gradcheck import Check, CouldNotCheckError, check_function
from nnmath.gradcheck.adapters import forward_pass
from nnmath.gradcheck.description import describe
from nnmath.gradcheck.outcome import Failure, Outcome
from nnmath.sampling import declared_inputs
from nnmath.suite.loading import load_function, load_module
from nnmath.suite.results import DifferencesSide, Row, finite, to_json

#: What is to be said in Python where a function takes arrays of another framework.
ARRAYS = re.compile(r"arrays='(\w+)'")


def function_answer(options: argparse.Namespace, so_far: Callable[[Answer], None]) -> Answer:
    """Check a function.

    Parameters
    ----------
    options : Namespace
        Of the command line.
    so_far : callable
        Takes what was found so far.
    """
    circumstances = _circumstances(options)
    file, colon, name = options.target.rpartition(":")
    if not colon or not name.isidentifier():
        why = f"expected FILE.py:FUNCTION, such as layer.py:dense, got {options.target!r}"
        return Answer(COULD_NOT_RUN, error=why, found=circumstances)
    loading = Answer(COULD_NOT_RUN, found=circumstances, doing=f"{file} was still being loaded", limited=True)
    so_far(loading)
    begin = time.monotonic()
    module = load_module(Path(file))
    function = load_function(module, Path(file), name)
    backward = load_function(module, Path(file), options.backward) if options.backward else None
    so_far(replace(loading, doing=f"{name}: the first example was still running"))
    try:
        check = check_function(
            function,
            options.shapes,
            options.domains,
            backward=backward,
            wrt=None if options.wrt is None else [part.strip() for part in options.wrt.split(",")],
            examples=options.examples,
            seed=options.seed,
            seconds=max(0.0, options.seconds * SHARE - (time.monotonic() - begin)),
            on_example=_Listener(name, function, options, so_far),
            arrays=options.arrays,
        )
    except CouldNotCheckError as error:
        why = str(error).replace("as backward=", "with --backward NAME")  # which is what it is called here
        why = ARRAYS.sub(r"--arrays \1", why)
        return Answer(COULD_NOT_RUN, error=why, found=circumstances)
    return _verdict(replace(check, name=name), options)


class _Listener:
    """Tells what was found so far: after each example, and whenever a smaller one shows a mistake."""

    def __init__(
        self,
        name: str,
        function: Callable[..., Any],
        options: argparse.Namespace,
        so_far: Callable[[Answer], None],
    ) -> None:
        self.name, self.options, self.so_far = name, options, so_far
        self.inputs = declared_inputs(forward_pass(function), options.shapes, options.domains)
        self.told: list[Failure] = []

    def __call__(self, outcome: Outcome) -> None:
        """Tell what is new."""
        done, asked = outcome.examples, self.options.examples
        check = Check(self.name, self.inputs, outcome, asked)
        if not outcome.failures:
            doing = (
                f"{self.name}: {done} of {asked} examples were checked, none wrong, and the next one was still running"
            )
            found = _as_json(check, self.options)
            self.so_far(Answer(COULD_NOT_RUN, found=found, doing=doing, limited=True, examples=done))
        elif [*map(id, outcome.failures)] != [*map(id, self.told)]:
            self.told = list(outcome.failures)
            doing = "smaller inputs that show it were still being looked for"
            self.so_far(replace(_verdict(check, self.options), doing=doing, limited=True, examples=done))


def _verdict(check: Check, options: argparse.Namespace) -> Answer:
    text = describe(check.name, check.inputs, check.outcome, check.asked, options.width)
    if not check.outcome.ok:
        text += f"\n\nTo see it again:\n  {_again(options)}"
    return Answer(RIGHT if check.outcome.ok else WRONG, text, found=_as_json(check, options))


def _again(options: argparse.Namespace) -> str:
    """Write the command line that gives the same answer."""
    words = ["python", "-m", "nnmath", "check", options.target]
    for name in ("backward", "shapes", "domains", "wrt", "arrays"):
        if getattr(options, name):
            words += [f"--{name}", getattr(options, name)]
    words += ["--examples", str(options.examples)] if options.examples != EXAMPLES else []
    return shlex.join([*words, "--seed", str(options.seed)])


def _as_json(check: "Check", options: argparse.Namespace) -> dict[str, Any]:
    """Return the row of the function, as for a derivation, with its side of the triangle; and what is found in it."""
    outcome, names = check.outcome, [i.name for i in check.inputs]
    totals = ("examples", "compared", "worst", "worst_at", "widest", "kinks", "not_judged")
    failure = "" if outcome.ok else describe(check.name, check.inputs, outcome, check.asked, WIDTH)
    side = DifferencesSide(**{name: getattr(outcome, name) for name in totals}, failure=failure)
    findings = [finding for failure in outcome.failures for finding in _findings(failure, names)]
    return {
        **to_json(Row(check.name, differences=side)),
        "refused": outcome.refused,
        "out_of_time": outcome.out_of_time,
        "shapes": {i.name: list(i.dims) for i in check.inputs},
        "findings": findings,
        "undecided": [] if outcome.undecided is None else [item.reason for item in outcome.undecided.undecided],
        "counterexample": findings[0]["counterexample"] if findings else None,
        **_circumstances(options),
    }


def _findings(failure: "Failure", names: list[str]) -> Iterator[dict[str, Any]]:
    inputs = {name: x.tolist() for name, x in zip(names, failure.inputs)}
    for finding in failure.report.findings:
        fields = {name: finite(value) for name, value in asdict(finding).items()}
        yield {"name": names[finding.input], **fields, "counterexample": inputs}


def _circumstances(options: argparse.Namespace) -> dict[str, Any]:
    return {"seed": options.seed, "versions": _versions()}


@cache
def _versions() -> dict[str, str]:
    versions = {"python": platform.python_version()}
    for package in ("nnmath", "numpy", "hypothesis"):
        try:
            versions[package] = version(package)
        except PackageNotFoundError:  # run from its folder, not installed
            versions[package] = "unknown"
    return versions
