"""The module beside a derivation: highlighted, each line with an address, each number of an equation a link."""

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from html import escape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from nnmath.site.library import Module

#: In how many colours equations and their lines are marked.
COLOURS = 6


def colours(module: Module | None, tags: Collection[str]) -> dict[str, str]:
    """Return for each equation that a line of the module implements the class of its colour; neighbours differ."""
    numbers = module.numbers.values() if module else ()
    carried = dict.fromkeys(tag for line in numbers for tag in line.tags if tag in tags)
    return {tag: f"hue{i % COLOURS}" for i, tag in enumerate(carried)}


def listing(module: Module, tags: Collection[str]) -> str:
    """Return the HTML of a module's lines.

    The rest of a docstring, and the imports, can be folded: they stand in an element of their own, after a button.

    Parameters
    ----------
    module : Module
        What is shown.
    tags : collection of str
        The numbers of the equations that there are on the page; others are no links.
    """
    lexer = PythonLexer(stripnl=False, ensurenl=False)
    lines = highlight(module.text.rstrip("\n"), lexer, HtmlFormatter(nowrap=True)).rstrip("\n").split("\n")
    classes = colours(module, tags)
    folds = dict(_folds(module.text))
    ends = set(folds.values())
    html = ""
    for n, line in enumerate(lines, 1):
        last = folds.get(n)
        html += _line(n, line, module, classes, _button(n + 1, last) if last else "")
        if last:
            html += '<span class="folded">'
        if n in ends:
            html += "</span>"
    return html


def _folds(text: str) -> Iterator[tuple[int, int]]:
    """Yield what is folded: the line that stays, and the last of those that are hidden."""
    tree = ast.parse(text)
    head = 0
    for i, statement in enumerate(tree.body):
        is_docstring = i == 0 and _is_string(statement)
        if not is_docstring and not isinstance(statement, ast.Import | ast.ImportFrom):
            break
        head = statement.end_lineno or 0
    if head > 1:
        yield 1, head
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and _is_string(node.body[0]):
            first, last = node.body[0].lineno, node.body[0].end_lineno or 0
            if last > first:
                yield first, last


def _is_string(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _button(first: int, last: int) -> str:
    label = f"lines {first} to {last}"
    return (
        f'<button type="button" class="fold" aria-expanded="false" aria-label="show {label}" title="{label}">'
        f"… {last - first + 1} lines</button>"
    )


def _line(n: int, html: str, module: Module, classes: Mapping[str, str], button: str) -> str:
    code = module.lines[n - 1]
    carried = module.numbers.get(n)
    numbers = [tag for tag in carried.tags if tag in classes] if carried else []
    if carried and numbers:
        before = escape(carried.comment)
        html = html.replace(before, re.sub(r"\((\w+)\)", lambda m: _number(m.group(1), classes), before))
    indent = len(code) - len(code.lstrip())
    data = f' data-eq="{" ".join(numbers)}"' if numbers else ""
    colour = f" {classes[numbers[0]]}" if numbers else ""
    number = f'<span class="at">{n}</span>'
    return (
        f'<span class="line{colour}" id="L{n}"{data} style="--indent:{indent}">{number}{html or " "}{button}\n</span>'
    )


def _number(tag: str, classes: Mapping[str, str]) -> str:
    if tag not in classes:
        return f"({tag})"
    return f'<a class="number {classes[tag]}" href="#eq-{tag}" aria-label="equation {tag}">({tag})</a>'
