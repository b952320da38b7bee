r"""Displays: what begins them and where they end, their rows, and displays that go on with the one above them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from nnmath.latex import DerivationError
from nnmath.notes.document.brackets import split_outermost
from nnmath.notes.document.characters import with_commands
from nnmath.notes.document.macros import Macros
from nnmath.notes.document.prose import MOST_BEHIND, MOST_SAID_BEHIND, case_of_indices
from nnmath.notes.document.results import with_results
from nnmath.notes.document.rows import ENVIRONMENTS, LEADING, rows
from nnmath.notes.document.source import Formula, place_of

_DISPLAY = re.compile(
    r"\\begin\s*\{(?P<name>" + "|".join(ENVIRONMENTS) + r")(?P<star>\*?)\}(?:\s*\[[tbc]\])?(?:\s*\{\d+\})?"
    r"|(?P<bracket>(?<!\\)\\(?:\\(?!" + LEADING + r"))?\[)|(?P<dollars>(?<!\\)\$\$)"
    r"|^[ \t]*(?:(?:[-*+>•]|\d+[.)]|\\item)[ \t]+)*"
    r"(?P<line>\$(?P<inline>[^$\n]+)\$|\\\((?P<round>[^\n]+?)\\\))[ \t]*[.,;]?[ \t]*$",
    re.M,
)

#: A display that goes on with the one above it; one that adds to its last side.
_CONTINUES = re.compile(r"[\s&{}]*=(?!=)")
_AVERAGE = re.compile(r"(?:\\(?:mathbb|mathrm|operatorname)\s*\{?\s*)?E\s*\}?\s*(?:\\left\s*)?[\[({\\]")
_ADDS = re.compile(r"[\s&{}]*(?:\+|-(?!.*=))", re.S)


def displayed(text: str, macros: Macros) -> Iterator[Formula]:
    """Yield the displayed equations of a text, row by row; what goes on with the one above it is made whole."""
    return _joined(with_results(_rows(text, macros), macros.expanded))


def without_displays(text: str) -> str:
    """Return a text with space in the place of its displays."""
    for begin, end in [(found.start(), end) for found, _, _, end in _displays(text)]:
        text = text[:begin] + re.sub(r"[^\n]", " ", text[begin:end]) + text[end:]
    return text


def _rows(text: str, macros: Macros) -> Iterator[Formula]:
    """Yield the rows of all displays, as they stand; the text before a display goes to its first row."""
    displays = list(_displays(text))
    ends = [0, *(end for *_, end in displays)]
    begins = [*(found.start() for found, *_ in displays), len(text)]
    for i, (found, inside, begin, end) in enumerate(displays):
        before, behind = text[ends[i] : begins[i]], text[end : begins[i + 1]][:MOST_SAID_BEHIND]
        case = case_of_indices(before, text[end : end + MOST_BEHIND])
        for latex, place, label in rows(inside, place_of(text, begin), ENVIRONMENTS.get(found["name"] or "", True)):
            latex = with_commands(re.sub(r"(?<!\\)%[^\n]*", "", latex))
            try:
                expanded = macros.expanded(latex)
            except DerivationError as error:
                error.place = place
                raise
            yield Formula(expanded, place, label, before, case, behind)
            before = ""


def _joined(formulas: Iterable[Formula]) -> Iterator[Formula]:
    """Yield formulas that are whole: one that begins with = has a left side, and what is added belongs to the sum."""
    above: Formula | None = None
    said, begun = "", ""
    for formula in formulas:
        if above and _ADDS.match(formula.latex) and "=" in above.latex:
            latex = re.sub(r"[\s.,;]+$", "", above.latex) + " " + formula.latex.strip()
            above = replace(above, latex=latex, behind=formula.behind)
            continue
        if above and _CONTINUES.match(formula.latex):
            if not said or formula.case in ("", said):  # another case begins where the first one did
                begun = _first_of_average(above.latex) or _last_side(above.latex)
            said = formula.case
            formula = replace(formula, latex=f"{begun} {formula.latex.lstrip()}")
        else:
            said = ""
        if above:
            yield above
        above = formula
    if above:
        yield above


def _first_of_average(latex: str) -> str:
    """Return the symbol that the display above gives as an expectation: what follows gives it anew."""
    sides = [side.strip() for _, side in split_outermost(latex, r":?=(?!=)")]
    symbol = len(sides) == 2 and re.fullmatch(r"\\?[A-Za-z]+(?:_(?:\w|\{\w+\}))?", sides[0])
    return sides[0] if symbol and _AVERAGE.match(sides[1]) else ""


def _last_side(latex: str) -> str:
    """Return what a display that begins with = goes on with: the last side of the one above it, on one line."""
    _, side = split_outermost(latex, r":?=(?!=)")[-1]
    return re.sub(r"[\s.,;&]+$", "", " ".join(side.split()))


def _displays(text: str) -> Iterator[tuple[re.Match[str], str, int, int]]:
    """Yield the displays of a file: what begins them, what stands in them, where that begins, where they end."""
    position = 0
    while found := _DISPLAY.search(text, position):
        inside, begin, position = _contents(text, found)
        yield found, inside, begin, position


def _contents(text: str, found: re.Match[str]) -> tuple[str, int, int]:
    """Return what stands in a display, where that begins, and where the display ends."""
    if found["line"]:
        group = "inline" if found["inline"] else "round"
        return found[group], found.start(group), found.end()
    if found["name"]:
        closing = rf"\end{{{found['name']}{found['star']}}}"
    elif found["dollars"]:
        closing = "$$"
    else:
        closing = found["bracket"].replace("[", "]")
    end = text.find(closing, found.end())
    if end < 0:
        raise DerivationError(f"{found.group().strip()} is never closed by {closing}", place_of(text, found.start()))
    return text[found.end() : end], found.end(), end + len(closing)
