r"""Braces around terms with their sign, ``a \underbrace{+ b - b}_{= 0}``, ``a \textcolor{red}{+ b}``: no factors."""

from __future__ import annotations

import re

from nnmath.notes.document.brackets import group_end

_BRACE = re.compile(
    r"\\(?:(?:under|over)brace|textcolor\s*\{[^{}]*\}|colorbox\s*\{[^{}]*\}|[bx]?cancel(?![A-Za-z]))\s*(?=\{)"
)
_SIGN = re.compile(r"(?:\s|\\[,;:! ])*[+-]")
_WHY = re.compile(r"\s*[_^]\s*(?=\{)")


def without_signed_braces(latex: str) -> str:
    """Return an equation in which terms that stand with their sign in such braces stand without them."""
    for found in reversed(list(_BRACE.finditer(latex))):
        end = group_end(latex, found.end())
        inner = latex[found.end() + 1 : end - 1] if end > 0 else ""
        if not _SIGN.match(inner):
            continue
        why = _WHY.match(latex, end) if "brace" in found.group() else None
        after = group_end(latex, why.end()) if why else end
        latex = f"{latex[: found.start()]} {inner} {latex[max(after, end) :]}"
    return latex
