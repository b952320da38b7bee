r"""Parts of a file, in which the same letters stand for other things: ``% nnmath: new part`` begins one.

A part is judged as if it was a file by itself: neither definitions nor annotations of another part hold in it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from nnmath.notes.document.prose import spaces
from nnmath.notes.document.source import Annotation, Source

_BEGINS = re.compile(r"\s*new\s+part\s*[.;,]?\s*", re.I)


def parts(source: Source) -> list[Source]:
    """Return the parts of a file, in their order; the file itself if no annotation begins one."""
    begins = sorted(one.place.line for one in source.annotations if begins_part(one))
    if not begins:
        return [source]
    found = []
    for first, last in zip([0, *begins], [*begins, source.annotations[-1].place.line + 10**9], strict=True):
        inside = range(first, last)
        formulas = tuple(one for one in source.formulas if one.place.line in inside)
        remarks = tuple(one for one in source.remarks if one.place.line in inside)
        said = tuple(one for one in source.annotations if one.place.line in inside and not begins_part(one))
        lies = tuple(one for formula in (*formulas, *remarks) for one in spaces(formula.latex))
        found.append(replace(source, formulas=formulas, remarks=remarks, annotations=said, spaces=lies))
    return found


def begins_part(annotation: Annotation) -> bool:
    """Whether an annotation says that a new part of the file begins."""
    return bool(_BEGINS.fullmatch(annotation.text))
