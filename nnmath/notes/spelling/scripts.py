r"""Scripts without braces: TeX takes one token, and with a command its arguments, ``e^\frac{a}{b}``, ``W^\text{o}``."""

from __future__ import annotations

import re

from nnmath.notes.document.brackets import argument_at

#: Commands, with how many arguments they take.
_ARGUMENTS = {"frac": 2, "dfrac": 2, "tfrac": 2, "cfrac": 2, "sqrt": 1,
              "text": 1, "textsc": 1, "textrm": 1, "textsf": 1, "textup": 1, "textnormal": 1, "mbox": 1}  # fmt: skip
_SCRIPT = re.compile(rf"(?P<sign>[_^]\s*)\\(?P<command>{'|'.join(_ARGUMENTS)})(?![A-Za-z])")


def with_braced_scripts(latex: str) -> str:
    """Return an equation with braces around every command with arguments that stands in a script without them."""
    position = 0
    while found := _SCRIPT.search(latex, position):
        begin = found.end("sign")
        end = found.end()
        for _ in range(_ARGUMENTS[found["command"]]):
            end = argument_at(latex, end)[1] if end > 0 else -1
        if end > 0:
            latex = f"{latex[:begin]}{{{latex[begin:end]}}}{latex[end:]}"
        position = begin + 1
    return latex
