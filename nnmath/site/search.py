"""The index that the pages search: the text of each section without markup, and the LaTeX of each equation."""

import json
import re
from collections.abc import Iterable
from html import unescape

from nnmath.site.prose import PageSection

#: Address, title of the page, heading, text.
Entry = tuple[str, str, str, str]

_EQUATION = re.compile(r'<div class="equation.*?data-latex="([^"]*)"[^>]*data-tag="(\w+)".*')
_MATH = re.compile(r"<math.*?<annotation[^>]*>(.*?)</annotation>.*?</math>", re.DOTALL)
_MARKUP = re.compile(r"<[^>]*>")


def entries(address: str, title: str, sections: Iterable[PageSection]) -> list[Entry]:
    """Return the entries of a page: one for each heading and what stands under it, one for each numbered equation."""
    found = []
    for section in sections:
        place = f"{address}#{section.slug}" if section.slug else address
        found.append((place, title, _text(section.heading), _text(_EQUATION.sub(" ", section.html))))
        for latex, tag in _EQUATION.findall(section.html):
            found.append((f"{address}#eq-{tag}", title, f"equation ({tag})", unescape(latex)))
    return found


def script(found: Iterable[Entry]) -> bytes:
    """Return the index as a script, for a page that is opened as a file can load no data."""
    return f"globalThis.SEARCH_INDEX = {json.dumps(list(found), ensure_ascii=False, separators=(',', ':'))};\n".encode()


def _text(html: str) -> str:
    """Return the text of HTML, with the LaTeX of the formulas in it."""
    return " ".join(unescape(_MARKUP.sub("", _MATH.sub(r"\1", html))).split())
