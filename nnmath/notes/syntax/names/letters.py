"""Letters of notes, as patterns: which are names, and what those of some letters are unless the notes say otherwise."""

from __future__ import annotations

import re

from nnmath.latex.syntax import alphabet
from nnmath.notes.spelling.slopes import ACCENT

_GREEK = rf"\\(?:{'|'.join(sorted(alphabet.GREEK, key=len, reverse=True))})(?![A-Za-z])"
_LETTER = rf"(?:{_GREEK}|(?<![A-Za-z\\])[A-Za-z](?![A-Za-z]*\}}))"
NAME = rf"(?:{ACCENT}\s*\{{\s*(?:[A-Za-z]|{_GREEK})\s*\}}|\\mathcal\{{[A-Z]\}}|{_LETTER})"
#: What a function may depend on: a name, and an index.
DEPENDED = rf"(?:{NAME}|[A-Za-z])(?:\s*_\s*(?:\w|\{{\s*\w\s*\}}))?"

_ANY = re.compile(r"\\[A-Za-z]+|[A-Za-z]")

#: Letters that are functions where brackets follow, unless the brackets hold the letter itself.
FUNCTION_LETTERS = frozenset(["f", "g", "h", "F", "G", r"\sigma", r"\phi", r"\varphi", r"\psi", r"\Phi"])

#: Indices that count examples wherever they stand first below a letter, or above it.
EXAMPLES = frozenset("in")

#: Digits as letters, for names that are words.
DIGITS = str.maketrans({str(i): "ABCDEFGHIJ"[i] for i in range(10)})

#: Functions that nobody has to define.
KNOWN_FUNCTIONS = alphabet.FUNCTIONS | alphabet.EXTREMES | alphabet.LIBRARY | alphabet.SIGNS

#: What the last step or layer is called; τ is one step of many where a sum runs over it.
LAST_STEPS = frozenset(["L", "T", "N", "K", r"\tau"])

#: Letters of what is minimised; brackets behind them say what it depends on.
OBJECTIVES = frozenset(["J", "L", "C", "E", r"\ell", "R", "H", "S", r"\mathcal{L}", r"\mathcal{J}", r"\mathcal{C}",
                        r"\mathcal{E}", r"\mathcal{R}"])  # fmt: skip


def letters_in(text: str) -> set[str]:
    """Return the letters of a text, Latin and Greek, whatever they stand for."""
    return {one for one in _ANY.findall(text) if one[0] != "\\" or one[1:] in alphabet.GREEK}
