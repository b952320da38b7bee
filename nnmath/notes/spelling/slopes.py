r"""Derivatives: with ``\partial`` in a fraction, whatever they are written with, and the point where they are taken."""

from __future__ import annotations

import re

from nnmath.latex.syntax import alphabet
from nnmath.notes.document.brackets import argument_at

#: Accents, as a pattern; ``\vec`` is a way to write a vector.
ACCENT = rf"\\(?:{'|'.join(sorted(one[1:] for one in alphabet.ACCENTS if one != alphabet.VECTOR))})(?![A-Za-z])"

_DIFFERENTIAL = re.compile(
    r"\s*(?:d|\\partial(?![A-Za-z])|\\delta(?![A-Za-z])(?!\s*[\^_])|\\mathrm\s*\{\s*d\s*\}|\\text\{d\})"
    r"\s*(?P<order>\^\s*\{?\s*\d\s*\}?)?"
)
_BAR = re.compile(r"(?:\\right\s*)?\|\s*_(?!\s*\{?\s*\\text)")
_ORDER = r"(?:\^\s*\{?\s*\d\s*\}?)?\s*"
_SLOPE = re.compile(
    r"\\[dt]?frac\s*\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}\s*"
    rf"\{{\s*\\partial\s*{_ORDER}(?P<by>(?:{ACCENT}\s*\{{[^{{}}]*\}}|\\?[A-Za-z]+)(?:_\s*(?:\{{[^{{}}]*\}}|\w))?)\s*{_ORDER}\}}\s*$"
)
_NAME = re.compile(r"\s*\\?[A-Za-z]+\s*(?:,|$)")


def with_slopes(latex: str) -> str:
    r"""Return an equation in which every derivative is a fraction with ``\partial``, and says where it is taken."""
    return _with_points(_differentials(_slashes(latex)))


def _differentials(latex: str) -> str:
    r"""Write ``\frac{d L}{d w}`` and ``\frac{d}{dx} f`` with ``\partial``."""
    done, position = [], 0
    for found in re.compile(r"\\[dt]?frac(?![A-Za-z])").finditer(latex):
        top, middle = argument_at(latex, found.end())
        bottom, end = argument_at(latex, middle) if middle > 0 else ("", -1)
        if end < 0 or found.start() < position:
            continue
        above, below = _DIFFERENTIAL.match(top), _DIFFERENTIAL.match(bottom)
        if not above or not below or not _is_variable(bottom[below.end() :]) or re.match(r"[,_']", top[above.end() :]):
            continue
        done.append(latex[position : found.start()])
        under = _with_partials(bottom[below.end() :])
        order = re.sub(r"\s", "", below["order"] or "")
        rest = _differentials(top[above.end() :]).strip()
        done.append(rf"\frac{{\partial{above['order'] or ''} {rest}}}{{\partial{order} {under.strip()}}}")
        position = end
    return "".join(done) + latex[position:]


def _with_partials(bottom: str) -> str:
    r"""Write every d of ``dx dy`` as ``\partial``; none in an index, W_{dk}."""
    index = r"_\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\w)"
    differential = r"(?<![\\A-Za-z])d(?=\s*(?:[A-Za-z]|\\[a-zA-Z]))"
    return re.sub(rf"({index})|{differential}", lambda found: found.group(1) or r"\partial ", bottom)


def _is_variable(text: str) -> bool:
    return bool(re.match(r"\s*(?:\\?[A-Za-z{(])", text)) and "+" not in re.sub(r"[{\[(][^{}]*[}\])]", "", text)


def _slashes(latex: str) -> str:
    r"""Write ``\partial L / \partial W`` as a fraction."""
    one = rf"(?:[A-Za-z]{{3,}}|(?:\\(?:mathcal|mathbf|text)|{ACCENT})\s*\{{[^{{}}]*\}}|\\[A-Za-z]+|[A-Za-z])"
    scripts = r"(?:\s*[_^]\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\?[A-Za-z0-9]+?))*"
    variable = rf"{one}{scripts}"
    top = rf"(?:\\(?:log|ln)(?![A-Za-z])\s*)?{variable}(?:\s*\([^()]*\))?"
    latex = re.sub(rf"\\partial\s*({top})\s*/\s*\\partial\s*({variable})", r"\\frac{\\partial \1}{\\partial \2}", latex)
    return re.sub(rf"(?<![A-Za-z\\])d\s*({top})\s*/\s*d\s*({variable})", r"\\frac{\\partial \1}{\\partial \2}", latex)


def _with_points(latex: str) -> str:
    r"""Write ``\left. \frac{\partial f}{\partial x} \right|_{x_0}`` with x = x_0 below the bar.

    A letter by itself may be what is held.
    """
    for found in reversed(list(_BAR.finditer(latex))):
        slope = _SLOPE.search(latex[: found.start()])
        below, end = argument_at(latex, found.end())
        if slope and end > 0 and not re.search(r"[=<>]", below) and not _NAME.match(below):
            latex = f"{latex[: found.end()]}{{{slope['by'].strip()} = {below}}}{latex[end:]}"
    return latex
