"""What a sweep found: a document with its tables, and its JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from textwrap import fill
from typing import Any

from nnmath.accuracy.sweep import INPUTS, PARTS, Swept

#: The contenders, in the order of the columns.
CONTENDERS = ("nnmath", "NumPy", "PyTorch", "JAX")
#: From this size on no digit of a float32 number is right.
NO_DIGIT = 2.0**23
#: The width of a line.
WIDTH = 120

TITLE = "# Accuracy of float32 functions and their derivatives"
MEASURED = """The largest errors over {inputs} float32 inputs, in units in the last place (ulp) of the exact result.
Infinities, NaN and subnormal numbers are among the inputs. Measured by `make exhaustive` on a CPU, with {versions}."""
READING = """Each cell has the error of the value and that of the derivative. Half an ulp is the best that rounding
allows. *None* says that no digit is right: the error is 2²³ ulp or more, or only one of the two is a number."""
REFERENCE = """The reference is the same mathematics in float64. It was compared with the equations of the derivations,
to 40 digits, at a sample of the inputs: it is off by at most {reference:.0e} ulp of float32. *NumPy* is the formula of
a textbook, such as `1 / (1 + np.exp(-z))` for the sigmoid and `a * (1 - a)` for its derivative. JAX takes subnormal
numbers for 0. At the kink of relu and leaky_relu the derivative is a convention, and that of JAX is another."""
WHERE = "## Where the largest errors are"


def as_json(found: Sequence[Swept]) -> list[dict[str, Any]]:
    """Return what is written to ``results/accuracy.json``; infinity and NaN, which JSON lacks, are written as text."""
    rows: list[dict[str, Any]] = [asdict(one) for one in found]
    for row in rows:
        row["worst"] = {
            name: {part: {"ulp": _plain(ulp), "input": _plain(at)} for part, (ulp, at) in parts.items()}
            for name, parts in row["worst"].items()
        }
    return rows


def from_json(rows: Sequence[dict[str, Any]]) -> list[Swept]:
    """Return what `as_json` has written."""
    found = []
    for row in rows:
        worst = {
            name: {part: (float(error["ulp"]), float(error["input"])) for part, error in parts.items()}
            for name, parts in row["worst"].items()
        }
        found.append(Swept(**{**row, "worst": worst}))
    return found


def document(found: Sequence[Swept]) -> str:
    """Return Markdown: what was measured, the largest errors, and where they are."""
    fewest = min(one.inputs for one in found)
    inputs = "all 2³²" if fewest == INPUTS else f"{fewest:,} of 2³²"
    versions = ", ".join(f"{name} {version}" for name, version in found[0].versions.items())
    reference = max(ulp for one in found for ulp in one.reference.values())
    measured = paragraph(MEASURED.format(inputs=inputs, versions=versions))
    parts = (TITLE, measured, paragraph(READING), summary(found), paragraph(REFERENCE.format(reference=reference)))
    return "\n\n".join([*parts, WHERE, table(found)]) + "\n"


def summary(found: Sequence[Swept]) -> str:
    """Return a Markdown table with a row for each function: the largest errors of value and derivative."""
    rows = []
    for one in found:
        cells = [" and ".join(_size(one.worst[n][p][0]) for p in PARTS) if n in one.worst else "" for n in CONTENDERS]
        rows.append(f"| {one.label} | {' | '.join(cells)} |")
    return "\n".join([*_header(), *rows])


def table(found: Sequence[Swept]) -> str:
    """Return a Markdown table with a row for each function and part: the largest errors, and where they are."""
    rows = []
    for one in found:
        for part in PARTS:
            cells = [_cell(*one.worst[name][part]) if name in one.worst else "" for name in CONTENDERS]
            rows.append(f"| {one.label}: {part} | {' | '.join(cells)} |")
    return "\n".join([*_header(), *rows])


def paragraph(text: str) -> str:
    """Return a text in lines of 120 characters."""
    return fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def _header() -> list[str]:
    return [f"| function | {' | '.join(CONTENDERS)} |", f"|---|{'---:|' * len(CONTENDERS)}"]


def _cell(ulp: float, at: float) -> str:
    return "0" if ulp == 0 else f"{_size(ulp)} at {at:.9g}"


def _size(ulp: float) -> str:
    if ulp >= NO_DIGIT:
        return "none"
    return f"{ulp:,.0f}" if ulp >= 100 or ulp == 0 else f"{ulp:.2f}"


def _plain(x: float) -> float | str:
    return x if abs(x) < float("inf") else str(x)
