"""Gradients that are wrong for some values: a mask that is missing, inverted, or has the wrong threshold."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from nnmath.gradcheck.arrays import Booleans, Floats
from nnmath.gradcheck.diagnosis.cause import SAME, Cause
from nnmath.gradcheck.diagnosis.variants import Variants
from nnmath.gradcheck.evidence import Evidence

#: Of two slopes, one that is smaller than the other by this is the rounding of a 0.
RELATIVELY_0 = 1e-12
#: So many values at least on each side of a threshold.
ENOUGH = 2
#: How likely wrong values may be to be neighbours by chance.
BY_CHANCE = 1e-3
#: At the edge of a mask the error, in error bars, is at least the largest one to this power: a lesser one fades away.
JUMP = 0.5


@dataclass(frozen=True)
class FeatureGroup:
    """Derivatives by the value of a feature: that of an entry of the input, or of an output.

    Attributes
    ----------
    value : float64 array
    wrong, matters : bool array
        Whether any of the derivatives is wrong, and whether any is not zero.
    ratio : float64 array
        What the right derivatives are multiplied with; NaN where it is not one number.
    deviation : float64 array
        The largest, in error bars.
    """

    value: Floats
    wrong: Booleans
    matters: Booleans
    ratio: Floats
    deviation: Floats


def kink_cause(variants: Variants) -> Cause | None:
    """Wrong at kinks alone."""
    evidence = variants.evidence
    if not evidence.wrong.any() or (evidence.wrong & ~evidence.kink).any():
        return None
    row, column = (int(i) for i in np.unravel_index(evidence.deviation.argmax(), evidence.deviation.shape))
    ends = np.array([evidence.low[row, column], evidence.high[row, column]])
    low, high = np.where(np.abs(ends) > RELATIVELY_0 * np.abs(ends).max(), ends, 0.0)
    message = f"It is wrong at a kink alone, where any slope between those on its two sides, {low:.6g} and {high:.6g},"
    return Cause("mask", f"{message} would do: is the mask right where its comparison is an equality?")


def mask_cause(variants: Variants) -> Cause | None:
    """Wrong exactly where the input, or the output, lies on one side of a value or between two."""
    for what, group in _features(variants.all):
        cause = _two_levels(what, group) or _one_sided(what, group)
        if cause is not None:
            return cause
    return None


def leaking_cause(variants: Variants) -> Cause | None:
    """Whatever is wrong should be zero."""
    evidence = variants.evidence
    wrong = evidence.wrong
    leaks = (np.abs(evidence.numeric) <= evidence.half_width)[wrong].all()
    if not wrong.any() or not leaks or not (evidence.matters & ~wrong).any():
        return None
    message = "Whatever is wrong should be zero, and all else is right: is a mask (as that of a ReLU) missing?"
    return Cause("mask", message)


def _features(variants: list[Evidence]) -> Iterator[tuple[str, FeatureGroup]]:
    """What a mask may depend on, the likeliest first."""
    names = variants[0].function.names
    k = variants[0].position
    x = [_input(evidence, k) for evidence in variants]
    columns = [_grouped(evidence, axis=0) for evidence in variants]
    yield "the input", _joined(columns, x)
    if len(variants[0].analytic) == variants[0].function.value.size:
        rows = [_grouped(evidence, axis=1) for evidence in variants]
        values = [evidence.function.value.reshape(-1) for evidence in variants]
        yield "the output", _joined(rows, values)
    yield "the size of the input", _joined(columns, [np.abs(a) for a in x])
    for other, given in enumerate(variants[0].function.inputs):
        alike = isinstance(given, np.ndarray) and given.shape == variants[0].shape and given.dtype.kind in "fiu"
        if alike and other != k:
            y = [_input(evidence, other) for evidence in variants]
            yield f"{names[k]} - {names[other]}", _joined(columns, [a - b for a, b in zip(x, y)])
            yield f"the size of {names[k]} - {names[other]}", _joined(columns, [np.abs(a - b) for a, b in zip(x, y)])
            yield f"{names[k]} times {names[other]}", _joined(columns, [a * b for a, b in zip(x, y)])


def _input(evidence: Evidence, k: int) -> Floats:
    return np.asarray(evidence.function.inputs[k], dtype=np.float64).reshape(-1)[evidence.entries]


def _grouped(evidence: Evidence, axis: int) -> FeatureGroup:
    """Put together the derivatives of an entry (axis 0) or of an output (axis 1)."""
    smooth = evidence.known & ~evidence.kink
    analytic, numeric = np.where(smooth, evidence.analytic, 0), np.where(smooth, evidence.numeric, 0)
    bar = np.where(smooth, evidence.half_width, 0)
    with np.errstate(all="ignore"):
        ratio = (analytic * numeric).sum(axis=axis) / (numeric * numeric).sum(axis=axis)
        nothing = (np.abs(numeric) <= bar).all(axis=axis)
        spread = np.expand_dims(np.where(nothing, 0, ratio), axis)
        slack = (1 + np.abs(spread)) * 2 * bar + SAME * np.abs(numeric)
        fits = (np.abs(analytic - spread * numeric) <= slack).all(axis=axis)
    wrong, matters = (np.asarray((a & smooth).any(axis=axis)) for a in (evidence.wrong, evidence.matters))
    ratio = np.where(nothing, np.inf, np.where(fits, np.where(wrong, ratio, 1.0), np.nan))
    deviation = np.max(evidence.deviation, axis=axis, initial=0.0, where=smooth)
    return FeatureGroup(ratio, wrong, matters, ratio, deviation)


def _joined(groups: list[FeatureGroup], values: list[Floats]) -> FeatureGroup:
    return FeatureGroup(
        np.concatenate(values),
        np.concatenate([group.wrong for group in groups]),
        np.concatenate([group.matters for group in groups]),
        np.concatenate([group.ratio for group in groups]),
        np.concatenate([group.deviation for group in groups]),
    )


def _two_levels(what: str, group: FeatureGroup) -> Cause | None:
    """The gradient is wrong by one factor on one side of a value and by another factor on the other side."""
    value, ratio = group.value[group.matters], group.ratio[group.matters]
    if not group.wrong.any() or np.isnan(ratio).any() or len(ratio) < 2 * ENOUGH:
        return None
    order = np.argsort(value, kind="stable")
    value, ratio = value[order], ratio[order]
    change = np.flatnonzero(~np.isclose(ratio[1:], ratio[:-1], rtol=SAME, atol=SAME)) + 1
    if len(change) != 1 or not ENOUGH <= change[0] <= len(ratio) - ENOUGH or value[change[0]] == value[change[0] - 1]:
        return None
    below, above = ratio[change[0] - 1], ratio[change[0]]
    threshold = (value[change[0]] + value[change[0] - 1]) / 2
    if below != 1 and above != 1:
        swapped = " Is the mask inverted?" if {below, above} == {0.0, np.inf} or np.isclose(below * above, 1) else ""
        message = f"Below about {threshold:.3g} of {what} {_times(below)}, above it {_times(above)}.{swapped}"
        return Cause("mask", message)
    side, factor = ("above", above) if below == 1 else ("below", below)
    message = f"The gradient is wrong exactly where {what} is {side} about {threshold:.3g}: there {_times(factor)}."
    return Cause("mask", message)


def _times(factor: float) -> str:
    if factor == 0:
        return "it is zero and should not be"
    if np.isinf(factor):
        return "it should be zero and is not"
    return f"it is {factor:.6g} times the right one"


def _one_sided(what: str, group: FeatureGroup) -> Cause | None:
    """Whether the wrong values form an interval without a right one in it, and there are enough of both to say so."""
    wrong, right = group.value[group.wrong], group.value[group.matters & ~group.wrong]
    if len(wrong) < ENOUGH or len(right) < ENOUGH:
        return None
    low, high = wrong.min(), wrong.max()
    below, above = right[right < low], right[right > high]
    if len(below) + len(above) < len(right) or _fades(group, low, high, [bool(len(below)), bool(len(above))]):
        return None
    start = f"The gradient is wrong exactly where {what} is"
    if low == high:
        return Cause("mask", f"{start} {low:.6g}: is a mask wrong, or a comparison that should allow for equality?")
    if len(below) == 0:
        return Cause("mask", f"{start} below about {(high + above.min()) / 2:.3g}: a wrong mask?")
    if len(above) == 0:
        return Cause("mask", f"{start} above about {(low + below.max()) / 2:.3g}: a wrong mask?")
    if (len(right) + 1) / math.comb(len(wrong) + len(right), len(wrong)) > BY_CHANCE:
        return None  # a few neighbours in the order of the values may be chance
    return Cause("mask", f"{start} between about {low:.3g} and {high:.3g}: a wrong mask?")


def _fades(group: FeatureGroup, low: float, high: float, edges: list[bool]) -> bool:
    """Whether the error falls to nothing towards the edges of an interval, those beyond which there are right values.

    That of a series that is cut short does so: it is wrong beyond the edge as well, by less than the error bars.
    """
    at_edges = [group.deviation[group.wrong & (group.value == end)].max() for end in np.array([low, high])[edges]]
    largest = np.max(group.deviation, where=group.wrong, initial=1.0)
    return bool(min(at_edges) < largest**JUMP)
