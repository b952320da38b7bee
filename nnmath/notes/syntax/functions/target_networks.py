r"""The largest value that a target network gives, ``\max_{a'} Q(s', a'; \theta^-)``: a number that nothing moves."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nnmath.notes.document.brackets import group_end

_LARGEST = re.compile(
    r"\\max\s*_\s*(?:\{\s*a\s*(?:'|\^\s*\\prime)\s*\}|a')\s*(?P<network>(?:\\(?:hat|bar|tilde)\s*)?\{?\s*Q\s*\}?)"
    r"(?P<below>\s*[_^]\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\?\w+))?\s*(?:\\left\s*)?(?=\()"
)
#: What tells the parameters of a target network from those that are learned.
_TARGET = re.compile(r"\^\s*(?:-|\{\s*-\s*\})|_\s*\{\s*[a-z]\s*-\s*1\s*\}|\\(?:bar|hat|tilde)(?![A-Za-z])|target|old")


def with_targets(texts: Sequence[str]) -> list[str]:
    """Return the equations of a file with one quantity for such a value, as long as there is one alone."""
    every = [(text, found, group_end(text, found.end())) for text in texts for found in _LARGEST.finditer(text)]
    written = {re.sub(r"\s|\\left|\\right", "", text[found.start() : end]) for text, found, end in every}
    if len(written) != 1 or not _TARGET.search(written.copy().pop()):
        return list(texts)
    return [_without_calls(text) for text in texts]


def _without_calls(text: str) -> str:
    for found in reversed([*_LARGEST.finditer(text)]):
        end = group_end(text, found.end())
        if end > 0:
            text = rf"{text[: found.start()]}\text{{largest}} {text[end:]}"
    return text
