"""Gradients that are right but for some entries."""

import numpy as np

from nnmath.gradcheck.arrays import Booleans
from nnmath.gradcheck.diagnosis.cause import Cause
from nnmath.gradcheck.diagnosis.variants import Variants
from nnmath.gradcheck.evidence import Evidence

#: As many places are listed.
LISTED = 5
#: At other inputs so many error bars are a deviation: no false alarm is ruled out there. What is smaller than those
#: here by as much, relative to the derivative, is another matter.
CLEARLY = 10.0


def one_entry_cause(variants: Variants) -> Cause | None:
    """The same for a single entry: of one, any other pattern may be chance."""
    return entries_cause(variants) if variants.evidence.wrong.any(axis=0).sum() == 1 else None


def entries_cause(variants: Variants) -> Cause | None:
    """Right but for some entries, and for the same ones when the values of the input change their places."""
    evidence = variants.evidence
    wrong, matters = np.asarray(evidence.wrong.any(axis=0)), evidence.matters.any(axis=0)
    if not wrong.any() or wrong.sum() > matters.sum() / 2:
        return None
    places = set(evidence.entries[wrong])
    least = np.min(evidence.relative_deviation, where=evidence.wrong, initial=np.inf) / CLEARLY
    if any(not _clearly_wrong(other, least) <= places for other in variants.others):
        return None
    zero = " It is zero there." if (evidence.analytic[:, wrong] == 0).all() else ""
    return Cause("entries", f"The gradient is right but for {_described(evidence, wrong)}.{zero}")


def _clearly_wrong(evidence: Evidence, least: float) -> set[int]:
    """The entries that are off by many error bars at other inputs, and by more than the least of their size."""
    off = (evidence.deviation > CLEARLY) & (evidence.relative_deviation > least)
    return {int(entry) for entry in evidence.entries[off.any(axis=0)]}


def _described(evidence: Evidence, wrong: Booleans) -> str:
    """A whole row or column by its name, anything else as a list of places."""
    index = evidence.entry_index[wrong]
    for axis, length in enumerate(evidence.shape):
        along = np.unique(index[:, axis])
        others = wrong.sum() == (evidence.entry_index[:, axis] == along[0]).sum()
        if len(evidence.shape) > 1 and len(along) == 1 and others and wrong.sum() > 1:
            last = ", the last one," if along[0] == length - 1 else ""
            return f"index {along[0]}{last} along axis {axis}"
    places = [str(place[0]) if len(place) == 1 else str(tuple(int(i) for i in place)) for place in index[:LISTED]]
    more = f" and {len(index) - LISTED} more" if len(index) > LISTED else ""
    return f"{'this entry' if len(index) == 1 else 'these entries'}: {', '.join(places)}{more}"
