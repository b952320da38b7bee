r"""Derivatives that do not say of what they are, ``\frac{\partial}{\partial m} = \ldots`` beside ``E = \ldots``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nnmath.notes.syntax.names.letters import letters_in

_SLOPE = re.compile(
    r"(?P<before>\s*\\frac\s*\{\s*(?:\\partial|d)\s*)(?P<below>\}\s*\{\s*(?:\\partial|d)\s*\{?\s*"
    r"(?P<by>\\?[A-Za-z]+)[^{}]*\}?\s*\})(?=[\s&]*=)"
)


def with_what_is_differentiated(texts: Sequence[str], one_name: str) -> list[str]:
    r"""Return the equations in which such derivatives are those of the only quantity that is defined by their variable.

    Parameters
    ----------
    texts : sequence of str
        The equations of a file.
    one_name : str
        A pattern for names.
    """
    left = re.compile(rf"\s*(?P<name>\\text\{{[A-Za-z]+\}}|{one_name})\s*(?:\([^()]*\)\s*)?[\s&]*:?=")
    bodies = [(found["name"], text[found.end() :]) for text in texts if (found := left.match(text))]

    def top(found: re.Match[str]) -> str:
        names = {name for name, body in bodies if found["by"] in letters_in(body)}
        return f"{found['before']} {names.pop()}{found['below']}" if len(names) == 1 else found.group()

    return [_SLOPE.sub(top, text, count=1) if _SLOPE.match(text) else text for text in texts]
