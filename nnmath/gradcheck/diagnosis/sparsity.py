"""Which outputs depend on which entries: the pattern of a Jacobian along the axes of the value and of the input."""

import numpy as np

from nnmath.gradcheck.arrays import Booleans, Floats
from nnmath.gradcheck.diagnosis.cause import SAME
from nnmath.gradcheck.evidence import Evidence


def nonzero(evidence: Evidence, derivatives: Floats) -> Booleans:
    """Where a Jacobian is not zero."""
    largest = np.max(np.abs(derivatives), initial=0.0)
    return np.asarray(np.abs(derivatives) > SAME * largest + 2 * evidence.half_width)


def alignments(evidence: Evidence, pattern: Booleans) -> set[tuple[int, int]]:
    """Pairs (axis of the input, axis of the value) along which an output depends on entries with its own index only."""
    shape, value = evidence.shape, evidence.function.full_value_shape
    found = set()
    for i, a in np.ndindex(len(shape), len(value)):
        if shape[i] == value[a] > 1:
            elsewhere = evidence.output_index[:, a][:, np.newaxis] != evidence.entry_index[:, i]
            if elsewhere.any() and not pattern[elsewhere].any():
                found.add((i, a))
    return found


def diagonal(evidence: Evidence) -> Booleans | None:
    """Where output and entry have the same index; None where the value has not the shape of the input."""
    if evidence.function.full_value_shape != evidence.shape or not evidence.shape:
        return None
    return np.asarray((evidence.output_index[:, np.newaxis, :] == evidence.entry_index).all(axis=2))


def blocks(evidence: Evidence) -> list[tuple[Floats, Floats, Floats]]:
    """The blocks of a Jacobian: outputs and entries that have to do with each other.

    Each as the numerical and the analytic derivatives and the error bars.
    """
    numeric, analytic, bar = evidence.numeric, evidence.analytic, evidence.half_width
    pattern, found = nonzero(evidence, numeric), []
    left = pattern.any(axis=1)
    while left.any():
        rows = np.zeros(len(pattern), dtype=bool)
        rows[left.argmax()] = True
        while True:
            columns = np.asarray(pattern[rows].any(axis=0))
            more = np.asarray(pattern[:, columns].any(axis=1))
            if (more == rows).all():
                break
            rows = more
        left &= ~rows
        block = np.ix_(rows, columns)
        found.append((numeric[block], analytic[block], bar[block]))
    return found
