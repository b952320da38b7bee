r"""Conditions below sums: ``\substack{i = 1 \\ i \ne j}``, ``n : y_n = k``, ``k \ne j`` below an upper bound."""

from __future__ import annotations

import re

from nnmath.notes.document.brackets import group_end, split_outermost

_STACKED = re.compile(r"\{\s*(?:\\substack\s*\{|\\begin\s*\{subarray\}\s*\{[lcr]\})")
_STACK_ENDS = re.compile(r"\s*(?:\\end\s*\{subarray\}|\})\s*\}$")
_SUM = re.compile(r"\\(?:sum|prod)(?![A-Za-z])\s*(?:\\limits\s*)?_\s*(?=\{)")
_UNEQUAL = r"(?:[^=<>]*(?:[<>]|\\(?:ne|neq|lt|gt|leq?|geq?)(?![A-Za-z])|\\not\s*=)[^=]*)"
_WHERE = re.compile(rf"\s*[a-z]\s*(?P<sign>:(?!=)|\\colon(?![A-Za-z])|\||\\mid(?![A-Za-z]))(?=.*=|{_UNEQUAL})")
#: An index, and conditions on it, without a first value of it.
_CONDITIONS = re.compile(rf"\s*[a-z]\s*,(?!\s*[a-z]\s*(?:[,=]|$)).*|{_UNEQUAL}")
_ABOVE = re.compile(r"\s*\^\s*(?:\{[^{}]*\}|\w)")


def with_plain_bounds(latex: str) -> str:
    """Return an equation in which commas part what stands below a sum, and in which conditions have no upper bound."""
    for found in reversed(list(_STACKED.finditer(latex))):
        end = group_end(latex, found.start())
        closing = _STACK_ENDS.search(latex[:end]) if end > 0 else None
        if closing:
            rows = split_outermost(latex[found.end() : closing.start()], r"\\\\")
            latex = f"{latex[: found.start()]}{{{', '.join(row.strip(' ,') for _, row in rows)}}}{latex[end:]}"
    for found in reversed(list(_SUM.finditer(latex))):
        end = group_end(latex, found.end())
        below = latex[found.end() + 1 : end - 1] if end > 0 else ""
        if where := _WHERE.match(below):
            below = f"{below[: where.start('sign')]}, {below[where.end() :]}"
        above = _ABOVE.match(latex, end) if _CONDITIONS.fullmatch(below) else None
        if where or above:
            latex = f"{latex[: found.end()]}{{{below}}}{latex[above.end() if above else end :]}"
    return latex
