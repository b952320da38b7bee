"""A displayed equation of a page: its mathematics, its number, its mark, and the lines of code that compute it."""

import re
from collections.abc import Mapping
from html import escape

from nnmath.latex import Block
from nnmath.site.library import Module
from nnmath.site.mathematics import displayed
from nnmath.site.symbols import Symbols
from nnmath.site.verdicts import Verdict

_COMMENT = re.compile(r"\s*#.*$")

#: What a mark looks like and what it says.
MARKS = {
    "held": ("✓", "was run and holds"),
    "failed": ("✗", "was run and does not hold"),
    "unknown": ("?", "was run; an equation of this page does not hold, and which is not recorded"),
    "not run": ("not run", "is not run; the reason stands above it"),
}


def equation(
    block: Block, module: Module | None, verdict: Verdict, colours: Mapping[str, str], symbols: Symbols
) -> str:
    """Return the HTML of a displayed equation.

    Parameters
    ----------
    block : Block
        The LaTeX, its number, and whether the derivation says that it is not run.
    module : Module or None
        Where the lines that implement it are.
    verdict : Verdict
        What the check found.
    colours : mapping
        For each equation that the module implements the class of its colour.
    symbols : Symbols
        What is named in the formula.
    """
    tag, latex = block.tag, " ".join(block.latex.split())
    parts, width = displayed(latex, symbols)
    lines = module.lines_of(tag) if module and tag else []
    state = "not run" if block.not_run else verdict.marks.get(tag, "")
    kind = f" coded {colours[tag]}" if lines else ""
    attributes = f'class="equation{kind}" data-latex="{escape(latex)}" style="--width:{width:.1f}"'
    if tag:
        attributes += f' id="eq-{tag}" data-tag="{tag}"'
    formula = f'<div class="formula">{"".join(parts)}</div>'
    label = f'<div class="label">{_number(tag, lines)}{_mark(state, verdict.code.get(tag, ""))}</div>'
    return f"<div {attributes}>{formula}{label}{_lines(lines, module)}</div>\n"


def _number(tag: str, lines: list[int]) -> str:
    if not tag:
        return ""
    if not lines:
        return f'<a class="tag" href="#eq-{tag}" aria-label="equation {tag}">({tag})</a>'
    where = f"line{'s' if len(lines) > 1 else ''} {', '.join(map(str, lines))} of the code"
    return f'<a class="tag" href="#L{lines[0]}" title="{where}" aria-label="equation {tag}, {where}">({tag})</a>'


def _mark(state: str, code: str) -> str:
    if not state:
        return ""
    sign, says = MARKS[state]
    if code:
        says += f"; the code is within {code} of it"
    name = state.replace(" ", "-")
    return (
        f'<span class="mark {name}" title="{escape(says)}"><span aria-hidden="true">{sign}</span>'
        f'<span class="unseen"> {escape(says)}</span></span>'
    )


def _lines(lines: list[int], module: Module | None) -> str:
    """Return the lines of code themselves, which are shown where the columns are stacked."""
    if not lines or module is None:
        return ""
    shown = "".join(
        f'<a href="#L{n}"><span class="at">{n}</span><code>{escape(_COMMENT.sub("", module.lines[n - 1]).strip())}'
        "</code></a>"
        for n in lines
    )
    return f'<div class="in-code">{shown}</div>'
