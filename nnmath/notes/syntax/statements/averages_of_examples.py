r"""Costs of all examples, ``C = \frac{1}{2n} \sum_x \|y(x) - a^L(x)\|^2``, in notes whose equations speak of one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nnmath.notes.spelling.statements import Statement

_AVERAGE = re.compile(
    r"\\frac\s*\{\s*1\s*\}\s*\{\s*\d?\s*[a-zA-Z]\s*\}\s*\\sum\s*(?:\\limits\s*)?_\s*(?:\{\s*([a-z])\s*\}|([a-z]))(?!\s*\^)"
)
_SCRIPTS = r"(?:\s*[_^]\s*(?:\{[^{}]*\}|\w))*"


def without_averages(shown: Sequence[Statement], others: Sequence[Statement]) -> list[Statement]:
    """Return the statements; an average over examples is not read where all else says y of what is y(x) in it."""
    every = [*shown, *others]
    return [replace(one, reason=f"it is an average over all {letter}, and the other equations speak of a single one")
            if not one.reason and (letter := _examples(one, [each for each in every if each is not one])) else one
            for one in shown]  # fmt: skip


def _examples(one: Statement, others: Sequence[Statement]) -> str:
    """Return the letter of the examples that a statement averages over, if no other one speaks of them so."""
    found = _AVERAGE.search(one.latex)
    letter = (found[1] or found[2]) if found else ""
    names = {*_called(one.latex, letter)} if letter else set[str]()
    rest = [each.latex for each in others if not _AVERAGE.search(each.latex)]
    alone = all(re.search(rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z])", " ".join(rest)) for name in names)
    return letter if names and alone and not any(_called(each, letter) for each in rest) else ""


def _called(latex: str, letter: str) -> list[str]:
    """Return the letters that stand before a letter in brackets, y and a of y(x) - a^L(x)."""
    return re.findall(rf"(\\?[A-Za-z]+){_SCRIPTS}\s*\(\s*{letter}\s*\)", latex)
