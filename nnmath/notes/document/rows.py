r"""From a display to its equations: the rows and columns of ``align``, labels and tags."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nnmath.latex import Place
from nnmath.notes.document.brackets import group_end, split_outermost
from nnmath.notes.document.prose import NEGLECTS
from nnmath.notes.document.source import blank

#: Environments of displayed mathematics, and whether each row is an equation of its own; Markdown has the last four.
ENVIRONMENTS = {
    "equation": False, "displaymath": False, "math": False, "multline": False,
    "align": True, "flalign": True, "alignat": True, "eqnarray": True, "gather": True,
    "aligned": True, "gathered": True, "split": True, "alignedat": True,
}  # fmt: skip

_COLUMNS = r"(?:\s*\{(?:[lrc|\s\d]|[@!>]\s*\{(?:[^{}]|\{[^{}]*\})*\})+\})?"
_INNER = re.compile(rf"\\(?:begin|end)\s*\{{(?:array|(?:{'|'.join(ENVIRONMENTS)})\*?)\}}(?:\s*\[[tbc]\])?{_COLUMNS}")
_LABEL = re.compile(r"\\(?:tag\*?|label)\s*\{([^{}]*)\}")
_LAYOUT = re.compile(
    r"\\(?:nonumber|notag|limits|nolimits|allowdisplaybreaks|noindent|centering|break|hfill"
    r"|(?:display|text|script|scriptscript)style|tiny|(?:script|footnote|normal)size|small|large|Large|LARGE|huge|Huge)"
    r"(?![A-Za-z])|\\(?:short)?intertext\s*\{(?:[^{}]|\{[^{}]*\})*\}|\\(?:vspace|mspace)\*?\s*\{[^{}]*\}"
)
_WIDE = re.compile(r"\\hspace\*?\s*\{\s*(?!-)[^{}]*\}|\\(?:hskip|enspace|hfill)(?![A-Za-z])")
_ARRAY_OF_CASES = re.compile(
    r"\\left\s*\\(?:lbrace|\{)\s*\\begin\s*\{array\}\s*(?:\[[tbc]\])?\s*\{[^{}]*\}(.*?)"
    r"\\end\s*\{array\}\s*\\right\s*\.",
    re.S,
)
_ARRAY_OF_A_MATRIX = re.compile(
    r"\\left\s*(?P<open>[\[(])\s*\\begin\s*\{array\}\s*(?:\[[tbc]\])?\s*\{[^{}]*\}(?P<rows>.*?)"
    r"\\end\s*\{array\}\s*\\right\s*[\])]",
    re.S,
)
_REMARK = re.compile(
    r"(?:\\q?quad(?![A-Za-z])|&)[\s&(]*(?:\{\s*\\(?:rm|it|bf)|\\(?:text|mbox|textrm|mathrm)(?![A-Za-z]))"
    r"(?:(?!\\(?:end|begin|ne|neq|le|leq|ge|geq|lt|gt|in|forall|label|tag)(?![A-Za-z]))[^=<>])*$"
)
#: A number typed by hand in a column of its own, ``& (3)``.
_NUMBER = re.compile(r"&[\s&]*\(\s*(?:\d+(?:\.\d+)?[a-z]?|\*|\\ast)\s*\)\s*$")
_TEXT = re.compile(r"\\(?:text|mbox|textrm)\s*\{")
_BOXED = re.compile(r"\\(?:boxed|fbox|bbox(?:\[[^\]]*\])?)\s*\{")
_EQALIGN = re.compile(r"\\eqalign(?:no)?\s*\{")
#: Space between two rows, as it stands behind their break: ``\\[2pt]``.
LEADING = r"\[\s*-?[\d.]+\s*(?:[a-z]{2}|\\[a-z]+)\s*\]"
#: Markdown halves backslashes: a break is written with four of them, or with three and a space.
_BREAKS = re.compile(r"\\\\(?:\s*\\\\|\\(?=\s))+")
#: One backslash at the end of a line, where a letter and a relation stand in the next one, as in a row by itself.
_HALVED_BREAK = re.compile(
    r"(?<!\\)\\[ \t]*(?=\n[\s&]*[A-Za-z\\][^\n]*?(?:=|\\(?:approx|equiv|leq?|geq?)(?![A-Za-z])))"
)
#: Space as wide as what it holds.
_PHANTOM = re.compile(
    r"(?P<class>\\math(?:rel|bin|ord)\s*\{\s*)?\\[hv]?phantom\s*\{(?:[^{}]|\{[^{}]*\})*\}(?(class)\s*\})"
)
#: Brackets that go on in the row below, ``\left( a \right. \\ & \left. + b \right)``.
_INVISIBLE_PAIR = re.compile(
    r"\\right\s*\.(?:\s|&|\{\}|\\[,;:! ]|\\(?:q?quad|nonumber|notag)(?![A-Za-z])|\\\\(?:\[[^\]]*\])?)*"
    r"(?P<sign>[-+]?)\s*\\left\s*\."
)
_SPACED_BREAK = re.compile(rf"\\\\(?:\*|[ \t]*{LEADING})")
_EMPTY = re.compile(r"(?:\s|&|\{\}|\\[,;:! ])*")
#: An equation that ends in a relation goes on in the row below.
_GOES_ON = re.compile(
    r"(?:(?<![:<>!])=|:=|(?<![\^_{])[-+*/]|\\(?:approx|equiv|cdot|times|odot)(?![A-Za-z]))(?:\s|&|\{\}|\\[,;:! ])*$"
)
#: Equations within one brace.
_SYSTEM = re.compile(
    r"\s*(?:\\left\s*\\(?:\{|lbrace)\s*)?\\begin\s*\{(?P<name>[dr]?cases|aligned|split|gathered|matrix)\}"
    r"(?:\s*\[[tbc]\])?"
    r"(?P<rows>(?:(?!\\(?:begin|end)\s*\{(?:[dr]?cases|aligned)\}).)*)"
    r"\\end\s*\{(?P=name)\}\s*(?:\\right\s*\.)?[\s.,;]*",
    re.S,
)
_OF_SYSTEM = re.compile(r"[^&]*(?:(?<![:<>!&])=|:=|&\s*:?=)")
_RELATION_ALONE = re.compile(r"\s*(?:[-=<>+]|:=|\\(?:approx|equiv|leq?|geq?|ne|neq))\s*")
_EQUATION = re.compile(r"(?<![:<>!])=|:=|\\(?:approx|equiv)(?![A-Za-z])")
_INDENT = r"\s&]|\\[,;:! ]|\\q?quad(?![A-Za-z]))*"
_INDENTED = re.compile(r"(?:\{\}|[" + _INDENT)
_BEGINS_WITH_RELATION = re.compile(
    r"(?:[{}" + _INDENT + r"(?:[-=+<>]|"
    r"\\(?:approx|equiv|leq?|geq?|ne|neq|cdot|times|odot|triangleq|propto|stackrel|overset)(?![A-Za-z]))"
)


def rows(latex: str, place: Place, many: bool) -> Iterator[tuple[str, Place, str]]:
    """Yield the equations of a display: their LaTeX, where they begin, and their labels.

    A row that begins with a relation or an operator goes on with the row above it.
    """
    latex = _INVISIBLE_PAIR.sub(_joined_brackets, _PHANTOM.sub(blank, latex))
    latex = _without_command(_without_command(_with_arrays(_with_parted_text(latex)), _EQALIGN), _BOXED)
    latex = _BREAKS.sub(_one_break, re.sub(r"\\cr(?![A-Za-z])", r"\\\\ ", latex))
    latex = _HALVED_BREAK.sub(r"\\\\", latex)
    latex = _SPACED_BREAK.sub(lambda found: r"\\".ljust(len(found.group())), latex)
    if system := _SYSTEM.fullmatch(latex):
        lines = [line for _, line in split_outermost(system["rows"], r"\\\\") if line.strip()]
        if all(map(_OF_SYSTEM.match, lines)):
            latex, many = _blank_around(latex, system.span("rows")), True
    latex = _without_breaks_in_brackets(_INNER.sub(blank, _LAYOUT.sub(blank, _WIDE.sub(_quad, latex))))
    parts = split_outermost(latex, r"\\\\")
    joined: list[tuple[int, str]] = []
    for begin, part in ((begin, _NUMBER.sub(blank, _REMARK.sub(_blank_remark, part))) for begin, part in parts):
        if joined and _EMPTY.fullmatch(part):
            continue  # two breaks part as one does
        apart = many or (joined and all(map(_EQUATION.search, (joined[-1][1], part))))
        if joined and (
            _BEGINS_WITH_RELATION.match(_LABEL.sub("", part)) or not apart or _GOES_ON.search(joined[-1][1])
        ):
            before, above = joined[-1]
            gap = latex[before + len(above) : begin]
            part = _without_columns(_INDENTED.sub(blank, part, count=1))
            joined[-1] = before, above + re.sub(r"[^\n]", " ", gap) + part
        else:
            joined.append((begin, part))
    for begin, part in joined:
        labels = _LABEL.findall(part)
        for offset, cell in _columns(_LABEL.sub(blank, part)):
            if cell.strip():
                yield cell.lstrip("& \n\t"), _moved(place, latex, begin + offset), labels[0].strip() if labels else ""


_DELIMITER = r"(?![A-Za-z])\s*(?:\\.|.)"
_BRACKET = re.compile(
    rf"(?P<open>\\begin\s*\{{[^{{}}]*\}}|\\left{_DELIMITER}|\\?[({{\[])"
    rf"|(?P<close>\\end\s*\{{[^{{}}]*\}}|\\right{_DELIMITER}|\\?[)}}\]])"
    rf"|(?P<row>\\\\{_INDENTED.pattern})|\\.",
    re.S,
)


def _without_breaks_in_brackets(latex: str) -> str:
    r"""Leave out the breaks of rows that stand in brackets, ``\Big[ a \\ &+ b \Big]``, and in no braces."""
    opened: list[str] = []
    waiting: list[tuple[int, int]] = []
    for found in _BRACKET.finditer(latex):
        if found["open"]:
            opened.append(found["open"])
        elif found["close"] and opened:
            opened.pop()
            if not opened:
                for span in waiting:
                    latex = latex[: span[0]] + re.sub(r"[^\n]", " ", latex[slice(*span)]) + latex[span[1] :]
                waiting = []
        elif found["row"] and opened and not any(one == "{" or one.startswith(r"\begin") for one in opened):
            waiting.append(found.span())
    return latex


def _joined_brackets(found: re.Match[str]) -> str:
    """Return a sign in the place of two brackets that nothing is printed for, and of the break between them."""
    return blank(found)[1:] + (found["sign"] or " ")


def _one_break(found: re.Match[str]) -> str:
    """Return one break of a row in the place of several."""
    return r"\\" + re.sub(r"[^\n]", " ", found.group()[2:])


def _blank_remark(found: re.Match[str]) -> str:
    """Return space in place of a remark, unless it says that its row is not exact, or is what stands behind a sign."""
    behind_sign = found.string[: found.start()].rstrip()[-1:] in {*"=+-<>"}
    return found.group() if behind_sign or NEGLECTS.search(found.group()) else blank(found)


def _blank_around(text: str, inside: tuple[int, int]) -> str:
    """Return a text with spaces around what stands inside."""
    begin, end = inside
    return re.sub(r"[^\n]", " ", text[:begin]) + text[begin:end] + re.sub(r"[^\n]", " ", text[end:])


def _with_arrays(latex: str) -> str:
    r"""Write an ``array`` between ``\left\{`` and ``\right.`` as ``cases``, between brackets as a matrix.

    It keeps its number of characters.
    """

    def cases(found: re.Match[str]) -> str:
        before = latex[found.start() : found.start(1)]
        begin = r"\begin{cases}" + re.sub(r"[^\n]", " ", before)[len(r"\begin{cases}") :]
        return begin + found.group(1) + r"\end{cases}".ljust(found.end() - found.end(1))

    def matrix(found: re.Match[str]) -> str:
        kind = "b" if found["open"] == "[" else "p"
        before = latex[found.start() : found.start("rows")]
        begin = rf"\begin{{{kind}matrix}}" + re.sub(r"[^\n]", " ", before)[len(r"\begin{bmatrix}") :]
        return begin + found["rows"] + rf"\end{{{kind}matrix}}".ljust(found.end() - found.end("rows"))

    return _ARRAY_OF_A_MATRIX.sub(matrix, _ARRAY_OF_CASES.sub(cases, latex))


def _with_parted_text(latex: str) -> str:
    r"""Write ``\text{if $x > 0$}`` as ``\text{if} x > 0``."""
    for found in reversed(list(_TEXT.finditer(latex))):
        end = group_end(latex, found.end() - 1)
        if end > 0 and "$" in latex[found.end() : end]:
            words, *parts = latex[found.end() : end - 1].split("$")
            inside = "".join(part if i % 2 == 0 else rf"\text{{{part}}}" for i, part in enumerate(parts) if part)
            latex = f"{latex[: found.end()]}{words}}}{inside}{latex[end:]}"
    return latex


def _without_command(latex: str, command: re.Pattern[str]) -> str:
    r"""Leave out ``\eqalign{`` or ``\boxed{`` and its brace."""
    while found := command.search(latex):
        end = group_end(latex, found.end() - 1)
        behind = latex[end:] if end > 0 else ""
        inside = latex[found.end() : end - 1] if end > 0 else latex[found.end() :]
        latex = latex[: found.start()] + " " * len(found.group()) + inside + " " + behind
    return latex


def _columns(row: str) -> Iterator[tuple[int, str]]:
    """Yield the equations of a row: every second & parts two of them, if both sides are equations."""
    cells = split_outermost(row, r"&")
    pairs = [cells[i : i + 2] for i in range(0, len(cells), 2)]
    texts = [(pair[0][0], " ".join(cell for _, cell in pair)) for pair in pairs]
    apart = not any(_RELATION_ALONE.fullmatch(cell) for _, cell in cells)
    if apart and len(texts) > 1 and all(re.search(r"[=<>]|\\[lg]eq?", text) for _, text in texts):
        yield from texts
    else:
        yield texts[0][0], _without_columns(row)


def _without_columns(row: str) -> str:
    return " ".join(cell for _, cell in split_outermost(row, r"&"))


def _quad(found: re.Match[str]) -> str:
    return r"\quad".ljust(len(found.group()))


def _moved(place: Place, text: str, offset: int) -> Place:
    """Return the place of an offset in a text that begins at `place`, past the space that stands there."""
    offset += len(text[offset:]) - len(text[offset:].lstrip("& \n\t"))
    lines = text.count("\n", 0, offset)
    if not lines:
        return Place(place.line, place.column + offset)
    return Place(place.line + lines, offset - text.rfind("\n", 0, offset))
