r"""Gradients that do not say by what: ``\nabla f`` beside ``f(x) = ...`` or ``\frac{\partial f}{\partial x}``."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SCRIPT = re.compile(r"[_^]\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\?[A-Za-z]+|\d)")


def with_variable(text: str, texts: Sequence[str], one_name: str) -> str:
    r"""Write ``\nabla f(x)``, and ``\nabla f`` where the file says what f depends on, with the variable below.

    Parameters
    ----------
    text : str
        An equation.
    texts : sequence of str
        All equations of the file.
    one_name : str
        A pattern for names.
    """

    def variable(found: re.Match[str]) -> str:
        name = found["name"]
        call = re.compile(
            re.escape(name)
            + r"\s*(?:\\left\s*)?\(\s*(\\?[A-Za-z]+|\\begin\{[pb]matrix\}.*?\\end\{[pb]matrix\})\s*(?:\\right\s*)?\)",
            re.S,
        )
        said = call.match(text, found.start("name")) or next(
            (one for other in texts if (one := call.search(other))), None
        )
        by = said.group(1) if said else _differentiated_by(name, texts) or _made_of(name, texts, one_name)
        return rf"\nabla_{{{by}}}{found['order'] or ''} {name}" if by else found.group()

    return re.sub(rf"\\nabla(?![A-Za-z])\s*(?P<order>\^\s*\{{?\s*2\s*\}}?)?\s*(?P<name>{one_name})", variable, text)


def _differentiated_by(name: str, texts: Sequence[str]) -> str:
    """Return what a file differentiates a quantity by, if that is one variable."""
    slope = re.compile(
        rf"\\frac\s*\{{\\partial\s*{re.escape(name)}(?:\([^()]*\))?\s*\}}\s*\{{\\partial\s*(\\?[A-Za-z]+)\s*\}}"
    )
    found = {one for text in texts for one in slope.findall(text)}
    return found.pop() if len(found) == 1 else ""


def _made_of(name: str, texts: Sequence[str], one_name: str) -> str:
    """Return the one symbol that a quantity is defined by."""
    for text in texts:
        if left := re.match(rf"\s*{re.escape(name)}\s*:?=", text):
            symbols = {one.strip() for one in re.findall(one_name, _SCRIPT.sub(" ", text[left.end() :]))} - {"e"}
            return symbols.pop() if len(symbols) == 1 else ""
    return ""
