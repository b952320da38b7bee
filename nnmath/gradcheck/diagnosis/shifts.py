"""Gradients that are right, but in other places: shifted, or with their halves exchanged."""

from collections.abc import Iterator
from itertools import product

import numpy as np

from nnmath.gradcheck.arrays import Booleans, Floats
from nnmath.gradcheck.diagnosis.cause import SAME, Cause
from nnmath.gradcheck.diagnosis.variants import Variants
from nnmath.gradcheck.evidence import Evidence

#: Positions may be off by so many.
FURTHEST = 3
#: Derivatives other than 0 that must be right in their other places: one or two may be by chance.
ENOUGH = 4


def shifted_cause(variants: Variants) -> Cause | None:
    """The gradient is the right one with its halves exchanged, shifted, or of another position."""
    evidence = variants.evidence
    if not evidence.complete or evidence.kink.any() or not evidence.shape:
        return None
    return _halves_exchanged(evidence) or _shifted(evidence) or _of_another_position(evidence)


def _halves_exchanged(evidence: Evidence) -> Cause | None:
    everywhere = np.full(evidence.wrong.shape, True)
    for axis, length in enumerate(evidence.shape):
        turned = np.roll(_by_entry(evidence, evidence.numeric), length // 2, axis + 1)
        if length % 2 == 0 and _same(evidence, turned, everywhere):
            message = f"The gradient is right, but its halves along axis {axis} have changed places"
            return Cause("transpose", f"{message}: are they put together in the other order?")
    value = evidence.function.value.shape
    for axis, length in enumerate(value):
        turned = np.roll(evidence.numeric.reshape(*value, -1), length // 2, axis)
        if length % 2 == 0 and _same(evidence, turned, everywhere):
            message = f"The gradient of each output along axis {axis} is that of the output half of the axis away"
            return Cause("transpose", f"{message}: have two upstream gradients changed places?")
    return None


def _shifted(evidence: Evidence) -> Cause | None:
    """Shifted by one along some axes: what the shift moves out of the array, or into it, is not compared."""
    numeric = _by_entry(evidence, evidence.numeric)
    for shift in product((0, 1, -1), repeat=len(evidence.shape)):
        if not any(shift) or any(abs(s) >= length - 1 for s, length in zip(shift, evidence.shape) if s):
            continue
        axes = tuple(range(1, numeric.ndim))
        inside = np.ones(numeric.shape, dtype=bool)
        for axis, s in zip(axes, shift):
            index = [slice(None)] * numeric.ndim
            index[axis] = slice(0, s) if s > 0 else slice(numeric.shape[axis] + s, None)
            inside[tuple(index)] = False
        if _same(evidence, np.roll(numeric, shift, axes), inside):
            along = " and ".join(f"axis {axis}" for axis, s in enumerate(shift) if s)
            message = f"The gradient is right, but shifted by one along {along}"
            return Cause("transpose", f"{message}: is an index off by one, or an array cut at the wrong end?")
    return None


def _of_another_position(evidence: Evidence) -> Cause | None:
    """Each position along an axis, of the value and of the input, has the derivatives of one a few places away."""
    if evidence.function.value.shape != evidence.shape:
        return None
    axes = len(evidence.shape)
    numeric = evidence.numeric.reshape(*evidence.shape, *evidence.shape)
    for axis, places in _positions(evidence):
        there = np.roll(numeric, (places, places), (axis, axis + axes))
        index = np.arange(evidence.shape[axis])
        inside = (index >= places) & (index < len(index) + places)
        along = [np.expand_dims(inside, tuple(i for i in range(2 * axes) if i != at)) for at in (axis, axis + axes)]
        where = np.broadcast_to(along[0] & along[1], numeric.shape)
        if _same(evidence, there, where):
            where_from = f"{abs(places)} place{'s' if abs(places) > 1 else ''} {'before' if places > 0 else 'after'} it"
            message = f"Each position along axis {axis} has the gradient that belongs to the one {where_from}"
            return Cause("transpose", f"{message}: is an offset missing, or an index off?")
    return None


def _positions(evidence: Evidence) -> Iterator[tuple[int, int]]:
    """Axes, and how far positions may be off along them: half of the positions at least are compared."""
    for axis, length in enumerate(evidence.shape):
        for distance in range(1, min(FURTHEST, length // 2) + 1):
            yield axis, distance
            yield axis, -distance


def _by_entry(evidence: Evidence, derivatives: Floats) -> Floats:
    return derivatives.reshape(-1, *evidence.shape)


def _same(evidence: Evidence, candidate: Floats, where: Booleans) -> bool:
    """Whether the analytic derivatives are these, in any shape, in the places where they are compared."""
    candidate, where = candidate.reshape(evidence.numeric.shape), where.reshape(evidence.numeric.shape)
    slack = 4 * np.max(evidence.half_width, initial=0.0) + SAME * np.abs(candidate)
    other = where & (np.abs(evidence.numeric - candidate) > slack)
    told = (where & (np.abs(candidate) > slack)).sum() >= ENOUGH and other.any()
    return bool(told and (np.abs(evidence.analytic - candidate) <= slack)[where].all())
