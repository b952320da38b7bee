"""Which outputs depend on which entries: the pattern of a Jacobian along the axes of the value and of the input."""

import numpy as np
from numpy.typing import NDArray

from nnmath.verify.finite_differences import Floats
from nnmath.verify.scenes import Scene

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
    """The blocks of a Jacobian, numerical and analytic: outputs and entries with the same index but along one axis."""
    if scene.subject.whole_shape != scene.shape:
        return []
    numeric, analytic = scene.evidence.numeric, scene.evidence.analytic
    aligned = alignments(scene, nonzero(scene, numeric))
    for axis in reversed(range(len(scene.shape))):
        others = [i for i in range(len(scene.shape)) if i != axis]
        if not all((i, i) in aligned for i in others):
            continue
        found = []
        for index in np.unique(scene.output_index[:, others], axis=0):
            rows = (scene.output_index[:, others] == index).all(axis=1)
            columns = (scene.entry_index[:, others] == index).all(axis=1)
            if columns.any():
                found.append((numeric[np.ix_(rows, columns)], analytic[np.ix_(rows, columns)]))
        return found
    return []
