r"""Positive parts: ``(1 - x)_+`` and ``[1 - x]_{+}`` are ``\max(0, 1 - x)``."""

from __future__ import annotations

import re

from nnmath.notes.document.brackets import group_end

_OPENING = re.compile(r"(?:\\(?:left|[bB]igg?l?)\s*)?[(\[]")
_PART = re.compile(r"\s*_\s*(?:\{\s*\+\s*\}|\+)")
_CLOSING = re.compile(r"\\(?:right|[bB]igg?r?)\s*$")


def with_positive_parts(latex: str) -> str:
    """Return an equation with the larger one of 0 and what stands in such brackets."""
    for found in reversed(list(_OPENING.finditer(latex)) if "+" in latex else []):
        end = group_end(latex, found.end() - 1)
        if end > 0 and (part := _PART.match(latex, end)):
            inside = _CLOSING.sub("", latex[found.end() : end - 1])
            latex = rf"{latex[: found.start()]}\max(0, {inside}){latex[part.end() :]}"
    return latex
