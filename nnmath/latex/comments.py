"""The numbers of equations in a module: a line that implements an equation ends in ``# (4)`` or ``# (4), (5)``."""

from __future__ import annotations

import re
import tokenize
from collections.abc import Iterator
from contextlib import suppress
from io import StringIO
from typing import NamedTuple

#: A number in brackets, or several, in a comment, perhaps with a remark behind it.
_NUMBERS = re.compile(r"#\s*\(\w+\)(?:,?\s*\(\w+\))*")


class CodeNumbers(NamedTuple):
    """The numbers that one line of code carries, and the text that they stand in: ``# (4), (5)``."""

    tags: tuple[str, ...]
    comment: str


def code_numbers(source: str) -> dict[int, CodeNumbers]:
    """Return the numbers of equations in the text of a module, by the line, counted from 1."""
    found = {}
    for line, comment in _comments(source):
        if match := _NUMBERS.search(comment):
            found[line] = CodeNumbers(tuple(re.findall(r"\((\w+)\)", match.group())), match.group())
    return found


def _comments(source: str) -> Iterator[tuple[int, str]]:
    """Yield the comments of a module, up to the place where it is no Python."""
    with suppress(tokenize.TokenError, SyntaxError):
        for token in tokenize.generate_tokens(StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string
