"""Gradients that would be right for another input, or if the entries of another input were in another order."""

import numpy as np

from nnmath.gradcheck.arrays import Floats
from nnmath.gradcheck.diagnosis.cause import SAME, Cause
from nnmath.gradcheck.diagnosis.variants import Variants
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
    for k, x in enumerate(function.inputs):
        if k == evidence.position or not isinstance(x, np.ndarray) or x.dtype.kind != "f":
            continue
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


def _agrees(evidence: Evidence, analytic: Floats, numeric: Floats, bar: Floats) -> bool:
    smooth = evidence.known & ~evidence.kink & np.isfinite(numeric)
    allowed = 2 * (bar + evidence.half_width) + SAME * np.abs(numeric)
    return bool(smooth.any() and (np.abs(analytic - numeric) <= allowed)[smooth].all())
