"""The table of a sweep, for the terminal and for Markdown, and its JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from nnmath.accuracy.sweep import PARTS, Swept

#: The contenders, in the order of the columns.
CONTENDERS = ("nnmath", "NumPy", "PyTorch", "JAX")


def as_json(found: Sequence[Swept]) -> list[dict[str, Any]]:
    """Return what is written to ``results/accuracy.json``; infinity and NaN, which JSON lacks, are written as text."""
    rows: list[dict[str, Any]] = [asdict(one) for one in found]
    for row in rows:
        row["worst"] = {
            name: {part: {"ulp": _plain(ulp), "input": _plain(at)} for part, (ulp, at) in parts.items()}
            for name, parts in row["worst"].items()
        }
    return rows


def table(found: Sequence[Swept]) -> str:
    """Return a Markdown table: for each function, value and derivative, the largest error of each contender."""
    lines = [f"| function | | {' | '.join(CONTENDERS)} |", f"|---|---|{'---:|' * len(CONTENDERS)}"]
    for one in found:
        for part in PARTS:
            cells = [_cell(one.worst[name][part]) if name in one.worst else "" for name in CONTENDERS]
            lines.append(f"| {one.label if part == PARTS[0] else ''} | {part} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(worst: tuple[float, float]) -> str:
    ulp, at = worst
    if ulp == 0:
        return "0"
    size = "wrong" if ulp == float("inf") else f"{ulp:,.0f}" if ulp >= 100 else f"{ulp:.2f}"
    return f"{size} at {at:.9g}"


def _plain(x: float) -> float | str:
    return x if abs(x) < float("inf") else str(x)
