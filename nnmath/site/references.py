"""Numbers of equations in the text, made links.

"(7)" leads to the equation of this page, "[sigmoid](sigmoid.md), equation (14) there" to that of the other.
"""

import re
from collections.abc import Mapping

from markdown_it.token import Token

_REFERENCE = re.compile(r"\((\w+)\)")
_THERE = re.compile(r",?\s+equations?\s+\(\w+\)(?:(?:,|\s+to|\s+and)\s+\(\w+\))*\s+there")


def link_references(tokens: list[Token], page: str, tags: Mapping[str, frozenset[str]]) -> list[Token]:
    """Return the tokens of a paragraph with every number of a known equation made a link.

    Parameters
    ----------
    tokens : list of Token
        The children of an inline token.
    page : str
        The derivation that the paragraph stands in.
    tags : mapping
        For each derivation the numbers of its equations.
    """
    result: list[Token] = []
    other, left = page, 0
    target = ""
    inside_link = False
    for i, token in enumerate(tokens):
        if token.type == "link_open":
            inside_link, target = True, _derivation(str(token.attrs.get("href", "")))
        elif token.type == "link_close":
            inside_link = False
            match = _THERE.match(_text_from(tokens[i + 1 :]))
            other, left = (target, match.end()) if match and target in tags else (page, 0)
        if token.type == "text" and not inside_link:
            result += _split(token, page, other, left, tags)
        else:
            result.append(token)
        if token.type in ("text", "softbreak") and not inside_link:
            left = max(left - (len(token.content) or 1), 0)
    return result


def _derivation(href: str) -> str:
    match = re.fullmatch(r"(\w+)\.md", href)
    return match.group(1) if match else ""


def _text_from(tokens: list[Token]) -> str:
    text = ""
    for token in tokens:
        if token.type not in ("text", "softbreak"):
            break
        text += token.content or "\n"
    return text


def _split(token: Token, page: str, other: str, left: int, tags: Mapping[str, frozenset[str]]) -> list[Token]:
    """Split a text at its references; up to `left` they are to the other derivation."""
    result, end = [], 0
    for match in _REFERENCE.finditer(token.content):
        where = other if match.start() < left else page
        tag = match.group(1)
        if tag not in tags.get(where, ()):
            continue
        result.append(Token("text", "", 0, content=token.content[end : match.start()]))
        address = f"#eq-{tag}" if where == page else f"{where}.html#eq-{tag}"
        link = f'<a class="ref" href="{address}">({tag})</a>'
        result.append(Token("html_inline", "", 0, content=link))
        end = match.end()
    result.append(Token("text", "", 0, content=token.content[end:]))
    return result
