r"""Fractions of TeX: the sides of ``{a \over b}``, or of ``\left( a \over b \right)``, are all of the group around."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_DELIMITER = r"(?![A-Za-z])\s*(?:\\[A-Za-z]+|\\.|.)"
_TOKEN = re.compile(rf"(?P<opens>\{{|\\left{_DELIMITER})|(?P<closes>\}}|\\right{_DELIMITER})|\\[A-Za-z]+|\\.|.", re.S)
#: Behind these a group is an argument or a script, and keeps its braces.
_INSIDE = r"(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*"
_TAKES_ONE = re.compile(rf"(?:\\[A-Za-z]+|[_^\]]|\\(?:[dtc]?frac|[dt]?binom)\s*\{{{_INSIDE}\}})\s*$")


@dataclass
class _Group:
    """A group that is not closed yet: what opens it, what stands in it, and what stands above a line in it."""

    opening: str
    parts: list[str] = field(default_factory=list)
    above: str | None = None

    def inner(self) -> str:
        below = "".join(self.parts)
        return below if self.above is None else rf"\frac{{{self.above}}}{{{below}}}"

    def closed(self, closing: str, before: str) -> str:
        """Return the group as it stands behind a text: a fraction that is no argument needs no braces around it."""
        bare = self.above is not None and closing == "}" and not _TAKES_ONE.search(before)
        return self.inner() if bare else self.opening + self.inner() + closing


def with_fractions(latex: str) -> str:
    r"""Return an equation in which ``\frac{a}{b}`` stands for ``{a \over b}``."""
    if r"\over" not in latex:
        return latex
    open_now = [_Group("")]
    for found in _TOKEN.finditer(latex):
        token = found.group()
        if token == r"\over":
            open_now[-1].above, open_now[-1].parts = "".join(open_now[-1].parts), []
        elif found["opens"]:
            open_now.append(_Group(token))
        elif found["closes"] and len(open_now) > 1:
            group = open_now.pop()
            open_now[-1].parts.append(group.closed(token, "".join(open_now[-1].parts)))
        else:
            open_now[-1].parts.append(token)
    while len(open_now) > 1:
        group = open_now.pop()
        open_now[-1].parts.append(group.opening + group.inner())
    return open_now[0].inner()
