"""Gradients that are summed up or normalised over the wrong axis."""

import numpy as np

from nnmath.gradcheck.diagnosis.cause import SAME, Cause
from nnmath.gradcheck.diagnosis.sparsity import alignments, nonzero
from nnmath.gradcheck.diagnosis.variants import Variants, evidence_at
from nnmath.gradcheck.evidence import Evidence
from nnmath.gradcheck.numerical_derivatives import scales

#: Entries of the input of a loss that are perturbed, to see which entries of its gradient they act on.
PERTURBED = 4
#: Entries whose derivatives are looked at there.
MOST_COLUMNS = 24


def axis_cause(variants: Variants) -> Cause | None:
    """Entries act on each other along another axis than they should."""
    evidence = variants.evidence
    if evidence.function.value.size == 1:
        return _of_a_loss(evidence)
    right = alignments(evidence, nonzero(evidence, evidence.numeric))
    found = alignments(evidence, nonzero(evidence, evidence.analytic))
    lost, gained = sorted(right - found), sorted(found - right)
    if not lost:
        return _of_a_loss(evidence)
    if gained and gained[0][0] == lost[0][0]:
        message = f"The upstream gradient's axis {gained[0][1]} is kept where its axis {lost[0][1]} belongs."
        return Cause("axis", f"{message} Is it summed up, or broadcast, over the wrong axis?")
    message = f"Entries with different indices along axis {lost[0][0]} act on each other, and should not."
    return Cause("axis", f"{message} Is something summed up or normalised over the wrong axis?")


def _of_a_loss(evidence: Evidence) -> Cause | None:
    """The same for a value that is a single number: entries of the gradient change with entries of the input."""
    shape = evidence.shape
    if len(shape) < 2 or len(evidence.entries) != np.prod(shape):
        return None
    x = np.asarray(evidence.function.inputs[evidence.position], dtype=np.float64)
    right, found = ({axis for axis, length in enumerate(shape) if length > 1} for _ in range(2))
    start = set(right)
    columns = np.sort(evidence.rng.permutation(x.size)[:MOST_COLUMNS])
    for entry in evidence.rng.permutation(x.size)[:PERTURBED]:
        perturbed = list(evidence.function.inputs)
        y = x.copy()
        y.reshape(-1)[entry] += scales(x).reshape(-1)[entry] / 2
        perturbed[evidence.position] = y.astype(evidence.function.inputs[evidence.position].dtype)
        there = evidence_at(evidence, perturbed, columns)
        if there is None:
            return None
        slack = 4 * (evidence.half_width[:, columns] + there.half_width)
        for axes, name in ((right, "numeric"), (found, "analytic")):
            before, after = getattr(evidence, name)[:, columns], getattr(there, name)
            changed = (np.abs(after - before) > slack + SAME * np.max(np.abs(before), initial=0.0)).any(axis=0)
            index = np.unravel_index(entry, shape)
            axes -= {axis for axis in start if (there.entry_index[changed, axis] != index[axis]).any()}
    lost = sorted(right - found)
    if not lost:
        return None
    message = f"Entries with different indices along axis {lost[0]} act on each other, and should not."
    return Cause("axis", f"{message} Is something summed up or normalised over the wrong axis?")
