"""Finding what belongs together in LaTeX: groups in braces, and the outermost level of an expression."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SPACE = re.compile(r"\s*")
_LEVEL = re.compile(r"\\begin\s*\{|\\end\s*\{|\\left(?![A-Za-z])|\\right(?![A-Za-z])|\\[A-Za-z]+|\\.|[{}()\[\]]", re.S)


def skip_space(text: str, position: int) -> int:
    """Return the position of the next character that is no space."""
    found = _SPACE.match(text, position)
    return found.end() if found else position


def group_end(text: str, position: int) -> int:
    """Return the position behind the group whose opening brace stands at `position`; -1 if it never ends."""
    opening = text[position]
    closing = {"{": "}", "[": "]", "(": ")"}[opening]
    depth, i = 0, position
    while i < len(text):
        if text[i] == "\\":
            i += 2
            continue
        depth += (text[i] == opening) - (text[i] == closing)
        i += 1
        if not depth:
            return i
    return -1


def argument_at(text: str, position: int) -> tuple[str, int]:
    """Return the argument of a command at `position`, a group or one token, and where it ends; ("", -1) without one."""
    position = skip_space(text, position)
    if position >= len(text):
        return "", -1
    if text[position] == "{":
        end = group_end(text, position)
        return (text[position + 1 : end - 1], end) if end > 0 else ("", -1)
    found = re.compile(r"\\[A-Za-z]+|\\.|[^\\}]", re.S).match(text, position)
    return (found.group(), found.end()) if found else ("", -1)


def outermost(text: str, pattern: str) -> Iterator[re.Match[str]]:
    """Yield the places where a pattern stands outside of all brackets and environments."""
    wanted = re.compile(pattern)
    depth, i = 0, 0
    while i < len(text):
        if depth == 0 and (found := wanted.match(text, i)) and found.end() > i:
            yield found
            i = found.end()
            continue
        level = _LEVEL.match(text, i)
        if level is None:
            i += 1
            continue
        depth = max(depth + _change(level.group()), 0)
        i = level.end()
        if level.group() in (r"\left", r"\right"):
            i = _behind_delimiter(text, i)


def _change(token: str) -> int:
    """Return by how much a token changes the depth; an environment's name is a group of its own behind it."""
    if token.startswith((r"\begin", r"\end")) and token.endswith("{"):
        return 2 if token.startswith(r"\begin") else 0
    if token in ("{", "(", "[", r"\left", r"\{", r"\lbrace", r"\langle"):
        return 1
    return -1 if token in ("}", ")", "]", r"\right", r"\}", r"\rbrace", r"\rangle") else 0


def _behind_delimiter(text: str, position: int) -> int:
    found = re.compile(r"\s*(?:\\[A-Za-z]+|\\.|[^\\])", re.S).match(text, position)
    return found.end() if found else position


def split_outermost(text: str, pattern: str) -> list[tuple[int, str]]:
    """Split a text where a pattern stands outside of all brackets; return the parts and where they begin."""
    parts, begin = [], 0
    for found in outermost(text, pattern):
        parts.append((begin, text[begin : found.start()]))
        begin = found.end()
    return [*parts, (begin, text[begin:])]
