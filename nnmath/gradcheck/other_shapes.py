"""Shapes that tests forget: other numbers of axes, and axes without entries."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from nnmath.gradcheck.report import Finding, GradientReport
from nnmath.sampling import Input, distinct_inputs

#: Any number of axes, in a shape.
ANY = "..."
#: So many axes the first input may have.
MOST_AXES = 5


Judge: TypeAlias = Callable[[tuple[Any, ...]], GradientReport]


@dataclass(frozen=True)
class OtherShape:
    """Inputs of other shapes, and what these are."""

    inputs: tuple[Any, ...]
    what: str


def with_axes(inputs: Sequence[Input], count: int) -> tuple[Input, ...]:
    """Put so many axes in the place of ``...``."""
    names = tuple(f"axis{i}" for i in range(count))
    return tuple(
        replace(i, dims=tuple(dim for given in i.dims for dim in (names if given == ANY else (given,)))) for i in inputs
    )


def axes(count: int) -> str:
    """So many axes, in words."""
    return f"{count} {'axis' if count == 1 else 'axes'}"


def all_forms(inputs: Sequence[Input]) -> list[tuple[Input, ...]]:
    """The declared inputs with 1 to 5 axes of the longest in place of ``...``; two in all come first.

    Without any ``...`` the inputs as they are.
    """
    if not any(ANY in i.dims for i in inputs):
        return [tuple(inputs)]
    rest = max(len(i.dims) - 1 for i in inputs if ANY in i.dims)
    counts = range(max(1 - rest, 0), max(MOST_AXES - rest, 0) + 1)
    return [with_axes(inputs, count) for count in sorted(counts, key=lambda count: abs(count + rest - 2))]


def other_numbers_of_axes(inputs: Sequence[Input], seed: int) -> list[OtherShape]:
    """Inputs with none, two or more axes in place of the first one of the first input, wherever it stands."""
    first = inputs[0].dims[0] if inputs[0].dims else None
    if not isinstance(first, str) or first == ANY or any(i.domain.classes == first for i in inputs):
        return []
    batched = [replace(i, dims=tuple(ANY if dim == first else dim for dim in i.dims)) for i in inputs]
    rest = len(inputs[0].dims) - 1
    counts = [count for count in range(MOST_AXES - rest + 1) if count != 1 and count + rest > 0]
    return [
        OtherShape(distinct_inputs(with_axes(batched, count), seed), f"{inputs[0].name} has {axes(count + rest)}")
        for count in counts
    ]


def without_entries(inputs: Sequence[Input], seed: int) -> list[OtherShape]:
    """For each dimension that has a name, inputs in which its length is 0; not where labels count up to it."""
    drawn = distinct_inputs(inputs, seed)
    names = dict.fromkeys(dim for i in inputs for dim in i.dims if isinstance(dim, str))
    counted = {i.domain.classes for i in inputs}
    found = []
    for name in names:
        if name in counted or any(i.domain.kind == "probabilities" and i.dims[-1:] == (name,) for i in inputs):
            continue
        empty = [x[tuple(slice(0) if dim == name else slice(None) for dim in i.dims)] for i, x in zip(inputs, drawn)]
        found.append(OtherShape(tuple(np.array(x) for x in empty), f"{name} is 0"))
    return found


def wrong_at(judge: Judge, shapes: Sequence[OtherShape]) -> list[tuple[OtherShape, GradientReport]]:
    """Those of the shapes at which a gradient is wrong; a function that raises there, or has no value, refuses them."""
    found = []
    for other in shapes:
        report = report_at(judge, other.inputs)
        if report is not None and report.findings and not any(map(_has_no_value, report.findings)):
            found.append((other, report))
    return found


def report_at(judge: Judge, inputs: tuple[Any, ...]) -> GradientReport | None:
    """The report at these inputs; None where the function refuses them."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the mean of nothing, which is no value
            return judge(inputs)
    except Exception:  # it may raise anything
        return None


def only_there(report: GradientReport, what: str) -> GradientReport:
    """The same report, which says that the gradients are right at the usual shapes."""
    start = f"It is wrong only where {what}: "
    found = (replace(f, cause="shape", message=start + f.message[0].lower() + f.message[1:]) for f in report.findings)
    return replace(report, findings=tuple(found))


def is_silent(report: GradientReport) -> bool:
    """Whether wrong numbers are returned, and no exception."""
    return not any(finding.message.startswith("The backward pass raises") for finding in report.findings)


def _has_no_value(finding: Finding) -> bool:
    return finding.cause == "nonfinite" and finding.message.startswith("The value")
