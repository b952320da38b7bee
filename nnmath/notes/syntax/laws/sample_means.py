r"""Means that everybody knows: ``\bar{x}`` beside ``\sum_{i=1}^n x_i``, in notes that nowhere say what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nnmath.latex import Place
from nnmath.notes.document.source import Formula
from nnmath.notes.spelling.respelling import respelled
from nnmath.notes.spelling.statements import Statement, statements

_BAR = re.compile(r"\\bar\s*(?:\{\s*(?P<braced>[a-z])\s*\}|(?P<bare>[a-z]))")
_SUM = re.compile(r"\\sum\s*_\s*\{\s*(?P<letter>[a-z])\s*=\s*1\s*\}\s*\^\s*\{?\s*(?P<bound>[A-Za-z])\s*\}?")
_SAID = re.compile(r"\b(?:means?|averages?)\b", re.I)
_TOKEN = re.compile(r"\\[A-Za-z]+|(?P<letter>[a-z])(?:\s*_\s*(?:\{(?P<braced>[^{}]*)\}|(?P<bare>\w)))?")


def sample_means(
    shown: Sequence[Statement], others: Sequence[Statement], declared: Sequence[str]
) -> Iterator[Statement]:
    r"""Yield the definitions of such means: x has one index, ``\bar{x}`` none, and nothing defines it.

    Where the text speaks of means, x may stand without its index, too.
    """
    said = any(_SAID.search(text) for one in shown for text in (one.before, one.behind))
    texts = [respelled(one.latex) for one in shown]
    given = [respelled(one.latex) for one in others] + [respelled(one) for one in declared]
    whole = "\n".join(texts)
    for letter in dict.fromkeys(found["braced"] or found["bare"] for found in _BAR.finditer(whole)):
        bar = rf"\\bar\s*\{{?\s*{letter}\s*\}}?(?![A-Za-z])"
        if re.search(bar + r"\s*[_^]\s*(?!\{?2)", whole) or any(re.search(bar, one) for one in given):
            continue
        if any(re.match(rf"\s*{bar}\s*:?=", text) for text in texts):
            continue
        if found := _summed(letter, whole, said):
            index, bound = found
            latex = rf"\bar{{{letter}}} = \frac{{1}}{{{bound}}} \sum_{{{index}=1}}^{{{bound}}} {letter}_{index}"
            yield from statements(Formula(latex, Place(1, 1), ""))


def _summed(letter: str, whole: str, alone: bool) -> tuple[str, str] | None:
    """Return the index of a letter and the bound of its sum, if it stands with one index wherever it has any.

    It has one everywhere unless it may stand `alone`.
    """
    tokens = [found for found in _TOKEN.finditer(_BAR.sub(" ", whole)) if found["letter"] == letter]
    scripts = {(found["braced"] or found["bare"] or "").strip() for found in tokens}
    bounds = {(found["letter"], found["bound"]) for found in _SUM.finditer(whole) if found["letter"] in scripts}
    plain = all(re.fullmatch("[a-z]?" if alone else "[a-z]", one) for one in scripts)
    return min(bounds) if plain and len({bound for _, bound in bounds}) == 1 else None
