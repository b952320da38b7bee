"""Verdicts beside annotations that could not be read: what such an annotation speaks of is not called false."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nnmath.notes.document.brackets import split_outermost
from nnmath.notes.document.source import Annotation
from nnmath.notes.verdicts.verdict import FAILS, NOT_JUDGED, Judged, Verdict

_LETTER = re.compile(r"\\[A-Za-z]+|[A-Za-z]")
_FIRST = re.compile(r"[\s$]*(\\?[A-Za-z]+)")


def without_doubtful(found: Judged, unread: Sequence[Annotation]) -> Judged:
    """Return the verdicts of which none calls false what depends on a symbol of an annotation that was left out."""
    items = [item for one in unread for _, item in split_outermost(one.text, r"[,;]")]
    named = {first[1] for item in items if (first := _FIRST.match(item))}
    doubtful = {letter for name in named for letter in (name, f"\\{name}", *_LETTER.findall(name)[:1])}
    verdicts = [_checked(one, found.verdicts, doubtful) if one.state == FAILS else one for one in found.verdicts]
    return replace(found, verdicts=verdicts)


def _checked(one: Verdict, every: Sequence[Verdict], doubtful: set[str]) -> Verdict:
    """Return a verdict, or that it is not judged where it depends on something doubtful."""
    letters, before = _letters(one), set[str]()
    while letters != before:
        before = letters
        letters = letters.union(*(_letters(other) for other in every if _first(other.defines) & letters))
    if not letters & doubtful:
        return one
    said = min(letters & doubtful)
    reason = f"an annotation could not be read that speaks of {said}"
    return replace(one, state=NOT_JUDGED, reason=reason, result=None)


def _letters(one: Verdict) -> set[str]:
    return {*_LETTER.findall(one.parsed.statement.latex)}


def _first(name: str) -> set[str]:
    return {*_LETTER.findall(name)[:1]}
