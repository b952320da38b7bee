"""Gradients that would be right for another input, or if the entries of another input were in another order."""

from typing import Any

import numpy as np

from nnmath.gradcheck.arrays import Floats
from nnmath.gradcheck.diagnosis.cause import SAME, Cause
from nnmath.gradcheck.diagnosis.variants import Variants, evidence_at
from nnmath.gradcheck.evidence import Evidence
from nnmath.gradcheck.single_entries import compare_entries


def swapped_cause(variants: Variants) -> Cause | None:
    """The gradient is the right one of another input of the same shape."""
    evidence = variants.evidence
    function = evidence.function
    for other in function.wrt:
        if other == evidence.position or function.inputs[other].shape != evidence.shape:
            continue
        if other not in function.gradients(function.inputs, variants.some.upstreams):
            continue
        if all(_is_numeric(part, other) for part in (variants.some, evidence)):
            message = f"It is the gradient of {function.names[other]}: are the two returned in the wrong order?"
            return Cause("transpose", message)
    return None


def reversed_cause(variants: Variants) -> Cause | None:
    """The gradient would be right if another input were reversed along an axis."""
    evidence = variants.evidence
    function = evidence.function
    for k in _others(evidence):
        x = function.inputs[k]
        for axis in range(x.ndim):
            inputs = list(function.inputs)
            inputs[k] = np.flip(x, axis).copy()
            if not np.array_equal(inputs[k], x) and _returned_at(variants, inputs):
                message = f"It would be right if {function.names[k]} were reversed along axis {axis}"
                return Cause("transpose", f"{message}: is it read in the wrong order?")
    return None


def another_constant_cause(variants: Variants) -> Cause | None:
    """The gradient would be right if another input were negated, 1 more or less, or twice or half as large."""
    evidence = variants.evidence
    function = evidence.function
    for k in _others(evidence):
        x = function.inputs[k]
        for name, what, other in (
            ("sign", f"-{function.names[k]}", -x),
            ("missing", f"1 + {function.names[k]}", 1 + x),
            ("missing", f"{function.names[k]} - 1", x - 1),
            ("scale", f"2 {function.names[k]}", 2 * x),
            ("scale", f"{function.names[k]} / 2", x / 2),
        ):
            inputs = list(function.inputs)
            inputs[k] = other.astype(x.dtype)
            if _returned_at(variants, inputs):
                return Cause(name, f"It would be right with {what} in place of {function.names[k]}.")
    return None


def right_without_cause(variants: Variants) -> Cause | None:
    """The gradient is right where another input is 0, 1, or any one number everywhere."""
    evidence = variants.evidence
    for k in _others(evidence):
        name = evidence.function.names[k]
        if _right_with(variants, k, 0):
            message = f"It is right where {name} is 0: a term that depends on {name} is missing, or too many."
            return Cause("missing", message)
        if not _right_with(variants, k, 1):
            continue
        if evidence.function.inputs[k].size > 1 and _right_with(variants, k, 2):
            message = f"It is right where all entries of {name} are equal: are they taken in another order?"
            return Cause("axis", message)
        return Cause("missing", f"It is right where {name} is 1: a factor {name} is missing, or one too many.")
    return None


def _right_with(variants: Variants, k: int, number: float) -> bool:
    """Whether the gradient is right where another input is this number, and could be wrong there."""
    evidence = variants.evidence
    inputs = list(evidence.function.inputs)
    inputs[k] = np.full_like(inputs[k], number)
    return _is_right_at(variants.some, inputs) and _is_right_at(evidence, inputs)


def _is_right_at(evidence: Evidence, inputs: list[Any]) -> bool:
    """Whether the derivatives are right at other inputs, where at least half as many of them matter."""
    there = evidence_at(evidence, inputs)
    if there is None or there.wrong.any() or not there.known.all():
        return False
    return bool(2 * there.matters.sum() >= evidence.matters.sum())


def _returned_at(variants: Variants, inputs: list[Any]) -> bool:
    """Whether the backward pass returns the right gradient where the inputs are these."""
    for part in (variants.some, variants.evidence):
        found = part.function.gradients_or_none(inputs, part.upstreams)
        if found is None or part.position not in found:
            return False
        if not _agrees(part, found[part.position][:, part.entries], part.numeric, part.half_width):
            return False
    return True


def _is_numeric(evidence: Evidence, other: int) -> bool:
    """Whether the analytic derivatives are the numerical ones by another input."""
    function = evidence.function
    there = compare_entries(
        function, other, evidence.upstreams, function.gradients(function.inputs, evidence.upstreams)[other],
        evidence.noise, evidence.rng, evidence.entries, for_verdict=False,
    )  # fmt: skip
    return _agrees(evidence, evidence.analytic, there.numeric, there.half_width)


def _others(evidence: Evidence) -> list[int]:
    """The other inputs that are arrays of floating point."""
    arrays = enumerate(evidence.function.inputs)
    return [k for k, x in arrays if k != evidence.position and isinstance(x, np.ndarray) and x.dtype.kind == "f"]


def _agrees(evidence: Evidence, analytic: Floats, numeric: Floats, bar: Floats) -> bool:
    smooth = evidence.known & ~evidence.kink & np.isfinite(numeric)
    allowed = 2 * (bar + evidence.half_width) + SAME * np.abs(numeric)
    return bool(smooth.any() and (np.abs(analytic - numeric) <= allowed)[smooth].all())
