r"""Fraktur letters beside script ones: ``\mathfrak{L} = \mathcal{L} + \lambda g`` is a Lagrangian with its objective.

Where a letter stands in one of these fonts alone, any of them is the script one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_FRAKTUR = re.compile(r"\\mathfrak\s*(?:\{\s*([A-Z])\s*\}|\s([A-Z])(?![A-Za-z]))")
_SCRIPT = re.compile(r"\\(?:mathcal|mathscr|cal)\s*(?:\{\s*([A-Z])\s*\}|\s([A-Z])(?![A-Za-z]))")


def with_fraktur(texts: Sequence[str], beside: Iterable[str] = ()) -> list[str]:
    """Return the formulas in which fraktur letters are names of their own that stand beside the same script letter."""
    script = {one[1] or one[2] for text in (*texts, *beside) for one in _SCRIPT.finditer(text)}

    def own(found: re.Match[str]) -> str:
        letter = found[1] or found[2]
        return rf"\text{{fraktur{letter}}}" if letter in script else found.group()

    return [_FRAKTUR.sub(own, text) for text in texts]
