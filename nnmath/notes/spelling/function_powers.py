r"""Powers of functions, ``\tanh^2(z)`` and ``\tanh(z)^2``: both are ``(\tanh(z))^2``."""

from __future__ import annotations

import re

from nnmath.notes.document.brackets import argument_at, group_end

_NAME = r"\\(?:tanh|sinh|cosh|sin|cos|tan|log|ln|exp)(?![A-Za-z])"
_BEFORE = re.compile(
    rf"({_NAME}|\\(?:text|operatorname)\{{[A-Za-z]+\}}(?=.{{2,9}}\())"
    r"\s*\^\s*(?:\{\s*(\d)\s*\}|(\d))\s*(?=\\left|[(\\A-Za-z])"
)
#: The variance or the mean of a network, ``\sigma^2(x)``, where a function goes before.
_OF_ONE = re.compile(
    r"(\\(?:log|ln|sqrt|exp)\s*)(\\(?:sigma|mu))\s*\^\s*(?:\{\s*2\s*\}|2)\s*(\(\s*[A-Za-z](?:_\w)?\s*\))"
)
_CALL = re.compile(rf"{_NAME}\s*(?:\\left\s*)?\(")
_BEHIND = re.compile(r"\s*\^\s*(?:\{\s*\d\s*\}|\d)")
_SCRIPTS = re.compile(r"(?:\s*[_^]\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\?[A-Za-z0-9]))*")


def with_powers_outside(latex: str) -> str:
    """Return an equation in which the powers of functions stand behind brackets around the whole."""
    return _behind(_before(_OF_ONE.sub(r"\1((\2\3)^2)", latex)))


def _before(latex: str) -> str:
    while found := _BEFORE.search(latex):
        begin = found.end()
        sided = re.compile(r"\\left\s*").match(latex, begin)
        bracket = sided.end() if sided else begin
        if latex[bracket : bracket + 1] == "(":
            end = group_end(latex, bracket)
            inner = re.sub(r"\\right\s*$", "", latex[bracket + 1 : end - 1]) if end > 0 else ""
        else:
            inner, end = argument_at(latex, begin)
            scripts = _SCRIPTS.match(latex, end) if end > 0 else None
            inner, end = (inner + scripts.group(), scripts.end()) if scripts else (inner, end)
        if end < 0:
            return latex
        power = found.group(2) or found.group(3)
        latex = f"{latex[: found.start()]}({found.group(1)}({inner}))^{power}{latex[end:]}"
    return latex


def _behind(latex: str) -> str:
    position = 0
    while found := _CALL.search(latex, position):
        position = found.end()
        end = group_end(latex, found.end() - 1)
        if end > 0 and _BEHIND.match(latex, end):
            latex = f"{latex[: found.start()]}({latex[found.start() : end]}){latex[end:]}"
            position += 1
    return latex
