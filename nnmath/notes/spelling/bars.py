r"""Plain bars, which open and close alike: ``\frac{a \cdot b}{|a||b|}`` is written with ``\lvert`` and ``\rvert``."""

from __future__ import annotations

import re
from itertools import pairwise

_TOKEN = re.compile(r"\\(?:left|right|middle|[bB]igg?[lrm]?)\s*\\?[|.]|\\[A-Za-z]+|\\.|\|\||.", re.S)
#: One bar, and two side by side: in Markdown a plain bar parts the cells of a table.
_SIZE = re.compile(r"\\[bB]igg?(?![A-Za-z])\s*(?=\\?\||\\[vV]ert(?![A-Za-z]))")
#: In a formula without its other side this is a bar as any other, as in ``p(y \lvert x)``.
_NEVER_CLOSED = re.compile(r"(?:\\[bB]igg?l?\s*)?\\lvert(?![A-Za-z])\s*")
_ONE = re.compile(r"\\vert(?![A-Za-z])\s*")
_TWO = re.compile(r"\\(?:Vert|parallel)(?![A-Za-z])")
#: Braces around what has bars on both sides, and a script behind them.
_BRACED = re.compile(r"\{\s*((?P<bar>\\\||\|\|)(?:[^|{}]|\{[^{}]*\})*(?P=bar))\s*\}(?=\s*[_^])")
_SIDED = re.compile(r"(\\(?:left|right))\s*\|\s*\1\s*\|")
_LEFT_OR_RIGHT = re.compile(
    r"\\(?:(?P<opens>left|[bB]igg?l)|right|[bB]igg?(?:r|(?=\s*\\rvert)))(?![A-Za-z])\s*"
    r"(?:(?P<empty>\.)|(?P<bar>\||\\r?vert(?![A-Za-z]))|)"
)
_APART = re.compile(r"(?<![\w)}\]'])(?<![\w)}\]'] )\|[ ]+\|([^|]*)\|[ ]*\|")
_OPENING, _CLOSING = frozenset(["{", "(", "["]), frozenset(["}", ")", "]"])
#: Commands behind which a factor begins, so that a bar there opens.
_OPERATORS = frozenset(
    rf"\{name}"
    for name in [
        "cdot", "times", "odot", "circ", "otimes", "le", "ge", "leq", "geq", "ne", "neq", "approx", "log", "ln", "exp",
        "det", "max", "min", "frac", "sum", "left", "big", "quad", "to", "in", "nabla", "partial", "lbrace", "langle",
        "{", ",", ";", ":", "!",
    ]
)  # fmt: skip


def with_sides(latex: str) -> str:
    """Return LaTeX in which every bar of a pair says whether it opens or closes; a bar alone stays as it is."""
    latex = latex if r"\rvert" in latex else _NEVER_CLOSED.sub("|", latex)
    latex = _BRACED.sub(r"\1", _TWO.sub(r"\\| ", _ONE.sub("|", _SIZE.sub("", latex))))
    latex = _APART.sub(r"\\|\1\\| ", _SIDED.sub(r"\1\\| ", latex))
    if "|" not in latex:
        return latex
    pieces = _pieces(latex)
    opened: list[tuple[int, str, int]] = []
    depth, ends = 0, False
    for i, token in enumerate(pieces):
        sides = {"|": "vert", "||": "Vert", r"\|": "Vert"}.get(token)
        if sides is None:
            depth += _change(token)
            opened = [one for one in opened if one[2] <= depth]
            if token.strip():
                ends = token not in _OPERATORS and token not in "{([+-=<>,/&^_;:"
        elif opened and opened[-1][1:] == (sides, depth) and ends:
            pieces[opened.pop()[0]], pieces[i] = rf"\l{sides} ", rf"\r{sides} "
        elif not ends or _is_closed_later(pieces[i + 1 :], token):
            opened.append((i, sides, depth))
            ends = False
    return "".join(pieces)


def without_empty_sides(latex: str) -> str:
    r"""Leave out ``\left.`` and ``\right.``, unless a bar says where a value is taken, and the size of such a bar."""
    opened: list[re.Match[str]] = []
    changes: list[tuple[tuple[int, int], str]] = []
    for found in _LEFT_OR_RIGHT.finditer(latex):
        if found["opens"]:
            opened.append(found)
            continue
        sized = not found.group().startswith(r"\right")
        begin = opened.pop() if opened and sized == (opened[-1]["opens"] != "left") else None
        if found["bar"] and (begin["empty"] if begin else sized):
            changes.append((found.span(), r"\right|" if begin else "|"))
            begin = None
        changes += [(one.span(), " ") for one in (begin, found) if one and one["empty"]]
    changes += [(one.span(), " ") for one in opened if one["empty"]]
    for (first, last), new in sorted(changes, reverse=True):
        latex = latex[:first] + new + latex[last:]
    return latex


def _is_closed_later(pieces: list[str], bar: str) -> bool:
    """Whether the same bar stands once more before the brackets around end, and not as what a value is taken at."""
    depth = 0
    for before, token in pairwise(["", *pieces]):
        depth += _change(token)
        if depth < 0 or (token == "_" and before == ""):
            return False
        if depth == 0 and token == bar:
            return True
    return False


def _change(token: str) -> int:
    return (token in _OPENING) - (token in _CLOSING)


def _pieces(latex: str) -> list[str]:
    """Cut LaTeX into tokens; two bars of which the first closes one that is open are two tokens."""
    found: list[str] = []
    open_now = False
    for match in _TOKEN.finditer(latex):
        token = match.group()
        if token == "||" and open_now:
            found += ["|", "|"]
            continue
        if token == "|":
            open_now = not open_now
        elif token in _OPENING | _CLOSING:
            open_now = False
        found.append(token)
    return found
