"""Gradients that go to other entries than they should."""

import numpy as np

from nnmath.gradcheck.arrays import Booleans
from nnmath.gradcheck.diagnosis.cause import SAME, Cause
from nnmath.gradcheck.diagnosis.sparsity import nonzero
from nnmath.gradcheck.diagnosis.variants import Variants
from nnmath.gradcheck.evidence import ROUNDINGS, Evidence

#: So many entries of one output are listed.
LISTED = 4
#: So many entries are tried with numbers that are larger than all others of the input by this factor.
TRIED, FAR = 8, 3.0


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


def dependence_cause(variants: Variants) -> Cause | None:
    """Some outputs depend on entries in the backward pass, and on none of these in the value."""
    evidence = variants.evidence
    right, found = nonzero(evidence, evidence.numeric), nonzero(evidence, evidence.analytic)
    if (right & ~found).any() or not (found & ~right).any() or not right.any():
        return None
    extra = _without_those_of_the_value(evidence, found & ~right)
    if not extra.any():
        return None
    row, column = (int(i) for i in np.argwhere(extra)[0])
    entry = f"{evidence.function.names[evidence.position]}{list(evidence.place(column))}"
    message = (
        f"In the backward pass output {_place(evidence.output_index[row])} depends on {entry}, in the value it does"
    )
    return Cause("mask", f"{message} not: is a mask missing, or another one than that of the forward pass?")


def lost_dependence_cause(variants: Variants) -> Cause | None:
    """Some outputs depend on entries in the value and not in the backward pass, and on others in both."""
    evidence = variants.evidence
    right, found = nonzero(evidence, evidence.numeric), nonzero(evidence, evidence.analytic)
    lost = right & ~found
    if (found & ~right).any() or not lost.any() or not found[lost.any(axis=1)].any(axis=1).all():
        return None
    row, column = (int(i) for i in np.argwhere(lost)[0])
    entry = f"{evidence.function.names[evidence.position]}{list(evidence.place(column))}"
    message = f"Output {_place(evidence.output_index[row])} depends on {entry}, and the backward pass leaves that out"
    return Cause("missing", f"{message}: is a window, a mask or a sum too small?")


def _without_those_of_the_value(evidence: Evidence, dependences: Booleans) -> Booleans:
    """Those of some dependences, (outputs, entries), that the value has not, however much an entry changes.

    A derivative may also be 0 where a maximum is another entry, or where a ReLU cuts it off. A few entries are tried.
    """
    function, result = evidence.function, np.zeros_like(dependences)
    x, value = evidence.input, function.value.reshape(-1)
    rounding = ROUNDINGS * function.epsilon * np.max(np.abs(value), initial=0.0)
    for column in np.flatnonzero(dependences.any(axis=0))[:TRIED]:
        result[:, column] = dependences[:, column]
        for number in FAR * np.max(np.abs(x), initial=0.0) * np.array([1, -1]):
            inputs = list(function.inputs)
            y = x.copy()
            y.reshape(-1)[evidence.entries[column]] = number
            inputs[evidence.position] = y.astype(function.inputs[evidence.position].dtype)
            there = function.value_at(inputs)
            if there is not None:
                result[:, column] &= np.abs(there.reshape(-1) - value) <= rounding
    return result


def _listed(evidence: Evidence, row: Booleans, name: str) -> str:
    columns = np.flatnonzero(row)
    places = [f"{name}{list(evidence.place(int(column)))}" for column in columns[:LISTED]]
    return " and ".join(places) + (f" and {len(columns) - LISTED} more" if len(columns) > LISTED else "")


def _place(index: "np.ndarray[tuple[int, ...], np.dtype[np.intp]]") -> str:
    return str(tuple(int(i) for i in index)) if len(index) != 1 else str(int(index[0]))
