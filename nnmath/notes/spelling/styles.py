r"""Styles around whole expressions: ``\mathbf{W x + b}`` and ``{\bf W x + b}`` are bold letters, each by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nnmath.latex.syntax import alphabet
from nnmath.notes.document.brackets import argument_at, group_end
from nnmath.notes.spelling.slopes import ACCENT

_BOLD = "mathbf|boldsymbol|bm|pmb|bold|mathbfit|symbf|mathbold"
_LETTER = r"(?:[A-Za-z]|\\(?:[a-z]+|Gamma|Delta|Theta|Lambda|Xi|Pi|Sigma|Upsilon|Phi|Psi|Omega))"

#: Bold letters, ``\mathbf{W}``, ``\bm{\theta}``, ``\mathbf W``; an accent may stand inside.
BOLD = re.compile(
    rf"\\(?:{_BOLD}|vec)(?![A-Za-z])\s*(?:\{{\s*(?P<inner>(?:{ACCENT}\s*\{{?\s*)?{_LETTER}\s*\}}?)\s*\}}"
    rf"|(?P<bare>{_LETTER}))"
)
_LETTERED = "mathcal|mathbb|mathscr"
_STYLE = re.compile(
    rf"\\(?P<style>{_BOLD}|{_LETTERED}|mathrm|mathsf|mathit|mathnormal)(?![A-Za-z])\s*(?P<open>\{{)"
    r"|(?:\\(?:text|mbox)\s*)?(?P<brace>\{)\s*\\(?P<switch>bf|boldmath|rm|it)(?![A-Za-z])"
)
#: One letter, perhaps with an accent, a word, or a number: what has a style by itself.
_SIMPLE = re.compile(
    r"\s*(?:\\?[A-Za-z]+\s*\{?\s*)?(?:\\?[A-Za-z\s]+|\d+)\}?\s*|\s*[01]\s*_.*|[^{}\\^_=+]*[.,:]\s*", re.S
)
_BEHIND = re.compile(r"\s*(?:[_^]|')")
_INSIDE = r"(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*"
#: Behind these a group is an argument or a script, and keeps its braces.
_ARGUMENT = re.compile(
    rf"(?:[_^]|{ACCENT}|\\(?:[dtc]?frac|sqrt|underbrace|overbrace)|\\[dtc]?frac\s*\{{{_INSIDE}\}})\s*$"
)
_PIECE = re.compile(
    r"(?P<script>[_^])|(?P<word>\\(?:text|mathrm|operatorname)\s*\{[^{}]*\})|\\(?P<command>[A-Za-z]+)|\\.|(?P<run>[A-Za-z]+)"
)
#: So many upright letters side by side are a word.
_FEWEST_LETTERS = 3


def with_plain_styles(latex: str) -> str:
    """Return an equation in which every bold letter has its own command, and no style stands around an expression."""
    for found in reversed(list(_STYLE.finditer(latex))):
        begin = found.start("open" if found["open"] else "brace")
        end = group_end(latex, begin)
        inside = latex[found.end() : end - 1] if end > 0 else ""
        style, simple = found["style"] or found["switch"], _SIMPLE.fullmatch(inside)
        if not inside.strip() or (simple and style != "bf"):
            continue
        styled = rf"\mathbf{{{inside.strip()}}}" if simple else _styled(inside, style)
        is_one = (_BEHIND.match(latex, end) and not simple) or _ARGUMENT.search(latex[: found.start()])
        latex = latex[: found.start()] + (f"{{{styled}}}" if is_one else f" {styled} ") + latex[end:]
    return latex


def _styled(inside: str, style: str) -> str:
    """Return an expression in which every letter that stands in no script has a style of its own."""
    done, position = [], 0
    while found := _PIECE.search(inside, position):
        done.append(inside[position : found.start()])
        position = found.end()
        if found["script"]:
            _, position = argument_at(inside, found.end())
            position = position if position > 0 else len(inside)
            done.append(inside[found.start() : position])
        elif found["run"]:
            done.append(_letters(found["run"], style))
        elif found["command"] in alphabet.GREEK and re.fullmatch(f"{_BOLD}|bf|boldmath", style):
            done.append(rf"\boldsymbol{{\{found['command']}}}")
        else:
            done.append(found.group())
    return "".join(done) + inside[position:]


def _letters(run: str, style: str) -> str:
    """Return letters that stand side by side in a style: upright ones are a word."""
    if run in alphabet.FUNCTIONS | alphabet.EXTREMES or (
        style in ("mathrm", "mathsf", "rm") and len(run) >= _FEWEST_LETTERS
    ):
        return rf"\text{{{run}}}"
    if style in ("mathrm", "mathsf", "rm", "mathit", "mathnormal", "it"):
        return run
    command = style if re.fullmatch(_LETTERED, style) else "mathbf"
    return "".join(rf"\{command}{{{letter}}}" for letter in run)


def unstyled(latex: str, kept: Iterable[str] = ()) -> str:
    """Drop bold letters' boldness, but for the letters in `kept`, which are other quantities when they are not bold."""

    def plain(found: re.Match[str]) -> str:
        inner = (found["inner"] or found["bare"]).strip()
        letter = re.sub(rf"^{ACCENT}\s*\{{?\s*|\s*\}}$", "", inner) if found["inner"] else inner
        if letter in kept:
            return rf"\mathbf{{{inner}}}" if not inner.startswith("\\") else inner + " "
        if accent := re.match(ACCENT, inner):
            return f"{accent.group()}{{{letter}}}"
        return f" {inner} "

    return BOLD.sub(plain, latex)
