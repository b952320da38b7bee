"""Values that the text gives symbols for what follows: "with a unit prior, ``$n = 0$`` and ``$s = 1$``, this is"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from nnmath.latex import DerivationError, Place
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.grammar import parse
from nnmath.notes.spelling.statements import Statement
from nnmath.notes.syntax.parsing import Spelled

_CUE = re.compile(
    r"\b(?:if|when|assum\w+|suppos\w+|for|with|at|let|set|setting|take|taking|choos\w+|where|case)\b", re.I
)
_VALUE = re.compile(r"(?:\$|\\\()(?P<name>[^$=<>,]{1,40}?)=\s*(?P<value>-?\d+(?:\.\d+)?)\s*(?:\$|\\\))")
_HEADING = re.compile(r"^\s*#|\\(?:sub)*section", re.M)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])|\n\s*\n")


@dataclass(frozen=True)
class SpecialValue:
    """A value that the text gives a symbol, and the statements in front of which it does so.

    Attributes
    ----------
    name : Chain
        The symbol, as an equation of one side.
    value : str
        The number.
    begin, end : int
        The first statement that the value is for, and the first one that it is no longer for.
    """

    name: tree.Chain
    value: str
    begin: int
    end: int


def special_values(shown: Sequence[Statement], how: Spelled) -> list[SpecialValue]:
    """Return the values that the text gives symbols, up to its next heading."""
    headings = [i for i, one in enumerate(shown) if _HEADING.search(one.before)]
    found = []
    for i, one in enumerate(shown):
        after = _HEADING.split(one.before)[-1]
        end = next((j for j in headings if j > i), len(shown))
        found += [SpecialValue(chain, value, i, end) for chain, value in _values(after, how)]
    return found


def _values(text: str, how: Spelled) -> Iterator[tuple[tree.Chain, str]]:
    for sentence in _SENTENCE.split(text):
        for found in _VALUE.finditer(sentence) if _CUE.search(sentence) else ():
            with suppress(DerivationError):
                chain, _ = parse(how.name(found["name"]), how.known, Place(1, 1))
                if isinstance(chain.sides[0], (tree.Name, tree.Element)) and not chain.relations:
                    yield chain, found["value"]


def with_values(chain: tree.Chain, values: Sequence[tuple[tree.Expr, str]]) -> tree.Chain:
    """Return an equation in which symbols have special values."""
    at = chain.at
    numbers = tuple((name, _number(value, at)) for name, value in values)
    sides = tuple(tree.Evaluated(side, numbers, at=at) for side in chain.sides)
    return tree.Chain(chain.relations, sides, at=at)


def _number(text: str, at: Place) -> tree.Expr:
    number = tree.Number(text.removeprefix("-"), at=at)
    return tree.Sum((-1,), (number,), at=at) if text.startswith("-") else number
