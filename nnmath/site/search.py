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
_SUBHEADING = re.compile(r'<h3 id="([^"]+)">(.*?)</h3>')


def entries(address: str, title: str, sections: Iterable[PageSection]) -> list[Entry]:
    """Return the entries of a page: one for each heading and what stands under it, one for each numbered equation."""
    found = []
    for section in sections:
        parts = _SUBHEADING.split(section.html)
        found.append(_entry(address, title, section.slug, section.title, parts[0]))
        for slug, heading, html in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
            found.append(_entry(address, title, slug, heading, html))
        for latex, tag in _EQUATION.findall(section.html):
            found.append((f"{address}#eq-{tag}", title, f"equation ({tag})", unescape(latex)))
    return found


def script(found: Iterable[Entry]) -> bytes:
    """Return the index as a script, for a page that is opened as a file can load no data."""
    return f"globalThis.SEARCH_INDEX = {json.dumps(list(found), ensure_ascii=False, separators=(',', ':'))};\n".encode()


def _entry(address: str, title: str, slug: str, heading: str, html: str) -> Entry:
    return f"{address}#{slug}" if slug else address, title, _text(heading), _text(_EQUATION.sub(" ", html))


def _text(html: str) -> str:
    """Return the text of HTML, with the LaTeX of the formulas in it."""
    return " ".join(unescape(_MARKUP.sub("", _MATH.sub(r"\1", html))).split())
