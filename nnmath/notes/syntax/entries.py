r"""Brackets behind a letter that hold indices, ``p(o|c) = \frac{e^{u_o^\top v_c}}{...}``, and calls behind ``\log``."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import partial

from nnmath.notes.document.brackets import group_end, split_outermost

_LETTERS = r"\(\s*(?P<letters>[a-z](?:\s*(?:,|\||\\mid(?![A-Za-z]))\s*[a-z])*)\s*\)"
_COMMAND = r"\\(?:log|ln|exp|tanh|sinh|cosh|sin|cos|tan)(?![A-Za-z])"
_SCRIPT = r"(?:\s*_\s*(?:\{[^{}]*\}|\\?[A-Za-z]+))?"


def with_entries(texts: Sequence[str], name: str) -> tuple[str, ...]:
    r"""Write ``p(a)`` as p_a where an equation defines it by entries, ``p(a) = \frac{e^{H_a}}{\sum_b e^{H_b}}``.

    `name` is the pattern of a letter.
    """
    left = re.compile(rf"\s*(?P<name>\\text\{{[a-z]+\}}|{name})\s*{_LETTERS}\s*:?=")
    names = set()
    for text in texts:
        if found := left.match(text):
            behind, letters = text[found.end() :], re.findall("[a-z]", found["letters"])
            if len({*letters}) == len(letters) and all(_stands_below(letter, behind) for letter in letters):
                names.add((found["name"].strip(), len(letters)))
    for one, count in names:
        call = re.compile(rf"(?P<before>{_COMMAND}\s*)?(?<![A-Za-z\\]){re.escape(one)}\s*{_LETTERS}")
        texts = [call.sub(partial(_entry, one, count), text) for text in texts]
    return tuple(texts)


def _stands_below(letter: str, text: str) -> bool:
    return (
        re.search(rf"_\s*(?:{letter}(?![A-Za-z])|\{{[^{{}}]*(?<![A-Za-z\\]){letter}(?![A-Za-z]{{2}}))", text)
        is not None
    )


def _entry(name: str, count: int, found: re.Match[str]) -> str:
    letters = re.findall("[a-z]", found["letters"].replace(r"\mid", "|"))
    if len(letters) != count:
        return found.group()
    entry = f"{name}_{{{','.join(letters)}}}"
    return f"{found['before']}({entry})" if found["before"] else entry


def with_closed_arguments(text: str, functions: Collection[str], name: str) -> str:
    r"""Put the call of a function behind ``\log`` into brackets: ``\log f(x) g(x)`` is (\log f(x)) g(x) to everybody.

    What has several arguments in its brackets is a function, too: ``\log p_\theta(x, z)``.
    """
    call = re.compile(rf"(?P<before>{_COMMAND}\s*)(?P<name>\\text\{{[A-Za-z]+\}}|{name}){_SCRIPT}\s*(?:\\left\s*)?\(")
    position = 0
    while found := call.search(text, position):
        position, end = found.end(), group_end(text, found.end() - 1)
        word = re.sub(r"\\text\{|\}|\s", "", found["name"]) if found["name"].startswith(r"\text") else found["name"]
        several = end > 0 and len(split_outermost(text[found.end() : end - 1], r",|\||\\mid(?![A-Za-z])")) > 1
        if end > 0 and (several or word in functions):
            begin = found.end("before")
            text = f"{text[:begin]}({text[begin:end]}){text[end:]}"
    return text
