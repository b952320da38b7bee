r"""Indicators: ``\mathbb 1\{y = k\}`` and ``\mathbb 1_{[y = k]}`` are ``[y = k]``."""

from __future__ import annotations

import re

from nnmath.notes.document.brackets import group_end, skip_space
from nnmath.notes.spelling.rules.indicators import MARK


def with_indicators(latex: str) -> str:
    r"""Write ``\mathbb 1\{y = k\}`` and ``\mathbb 1_{[y = k]}`` as ``[y = k]``."""
    while (at := latex.find(MARK)) >= 0:
        begin = skip_space(latex, at + len(MARK))
        begin = skip_space(latex, begin + 1) if latex[begin : begin + 1] == "_" else begin
        opening = re.compile(r"\\(?:left|big[lr]?|Big[lr]?)?\s*(?:\\\{|\\lbrace|[\[({])|[\[({]").match(latex, begin)
        inner, end = _inside(latex, begin) if opening else ("", -1)
        if end < 0 or not re.search(r"[=<>]|\\(?:ne|neq|le|ge|leq|geq|in)(?![A-Za-z])", inner):
            latex = latex.replace(MARK, r"\mathbf 1 ", 1)
            continue
        inner = re.sub(r"\\in\s*\\?\{\s*([^{},]+?)\s*\\?\}", r"= \1", inner)
        latex = latex[:at] + f" [{inner}]" + latex[end:]
    return latex


def _inside(latex: str, begin: int) -> tuple[str, int]:
    """Return what stands in the brackets at `begin`, of any kind, and where they end."""
    opening = re.compile(r"\\left\s*|\\[bB]ig[lr]?\s*").match(latex, begin)
    begin = opening.end() if opening else begin
    for left, right in ((r"\{", r"\}"), (r"\lbrace", r"\rbrace")):
        if latex.startswith(left, begin):
            end = latex.find(right, begin)
            inner = latex[begin + len(left) : end]
            return (re.sub(r"\\right\s*$|\\[bB]ig[lr]?\s*$", "", inner), end + len(right)) if end > 0 else ("", -1)
    if latex[begin : begin + 1] not in "([{" or begin >= len(latex):
        return "", -1
    end = group_end(latex, begin)
    inner = re.sub(r"\\right\s*$", "", latex[begin + 1 : end - 1])
    bracketed = re.fullmatch(r"\s*(?:\[(.*)\]|\\\{(.*)\\\}|\((.*)\))\s*", inner, re.S)
    return (next(filter(None, bracketed.groups()), "") if bracketed else inner), end
