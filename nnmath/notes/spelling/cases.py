r"""Cases as people write them: without the & before a condition, ``0 \quad \text{if otherwise}``."""

from __future__ import annotations

import re

from nnmath.notes.document.brackets import split_outermost

_CASES = re.compile(r"(?P<begin>\\begin\s*\{[dr]?cases\}\s*)(?P<rows>.*?)(?P<end>\s*\\end\s*\{[dr]?cases\})", re.S)
_WORD = re.compile(r"(?:,\s*)?\\text\s*\{\s*(?:if|for|when|otherwise|else)\s*\}")
_WORDS = re.compile(r"\\text\s*\{\s*(?:if|for|in)?\s*(?:otherwise|else|(?:all )?other(?: cases?)?)[\s.]*\}")


def with_conditions(latex: str) -> str:
    """Return an equation in which an & stands before each condition of its cases."""

    def whole(found: re.Match[str]) -> str:
        rows = [text for _, text in split_outermost(found["rows"], r"\\\\")]
        return found["begin"] + r"\\".join(map(_row, rows)) + found["end"]

    return _CASES.sub(whole, latex)


def _row(row: str) -> str:
    row = _WORDS.sub(r"\\text{otherwise}", row)
    if len(split_outermost(row, "&")) > 1:
        return row
    return _WORD.sub(lambda found: " & " + found.group().lstrip(", "), row, count=1)
