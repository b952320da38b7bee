r"""Gradients that do not say by what, ``\nabla f`` beside ``f(x) = ...``, and derivatives that say where they are."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

_SCRIPT = re.compile(r"[_^]\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\?[A-Za-z]+|\d)")

#: A step of an algorithm, which begins with what it changes.
_STEP = re.compile(
    rf"\s*(\\?[A-Za-z]+)(?:{_SCRIPT.pattern}|'|\s)*(?::?=|\\(?:leftarrow|gets)(?![A-Za-z]))\s*\1(?![A-Za-z])"
)

_OPEN, _CLOSE = r"(?:\\left\s*)?\(\s*", r"\s*(?:\\right\s*)?\)"
_BRACED = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
_ARGUMENTS = rf"{_OPEN}(?P<arguments>[^()=]+?){_CLOSE}"


def without_own_arguments(texts: Sequence[str], one_name: str) -> list[str]:
    r"""Leave out the arguments of f behind its derivatives: ``(\partial_x f)(x, y)`` beside ``f(x, y) = ...``."""
    left = re.compile(rf"\s*(?P<name>{one_name})\s*{_ARGUMENTS}\s*:?=")
    for found in filter(None, map(left.match, list(texts))):
        name, arguments = re.escape(found["name"]), _bare(found["arguments"])
        slope = rf"\\[dt]?frac\s*\{{\s*\\partial\s*(?:\^\s*\{{?\s*\d\s*\}}?)?\s*{name}\s*\}}\s*{_BRACED}"
        below = rf"\\partial\s*_\s*(?:{_BRACED}|\\?[A-Za-z]+)\s*{name}"
        gradient = rf"(?P<gradient>\\nabla\s*(?:{_SCRIPT.pattern}\s*)*{name})"
        called = re.compile(rf"(?P<derivative>{_OPEN}(?:{slope}|{below}|{gradient}){_CLOSE}|{slope})\s*{_ARGUMENTS}")

        def without(one: re.Match[str], arguments: str = arguments) -> str:
            if _bare(one["arguments"]) != arguments:
                return one.group()
            return f"({one['gradient']}({one['arguments']}))" if one["gradient"] else one["derivative"]

        texts = [called.sub(without, text) for text in texts]
    return list(texts)


def _bare(arguments: str) -> str:
    return re.sub(r"\s|\\[,;:! ]", "", arguments)


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
    """Return what a file differentiates a quantity by, if that is one variable that it computes from nothing.

    A step along the gradient changes that variable, too.
    """
    called = rf"{re.escape(name)}(?![A-Za-z])\s*(?:\([^()]*\))?"
    slopes = [
        rf"\\frac\s*\{{\\partial\s*{called}\s*\}}\s*\{{\\partial\s*(\\?[A-Za-z]+)\s*(?:{_SCRIPT.pattern}\s*)?\}}",
        rf"\\(?:nabla|partial)\s*_\s*\{{?\s*(\\?[A-Za-z]+)\s*\}}?\s*(?:\^\s*\{{?2\}}?)?\s*{called}",
    ]
    found = {one for text in texts for slope in slopes for one in re.findall(slope, text)}
    found |= {one[1] for text in texts if (one := _STEP.match(text)) and re.search(rf"\\nabla\s*{called}", text)}
    return _only_input(found, texts)


def _made_of(name: str, texts: Sequence[str], one_name: str) -> str:
    """Return the one symbol that a quantity is defined by, if that is computed from nothing."""
    for text in texts:
        if left := re.match(rf"\s*{re.escape(name)}\s*:?=", text):
            symbols = {one.strip() for one in re.findall(one_name, _SCRIPT.sub(" ", text[left.end() :]))} - {"e"}
            return _only_input(symbols, texts) if len(symbols) == 1 else ""
    return ""


def _only_input(names: Collection[str], texts: Sequence[str]) -> str:
    """Return that one of some names that is computed from nothing; empty where there are none or several."""
    inputs = [one for one in names if not any(_computes(one, text) for text in texts)]
    return inputs[0] if len(inputs) == 1 else ""


def _computes(name: str, text: str) -> bool:
    """Whether an equation says what a name is, and not from its value before, as a step does."""
    spelled = re.escape(name) + r"(?![A-Za-z])"
    left = re.match(rf"\s*{spelled}\s*(?:{_SCRIPT.pattern}\s*)*:?=", text)
    return left is not None and not re.search(r"(?<![A-Za-z\\])" + spelled, text[left.end() :])
