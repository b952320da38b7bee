"""Which outputs depend on which entries: the pattern of a Jacobian along the axes of the value and of the input."""

import numpy as np
from numpy.typing import NDArray

from nnmath.gradcheck.diagnosis.scenes import Scene
from nnmath.gradcheck.finite_differences import Floats

#: Derivatives smaller than this, relative to the largest, count as zero in a pattern.
NOTHING = 1e-7


def nonzero(scene: Scene, derivatives: Floats) -> NDArray[np.bool_]:
    """Where a Jacobian is not zero."""
    largest = np.max(np.abs(derivatives), initial=0.0)
    return np.asarray(np.abs(derivatives) > NOTHING * largest + 2 * scene.evidence.half_width)


def alignments(scene: Scene, pattern: NDArray[np.bool_]) -> set[tuple[int, int]]:
    """Pairs (axis of the input, axis of the value) along which an output depends on entries with its own index only."""
    shape, value = scene.shape, scene.subject.whole_shape
    found = set()
    for i, a in np.ndindex(len(shape), len(value)):
        if shape[i] == value[a] > 1:
            elsewhere = scene.output_index[:, a][:, np.newaxis] != scene.entry_index[:, i]
            if elsewhere.any() and not pattern[elsewhere].any():
                found.add((i, a))
    return found


def diagonal(scene: Scene) -> NDArray[np.bool_] | None:
    """Where output and entry have the same index; None where the value has not the shape of the input."""
    if scene.subject.whole_shape != scene.shape or not scene.shape:
        return None
    return np.asarray((scene.output_index[:, np.newaxis, :] == scene.entry_index).all(axis=2))


def blocks(scene: Scene) -> list[tuple[Floats, Floats]]:
    """The blocks of a Jacobian, numerical and analytic: outputs and entries that have to do with each other."""
    if scene.subject.whole_shape != scene.shape:
        return []
    numeric, analytic = scene.evidence.numeric, scene.evidence.analytic
    pattern, found = nonzero(scene, numeric), []
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
        found.append((numeric[np.ix_(rows, columns)], analytic[np.ix_(rows, columns)]))
    return found
