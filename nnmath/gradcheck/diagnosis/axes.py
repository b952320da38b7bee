"""Gradients that are summed up or normalised over the wrong axis."""

import numpy as np

from nnmath.gradcheck.diagnosis.clue import Clue
from nnmath.gradcheck.diagnosis.scenes import Scene
from nnmath.gradcheck.diagnosis.structure import alignments, nonzero
from nnmath.gradcheck.numerical_derivatives import scales

#: Entries of the input of a loss that are moved, to see which entries of its gradient they act on.
MOVED = 4


def axis_cause(scene: Scene, rng: np.random.Generator) -> Clue | None:
    """Entries act on each other along another axis than they should."""
    if scene.subject.value.size == 1:
        return _of_a_loss(scene, rng)
    right = alignments(scene, nonzero(scene, scene.evidence.numeric))
    found = alignments(scene, nonzero(scene, scene.evidence.analytic))
    lost, gained = sorted(right - found), sorted(found - right)
    if not lost:
        return _of_a_loss(scene, rng)
    if gained and gained[0][0] == lost[0][0]:
        message = f"The upstream gradient's axis {gained[0][1]} is kept where its axis {lost[0][1]} belongs."
        return Clue("axis", f"{message} Is it summed up, or broadcast, over the wrong axis?")
    message = f"Entries with different indices along axis {lost[0][0]} act on each other, and should not."
    return Clue("axis", f"{message} Is something summed up or normalised over the wrong axis?")


def _of_a_loss(scene: Scene, rng: np.random.Generator) -> Clue | None:
    """The same for a value that is a single number: which entries of the gradient change when another one is moved."""
    shape = scene.shape
    if len(shape) < 2 or len(scene.evidence.entries) != np.prod(shape):
        return None
    x = np.asarray(scene.subject.inputs[scene.position], dtype=np.float64)
    right, found = ({axis for axis, length in enumerate(shape) if length > 1} for _ in range(2))
    start = set(right)
    for entry in rng.permutation(x.size)[:MOVED]:
        moved = list(scene.subject.inputs)
        y = x.copy()
        y.reshape(-1)[entry] += scales(x).reshape(-1)[entry] / 2
        moved[scene.position] = y.astype(scene.subject.inputs[scene.position].dtype)
        there = scene.at(moved)
        if there is None:
            return None
        slack = 4 * (scene.evidence.half_width + there.evidence.half_width)
        for axes, name in ((right, "numeric"), (found, "analytic")):
            before, after = getattr(scene.evidence, name), getattr(there.evidence, name)
            changed = (np.abs(after - before) > slack + 1e-7 * np.max(np.abs(before), initial=0.0)).any(axis=0)
            index = np.unravel_index(entry, shape)
            axes -= {axis for axis in start if (scene.entry_index[changed, axis] != index[axis]).any()}
    lost = sorted(right - found)
    if not lost:
        return None
    message = f"Entries with different indices along axis {lost[0]} act on each other, and should not."
    return Clue("axis", f"{message} Is something summed up or normalised over the wrong axis?")
