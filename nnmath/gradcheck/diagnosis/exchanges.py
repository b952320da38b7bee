"""Gradients that would be right for another input, or if the entries of another input were in another order."""

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
        gradients = function.gradients(function.inputs, evidence.upstreams)
        if other not in gradients:
            continue
        there = compare_entries(
            function, other, evidence.upstreams, gradients[other], evidence.noise, evidence.rng, evidence.entries,
            for_verdict=False,
        )  # fmt: skip
        if _agrees(evidence, evidence.analytic, there.numeric, there.half_width):
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
            found = function.gradients_or_none(inputs, evidence.upstreams)
            if found is None or evidence.position not in found or np.array_equal(inputs[k], x):
                continue
            if _agrees(evidence, found[evidence.position][:, evidence.entries], evidence.numeric, evidence.half_width):
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
            found = function.gradients_or_none(inputs, evidence.upstreams)
            if found is None or evidence.position not in found:
                continue
            if _agrees(evidence, found[evidence.position][:, evidence.entries], evidence.numeric, evidence.half_width):
                return Cause(name, f"It would be right with {what} in place of {function.names[k]}.")
    return None


def right_without_cause(variants: Variants) -> Cause | None:
    """The gradient is right where another input is 0 or 1 everywhere."""
    evidence = variants.evidence
    for k in _others(evidence):
        x = evidence.function.inputs[k]
        for number in (0, 1):
            inputs = list(evidence.function.inputs)
            inputs[k] = np.full_like(x, number)
            there = evidence_at(evidence, inputs)
            if there is None or there.wrong.any() or not there.known.all():
                continue
            if 2 * there.matters.sum() >= evidence.matters.sum():  # something is left that could be wrong
                name = evidence.function.names[k]
                message = (
                    f"It is right where {name} is {number}: a term that depends on {name} is missing, or too many."
                )
                return Cause("missing", message)
    return None


def _others(evidence: Evidence) -> list[int]:
    """The other inputs that are arrays of floating point."""
    arrays = enumerate(evidence.function.inputs)
    return [k for k, x in arrays if k != evidence.position and isinstance(x, np.ndarray) and x.dtype.kind == "f"]


def _agrees(evidence: Evidence, analytic: Floats, numeric: Floats, bar: Floats) -> bool:
    smooth = evidence.known & ~evidence.kink & np.isfinite(numeric)
    allowed = 2 * (bar + evidence.half_width) + SAME * np.abs(numeric)
    return bool(smooth.any() and (np.abs(analytic - numeric) <= allowed)[smooth].all())
