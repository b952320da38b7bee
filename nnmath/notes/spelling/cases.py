r"""Cases as people write them: without the & before a condition, ``0 \quad \text{if otherwise}``."""

from __future__ import annotations

import re

from nnmath.notes.document.brackets import split_outermost

_CASES = re.compile(r"(?P<begin>\\begin\s*\{[dr]?cases\}\s*)(?P<rows>.*?)(?P<end>\s*\\end\s*\{[dr]?cases\})", re.S)
_WORD = re.compile(r"(?:,\s*)?\\text\s*\{\s*(?:if|for|when|otherwise|else)\s*\}")
#: A condition that stands among the words, ``\\text{if x > 0}``, with letters that stand alone.
_IN_WORDS = re.compile(r"\\text\s*\{\s*(?P<word>(?:if|for|when|where)(?![A-Za-z]))?(?P<rest>(?:[^{}]|\{[^{}]*\})*)\}")
_PLAIN = re.compile(
    r"(?:[\s\d<>=+\-*/()|^_{},.]|(?<![A-Za-z\\])[A-Za-z](?![A-Za-z])|\\[A-Za-z]+|(?<![A-Za-z])and(?![A-Za-z]))*"
)
_WORDS = re.compile(r"\\text\s*\{\s*(?:if|for|in)?\s*(?:otherwise|else|(?:all )?other(?: cases?)?)[\s.]*\}")


def with_conditions(latex: str) -> str:
    """Return an equation in which an & stands before each condition of its cases."""

    def whole(found: re.Match[str]) -> str:
        rows = [text for _, text in split_outermost(found["rows"], r"\\\\")]
        return found["begin"] + r"\\".join(map(_row, rows)) + found["end"]

    return _CASES.sub(whole, latex)


def _row(row: str) -> str:
    row = _IN_WORDS.sub(_parted, _WORDS.sub(r"\\text{otherwise}", row))
    if len(split_outermost(row, "&")) > 1:
        return row
    return _WORD.sub(lambda found: " & " + found.group().lstrip(", "), row, count=1)


def _parted(found: re.Match[str]) -> str:
    r"""Write ``\text{if x > 0}`` as ``\text{if} x > 0``."""
    rest = found["rest"]
    if not _PLAIN.fullmatch(rest) or not re.search(r"[\w<>=]", rest):
        return found.group()
    word = rf"\text{{{found['word']}}}" if found["word"] else ""
    return word + re.sub(r"(?<![A-Za-z])and(?![A-Za-z])", r"\\text{and}", rest)
