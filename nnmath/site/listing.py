"""The module beside a derivation: highlighted, each line with an address, each number of an equation a link."""

import re
from collections.abc import Collection
from html import escape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from nnmath.site.library import Module


def listing(module: Module, tags: Collection[str]) -> str:
    """Return the HTML of a module's lines.

    Parameters
    ----------
    module : Module
        What is shown.
    tags : collection of str
        The numbers of the equations that there are on the page; others are no links.
    """
    lexer = PythonLexer(stripnl=False, ensurenl=False)
    lines = highlight(module.text.rstrip("\n"), lexer, HtmlFormatter(nowrap=True)).rstrip("\n").split("\n")
    return "".join(_line(n, line, module, tags) for n, line in enumerate(lines, 1))


def _line(n: int, html: str, module: Module, tags: Collection[str]) -> str:
    code = module.lines[n - 1]
    carried = module.numbers.get(n)
    numbers = [tag for tag in carried.tags if tag in tags] if carried else []
    if carried and numbers:
        before = escape(carried.comment)
        html = html.replace(before, re.sub(r"\((\w+)\)", lambda m: _number(m.group(1), tags), before))
    indent = len(code) - len(code.lstrip())
    data = f' data-eq="{" ".join(numbers)}"' if numbers else ""
    number = f'<span class="at">{n}</span>'
    return f'<span class="line" id="L{n}"{data} style="--indent:{indent}">{number}{html or " "}\n</span>'


def _number(tag: str, tags: Collection[str]) -> str:
    if tag not in tags:
        return f"({tag})"
    return f'<a class="number" href="#eq-{tag}" aria-label="equation {tag}">({tag})</a>'
