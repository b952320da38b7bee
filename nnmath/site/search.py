"""The index that the pages search: the text of each section without markup, and the LaTeX of each equation."""

import json
import re
from collections.abc import Iterable
from html import unescape

from nnmath.site.prose import Section

#: Address, title of the page, heading, text.
Entry = tuple[str, str, str, str]

_UNSHOWN = re.compile(r'<annotation.*?</annotation>|<div class="(?:label|in-code)">.*?</div>', re.DOTALL)
_MARKUP = re.compile(r"<[^>]*>")
_EQUATION = re.compile(r'<div class="equation[^>]*data-latex="([^"]*)"[^>]*data-tag="(\w+)"')


def entries(address: str, title: str, sections: Iterable[Section]) -> list[Entry]:
    """Return the entries of a page: one for each section, and one for each numbered equation."""
    found = []
    for section in sections:
        where = f"{address}#{section.slug}" if section.slug else address
        heading = _text(section.title)
        found.append((where, title, heading, _text(section.html)))
        for latex, tag in _EQUATION.findall(section.html):
            found.append((f"{address}#eq-{tag}", title, f"equation ({tag})", unescape(latex)))
    return found


def script(found: Iterable[Entry]) -> bytes:
    """Return the index as a script, for a page that is opened as a file can load no data."""
    return f"globalThis.SEARCH_INDEX = {json.dumps(list(found), ensure_ascii=False, separators=(',', ':'))};\n".encode()


def _text(html: str) -> str:
    return " ".join(unescape(_MARKUP.sub("", _UNSHOWN.sub(" ", html))).split())
