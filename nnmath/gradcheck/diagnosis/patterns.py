"""Gradients that go to other entries than they should."""

import numpy as np

from nnmath.gradcheck.arrays import Booleans
from nnmath.gradcheck.diagnosis.cause import SAME, Cause
from nnmath.gradcheck.diagnosis.sparsity import nonzero
from nnmath.gradcheck.diagnosis.variants import Variants
from nnmath.gradcheck.evidence import Evidence

#: So many entries of one output are listed.
LISTED = 4


def shared_cause(variants: Variants) -> Cause | None:
    """The gradient of an output is right in sum, and shared among more entries than it belongs to."""
    evidence = variants.evidence
    right, found = nonzero(evidence, evidence.numeric), nonzero(evidence, evidence.analytic)
    lack = np.abs((evidence.analytic - evidence.numeric).sum(axis=1))
    slack = evidence.half_width.sum(axis=1) + SAME * np.abs(evidence.numeric).sum(axis=1)
    if not evidence.complete or (right & ~found).any() or not (found & ~right).any() or (lack > slack).any():
        return None
    message = "The gradient of each output is right in sum, but entries share it of which only some should have it"
    return Cause("mask", f"{message}: is it the place of a maximum, or a mask?")


def other_entries_cause(variants: Variants) -> Cause | None:
    """Each output has as many entries as it should, but others."""
    evidence = variants.evidence
    right, found = nonzero(evidence, evidence.numeric), nonzero(evidence, evidence.analytic)
    counts = right.sum(axis=1)
    moved = np.flatnonzero((right != found).any(axis=1))
    if (
        not evidence.complete
        or not moved.size
        or (counts != found.sum(axis=1)).any()
        or 2 * counts.max() > len(right[0])
    ):
        return None
    output = evidence.output_index[moved[0]]
    name = evidence.function.names[evidence.position]
    message = (
        f"Output {_place(output)} depends on {_listed(evidence, right[moved[0]], name)}, and the backward pass takes "
        f"{_listed(evidence, found[moved[0]], name)}: are the indices in another order?"
    )
    return Cause("transpose", message)


def _listed(evidence: Evidence, row: Booleans, name: str) -> str:
    columns = np.flatnonzero(row)
    places = [f"{name}{list(evidence.place(int(column)))}" for column in columns[:LISTED]]
    return " and ".join(places) + (f" and {len(columns) - LISTED} more" if len(columns) > LISTED else "")


def _place(index: "np.ndarray[tuple[int, ...], np.dtype[np.intp]]") -> str:
    return str(tuple(int(i) for i in index)) if len(index) != 1 else str(int(index[0]))
