"""Annotations that cannot be read are left out, each for its reason, so that the rest of a file can be judged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from nnmath.latex import DerivationError
from nnmath.notes.document.parts import parts
from nnmath.notes.document.source import Annotation, Source
from nnmath.notes.readings.notes import Notes


def without_unread(
    source: Source, symbols: Sequence[Annotation]
) -> tuple[Source, list[Annotation], list[tuple[Annotation, DerivationError]]]:
    """Return a file and the annotations beside it without those that cannot be read, and these with what is wrong.

    Parameters
    ----------
    source : Source
        The file.
    symbols : sequence of Annotation
        Annotations that do not stand in the file.

    Raises
    ------
    DerivationError
        It is not an annotation that cannot be read.
    """
    kept, left_out = list(symbols), list[tuple[Annotation, DerivationError]]()
    while (error := _error(source, kept)) is not None:
        unread = _unread(error, source, kept)
        if unread is None:
            raise error
        left_out.append((unread, error))
        source, kept = _without(unread, source), _others(unread, kept)
    return source, kept, left_out


def _error(source: Source, symbols: Sequence[Annotation]) -> DerivationError | None:
    """Return what is wrong with the first annotation that cannot be read."""
    try:
        for part in parts(source) if source.annotations or symbols else ():
            Notes.of(part, symbols)
    except DerivationError as error:
        return error
    return None


def _unread(error: DerivationError, source: Source, symbols: Sequence[Annotation]) -> Annotation | None:
    """Return the annotation without which an error does not occur."""
    for one in (*symbols, *source.annotations):
        if one.place.line <= error.place.line:
            rest = _error(_without(one, source), _others(one, symbols))
            if rest is None or (rest.problem, rest.place) != (error.problem, error.place):
                return one
    return None


def _without(one: Annotation, source: Source) -> Source:
    return replace(source, annotations=tuple(_others(one, source.annotations)))


def _others(one: Annotation, every: Iterable[Annotation]) -> list[Annotation]:
    return [other for other in every if other is not one]
