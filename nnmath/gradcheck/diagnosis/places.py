"""Gradients that are right but for some entries."""

import numpy as np
from numpy.typing import NDArray

from nnmath.gradcheck.diagnosis.clue import Clue
from nnmath.gradcheck.diagnosis.scenes import Scene

#: As many places are listed.
LISTED = 5


def entries_cause(scenes: list[Scene]) -> Clue | None:
    """Right but for some entries, and for the same ones when the values of the input change their places."""
    scene, evidence = scenes[0], scenes[0].evidence
    wrong, matters = np.asarray(evidence.wrong.any(axis=0)), evidence.matters.any(axis=0)
    if not wrong.any() or wrong.sum() > matters.sum() / 2:
        return None
    places = set(evidence.entries[wrong])
    if any(not set(other.evidence.entries[other.evidence.wrong.any(axis=0)]) <= places for other in scenes[1:]):
        return None
    zero = " It is zero there." if (evidence.analytic[:, wrong] == 0).all() else ""
    return Clue("entries", f"The gradient is right but for {_described(scene, wrong)}.{zero}")


def _described(scene: Scene, wrong: NDArray[np.bool_]) -> str:
    """A whole row or column by its name, anything else as a list of places."""
    index = scene.entry_index[wrong]
    for axis, length in enumerate(scene.shape):
        along = np.unique(index[:, axis])
        others = wrong.sum() == (scene.entry_index[:, axis] == along[0]).sum()
        if len(scene.shape) > 1 and len(along) == 1 and others and wrong.sum() > 1:
            last = ", the last one," if along[0] == length - 1 else ""
            return f"index {along[0]}{last} along axis {axis}"
    places = [str(place[0]) if len(place) == 1 else str(tuple(int(i) for i in place)) for place in index[:LISTED]]
    more = f" and {len(index) - LISTED} more" if len(index) > LISTED else ""
    return f"{'this entry' if len(index) == 1 else 'these entries'}: {', '.join(places)}{more}"
