"""The same function at other inputs: what stays with a value when it moves, and what stays in its place."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.gradcheck.evidence import Evidence, entry_evidence
from nnmath.gradcheck.finite_differences import Floats
from nnmath.gradcheck.function_under_test import Subject, as_moved

#: Other orders of the same values that are looked at, and the most entries there: fewer where a call is costly.
SHUFFLES, MOST_COLUMNS, COSTLY = 4, 40, 500_000
#: Values are made smaller or larger there by up to this much.
SIZES = 0.1, 1.5


@dataclass(frozen=True)
class Scene:
    """A wrong gradient at some inputs.

    Attributes
    ----------
    subject : Subject
    evidence : Evidence
    noise : float64 array
        Of the value of the subject.
    """

    subject: Subject
    evidence: Evidence
    noise: Floats

    @property
    def position(self) -> int:
        """Of the input whose gradient it is."""
        return self.evidence.position

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the input."""
        return tuple(self.subject.inputs[self.position].shape)

    @property
    def whole(self) -> bool:
        """Whether all entries and all outputs are there, and known."""
        entries = len(self.evidence.entries) == np.prod(self.shape, dtype=int)
        return bool(entries and not self.subject.is_slice and self.evidence.known.all())

    @cached_property
    def output_index(self) -> NDArray[np.intp]:
        """The indices of the outputs along each axis of the value, shape (rows, axes)."""
        return _indices(self.subject.axes)

    @cached_property
    def entry_index(self) -> NDArray[np.intp]:
        """The indices of the entries along each axis of the input, shape (columns, axes)."""
        index = np.unravel_index(self.evidence.entries, self.shape)
        return np.stack(index, axis=-1) if index else np.zeros((1, 0), dtype=np.intp)

    def at(self, inputs: list[Any], columns: NDArray[np.intp] | None = None) -> "Scene | None":
        """The same at other inputs, for some of the entries; None where there is no value."""
        there = as_moved(self.subject, inputs)
        if there is None:
            return None
        upstreams = self.evidence.upstreams
        rows = there.gradients_or_none(inputs, upstreams)
        if rows is None or not np.isfinite(rows[self.position]).all():
            return None
        entries = self.evidence.entries if columns is None else self.evidence.entries[columns]
        found = entry_evidence(there, self.position, upstreams, rows[self.position], self.noise, entries)
        return Scene(there, found, self.noise)


class Shuffled:
    """A scene and a few others, its values in other places, with other signs and sizes; made when asked for."""

    def __init__(self, scene: Scene, rng: np.random.Generator) -> None:
        self.scene, self.rng = scene, rng

    @cached_property
    def all(self) -> list[Scene]:
        """The scene itself first."""
        scene, rng = self.scene, self.rng
        scenes = [scene]
        x = np.asarray(scene.subject.inputs[scene.position])
        entries = scene.evidence.entries
        affordable = COSTLY // max(x.size, 1)
        most = int(np.clip(affordable, 8, MOST_COLUMNS))
        columns = np.sort(rng.permutation(len(entries))[:most])
        for _ in range(int(np.clip(affordable // 8, 1, SHUFFLES))):
            order = np.arange(x.size)
            order[entries] = rng.permutation(entries)  # what was looked at is looked at again, in another place
            signs, sizes = rng.choice([-1.0, 1.0], x.size), rng.uniform(*SIZES, x.size)
            for factors in (signs * sizes, signs, np.ones(x.size)):  # if the domain allows
                moved = list(scene.subject.inputs)
                moved[scene.position] = (x.reshape(-1)[order] * factors).reshape(x.shape).astype(x.dtype)
                there = scene.at(moved, columns)
                if there is not None:
                    scenes.append(there)
                    break
        return scenes


def _indices(axes: tuple[NDArray[np.intp], ...]) -> NDArray[np.intp]:
    if not axes:
        return np.zeros((1, 0), dtype=np.intp)
    return np.stack([a.reshape(-1) for a in np.meshgrid(*axes, indexing="ij")], axis=-1)
