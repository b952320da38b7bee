"""What came of checking a function at many examples, described in words and plain numbers."""

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np

from nnmath.gradcheck.outcome import Failure, Outcome
from nnmath.sampling import Input

#: Columns of the text, for those who do not say how many they have.
WIDTH = 100


def describe(name: str, inputs: Sequence[Input], outcome: Outcome, asked: int, width: int = WIDTH) -> str:
    """Describe what came of checking a function.

    Parameters
    ----------
    name : str
        Of the function.
    inputs : sequence of Input
        What was declared of its inputs.
    outcome : Outcome
    asked : int
        How many examples were asked for.
    width : int
        Columns; lines of numbers may be longer.

    Returns
    -------
    str
        Where it is right, a line; where it is undecided, the reason; else for each wrong gradient the diagnosis and
        the smallest inputs that show it.
    """
    if outcome.ok:
        lines = [
            f"{name} is right: {outcome.examples} examples, {outcome.compared:,} derivatives, "
            f"worst {outcome.worst:.2g} error bars, {outcome.not_judged} not judged"
        ]
        if outcome.out_of_time:
            lines.append(f"Time ran out after {outcome.examples} of {asked} examples.")
        if outcome.refused:
            notes = "".join(f"; {note}" for note in getattr(outcome.refusal, "__notes__", ()))
            refusal = f"{type(outcome.refusal).__name__}: {outcome.refusal}{notes}"
            keep_out = f"domains, as in {inputs[0].name}=positive, keep such inputs out"
            lines.append(f"At {outcome.refused} further inputs it raised, first {refusal} ({keep_out})")
        lines += [f"note: {note}" for note in outcome.notes]
        return "\n".join(wrapped(line, width) for line in lines)
    if outcome.undecided is not None and not outcome.failures:
        lines = [f"{name} is undecided, with {', '.join(map(str, inputs))}", *outcome.undecided.wrong_lines()]
        return "\n".join(wrapped(line, width) for line in lines)
    groups = _grouped(outcome.failures)
    blocks = [wrapped(f"{name} is wrong, with {', '.join(map(str, inputs))}", width)]
    for group in groups:
        lines = [wrapped(line, width) for failure in group for line in failure.report.wrong_lines()]
        lines += _plainly(inputs, group[0].inputs)
        if any(finding.cause == "nonfinite" for failure in group for finding in failure.report.findings):
            hint = f"If {name} is not meant for such inputs, say what they may be: domains, as in"
            lines.append(wrapped(f"{hint} {inputs[0].name}=positive", width))
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def _grouped(failures: Sequence[Failure]) -> list[list[Failure]]:
    """Put together the failures that the same inputs show."""
    groups: list[list[Failure]] = []
    for failure in failures:
        for group in groups:
            if all(np.array_equal(a, b) for a, b in zip(failure.inputs, group[0].inputs)):
                group.append(failure)
                break
        else:
            groups.append([failure])
    return groups


def _plainly(inputs: Sequence[Input], arrays: Sequence[Any]) -> list[str]:
    """Write the sizes of the dimensions and the numbers of a counterexample."""
    sizes = dict(
        pair
        for i, x in zip(inputs, arrays)
        for pair in zip(i.dims, np.shape(x)[max(np.ndim(x) - len(i.dims), 0) :])
        if pair[0] != "..."  # any number of axes, which come first
    )
    dimensions = ", ".join(f"{dim} = {size}" for dim, size in sizes.items() if isinstance(dim, str))
    lines = [f"The smallest inputs found that show it{f', {dimensions}' if dimensions else ''}:"]
    for i, x in zip(inputs, arrays):
        start = f"    {i.name} = "
        lines += (start + _numbers(np.asarray(x)).replace("\n", "\n" + " " * len(start))).splitlines()
    return lines


def _numbers(x: np.ndarray[Any, Any]) -> str:
    """Write an array as nested lists, a row a line, in columns; every number in as few digits as make it exact."""
    entries = [repr(entry.item()) for entry in x.reshape(-1)]
    if not entries and x.ndim > 1:
        return f"an array of shape {x.shape}"
    width = max((len(entry) for entry in entries), default=0) if x.ndim > 1 else 0
    return _nested([entry.rjust(width) for entry in entries], x.shape)


def _nested(entries: list[str], shape: tuple[int, ...]) -> str:
    if not shape:
        return entries[0]
    if len(shape) == 1:
        return f"[{', '.join(entries)}]"
    length = len(entries) // shape[0]
    parts = [_nested(entries[i * length : (i + 1) * length], shape[1:]) for i in range(shape[0])]
    return "[" + ",\n".join(parts).replace("\n", "\n ") + "]"


def wrapped(line: str, width: int) -> str:
    """Break a line into lines of so many columns, those after the first indented."""
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    wrapper = textwrap.TextWrapper(max(width, 40), subsequent_indent=indent, break_long_words=False)
    wrapper.break_on_hyphens = False
    return wrapper.fill(line)
