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
    r"\b(?:if|when|assum\w+|suppos\w+|for|with|at|let|set|setting|take|taking|choos\w+|where|case|since|because)\b",
    re.I,
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
    """Return the values that the text gives symbols, up to its next heading.

    What goes on with the sentence of an equation, "since ``$v_0 = 0$``", is for that equation; what a recursion starts
    with is for all of them.
    """
    headings = [i for i, one in enumerate(shown) if _HEADING.search(one.before)]
    found = []
    for i, one in enumerate(shown):
        after = _HEADING.split(one.before)[-1]
        end = next((j for j in headings if j > i), len(shown))
        goes_on = _SENTENCE.split(one.behind)[0] if re.match(r"[\s,.;)]*[a-z]", one.behind) else ""
        said = [(value, i, end) for value in _values(after, how)] + [
            (value, i, i + 1) for value in _values(goes_on, how)
        ]
        found += [SpecialValue(*value, *where) for value, *where in said if not _is_first(value[0])]
        firsts = _values(one.before + "\n\n" + one.behind, how, cued=False)
        found += [SpecialValue(*value, 0, len(shown)) for value in firsts if _is_first(value[0])]
    return list(dict.fromkeys(found))


def _values(text: str, how: Spelled, cued: bool = True) -> Iterator[tuple[tree.Chain, str]]:
    """Yield the symbols that a text gives values, and these; in sentences with a word that says so if it is `cued`."""
    for sentence in _SENTENCE.split(text):
        for found in _VALUE.finditer(sentence) if _CUE.search(sentence) or not cued else ():
            with suppress(DerivationError):
                chain, _ = parse(how.name(found["name"]), how.known, Place(1, 1))
                if isinstance(chain.sides[0], (tree.Name, tree.Element)) and not chain.relations:
                    yield chain, found["value"]


def _is_first(chain: tree.Chain) -> bool:
    """Whether a symbol is what a recursion starts with, v_0."""
    match chain.sides[0]:
        case tree.Element(indices=(tree.Number(text="0"),)):
            return True
        case tree.Name(name=name):
            return name.endswith("_{0}")
    return False


def with_values(chain: tree.Chain, values: Sequence[tuple[tree.Expr, str]]) -> tree.Chain:
    """Return an equation in which symbols have special values."""
    at = chain.at
    numbers = tuple((name, _number(value, at)) for name, value in values)
    sides = tuple(tree.Evaluated(side, numbers, at=at) for side in chain.sides)
    return tree.Chain(chain.relations, sides, at=at)


def _number(text: str, at: Place) -> tree.Expr:
    number = tree.Number(text.removeprefix("-"), at=at)
    return tree.Sum((-1,), (number,), at=at) if text.startswith("-") else number
