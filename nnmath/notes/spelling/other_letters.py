r"""Letters of other alphabets in words, ``L_{\text{總}}``: any letter may stand in a word or a script."""

from __future__ import annotations

import re
from string import ascii_lowercase

_WORD = re.compile(r"(?P<command>\\(?:text|mathrm|mbox|textrm|operatorname)\s*)\{(?P<word>[^{}]*[^\x00-\x7f][^{}]*)\}")
_SCRIPT = re.compile(r"(?P<sign>[_^])\s*(?:\{(?P<braced>[^{}\\]*[^\x00-\x7f{}][^{}\\]*)\}|(?P<one>[^\x00-\x7f]))")


def with_plain_words(latex: str) -> str:
    """Return an equation in which words of letters from other alphabets are words of plain letters, each its own."""
    if latex.isascii():
        return latex
    latex = _WORD.sub(lambda found: rf"{found['command']}{{{_plain(found['word'])}}}", latex)
    return _SCRIPT.sub(lambda found: rf"{found['sign']}{{\text{{{_plain(found['braced'] or found['one'])}}}}}", latex)


def _plain(word: str) -> str:
    return "".join(one if one.isascii() else _letters(ord(one)) for one in word)


def _letters(code: int) -> str:
    """Return the letters that stand for a character, other ones for each."""
    found = ""
    while code:
        code, last = divmod(code, len(ascii_lowercase))
        found += ascii_lowercase[last]
    return f"z{found}"
