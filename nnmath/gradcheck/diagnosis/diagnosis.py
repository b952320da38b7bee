"""From wrong numbers to what is wrong: each cause is a pattern between the analytic and the numerical derivatives."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from nnmath.gradcheck.diagnosis.axes import axis_cause
from nnmath.gradcheck.diagnosis.cause import Cause
from nnmath.gradcheck.diagnosis.elementwise import elementwise_cause
from nnmath.gradcheck.diagnosis.entries import entries_cause, one_entry_cause
from nnmath.gradcheck.diagnosis.exchanges import (
    another_constant_cause,
    reversed_cause,
    right_without_cause,
    swapped_cause,
)
from nnmath.gradcheck.diagnosis.factors import scale_cause
from nnmath.gradcheck.diagnosis.masks import kink_cause, leaking_cause, mask_cause
from nnmath.gradcheck.diagnosis.patterns import other_entries_cause, shared_cause
from nnmath.gradcheck.diagnosis.slopes import other_loss_cause, output_cause, slope_cause
from nnmath.gradcheck.diagnosis.terms import (
    along_input_cause,
    few_terms_cause,
    missing_cause,
    partly_missing_cause,
    path_cause,
    sign_cause,
    term_sign_cause,
    uncoupled_cause,
)
from nnmath.gradcheck.diagnosis.transposes import transpose_cause
from nnmath.gradcheck.diagnosis.variants import Variants
from nnmath.gradcheck.evidence import Evidence
from nnmath.gradcheck.linearity import LARGE, Linearity, LinearityTest, small_multiple, spread
from nnmath.gradcheck.report import Finding

#: A deviation that is so many times another number of its kind is much larger.
LARGER = 10.0
#: A gradient that is off by less than this everywhere, relative to itself, is an approximation.
SLIGHT = 1e-5
ACCURACY = Cause(
    "accuracy",
    "The gradient is right but for its last digits, each entry by another factor: does it come from a series or a fit "
    "that is cut short, or from a lower precision?",
)
UNKNOWN = Cause("unknown", "The gradient matches no known mistake: go through its derivation term by term.")


#: From the most to the least specific pattern: the first that fits all entries is named.
CAUSES: tuple[Callable[[Variants], Cause | None], ...] = (
    kink_cause,
    missing_cause,
    sign_cause,
    one_entry_cause,
    scale_cause,
    transpose_cause,
    mask_cause,
    axis_cause,
    entries_cause,
    partly_missing_cause,
    term_sign_cause,
    path_cause,
    leaking_cause,
    elementwise_cause,
    swapped_cause,
    reversed_cause,
    uncoupled_cause,
    slope_cause,
    another_constant_cause,
    right_without_cause,
    output_cause,
    few_terms_cause,
    along_input_cause,
    shared_cause,
    other_entries_cause,
    other_loss_cause,
)


def diagnose(evidence: Evidence) -> Finding:
    """Name the cause of a wrong gradient."""
    linearity = LinearityTest(evidence.function, evidence.rng)
    nonlinear = linearity.violation(evidence.position, evidence.entries, evidence.half_width)
    if nonlinear:
        signed = _with_signed_upstreams(evidence)
        return _finding(signed if signed.wrong.any() else evidence, upstream_cause(nonlinear))
    evidence = _without_slight_kinks(evidence)
    variants = Variants(evidence)
    cause = _cause(variants)
    if cause.name == UNKNOWN.name:  # without what is off by a thousandth of what is off most, or less
        most = LARGER**-3 * np.max(evidence.relative_deviation, initial=0.0)
        main = _cause(variants.forgiving(float(most)))
        if _is_slight(evidence) and main.name == UNKNOWN.name:
            cause = ACCURACY
        elif main.name != UNKNOWN.name:
            cause = main
    return _finding(evidence, cause)


def _cause(variants: Variants) -> Cause:
    return next((found for cause in CAUSES if (found := cause(variants)) is not None), UNKNOWN)


def _without_slight_kinks(evidence: Evidence) -> Evidence:
    """The same where a deviation is much larger than the kink that it is at: the kink does not explain it."""
    distance, gap = np.abs(evidence.analytic - evidence.numeric), evidence.half_width
    intervals = evidence.intervals
    return replace(evidence, intervals=replace(intervals, kink=intervals.kink & (distance <= LARGER * gap)))


def _is_slight(evidence: Evidence) -> bool:
    return bool((evidence.relative_deviation[evidence.wrong] < SLIGHT).all())


def upstream_cause(linearity: Linearity) -> Cause:
    """What is wrong with a backward pass that is not linear in the upstream gradient."""
    if linearity.ignores_upstream:
        return Cause("upstream", "The backward pass ignores the upstream gradient: multiply with it (the chain rule).")
    if linearity.ignores_sign:
        return Cause("upstream", "The sign of the upstream gradient is lost: an absolute value or a square of it?")
    if linearity.adds_constant:
        message = "An upstream gradient of 0 does not give 0: something is added without being multiplied with it."
        return Cause("upstream", message)
    if linearity.linear_in_sums and linearity.linear_for_small:
        message = (
            "A large upstream gradient does not give a large gradient: clip the sum that an update takes, not this."
        )
        return Cause("upstream", message)
    if linearity.linear_for_large and not linearity.linear_for_small:
        message = "The gradient for a small upstream gradient is not as small: is something set to 0 below a threshold?"
        return Cause("upstream", message)
    return Cause(
        "upstream", "The backward pass is not linear in the upstream gradient, as every backward pass must be."
    )


def _with_signed_upstreams(evidence: Evidence) -> Evidence:
    """The evidence for a few upstream gradients with signs, large and small: they show what single outputs may hide."""
    function, rng = evidence.function, evidence.rng
    upstreams = rng.standard_normal((6, *function.value.shape))
    upstreams[2:4] *= LARGE
    upstreams[4:] = small_multiple(function) * upstreams[4], spread(function.value.shape, rng)
    gradients = function.gradients(function.inputs, upstreams)[evidence.position]
    return evidence.combined(upstreams.reshape(6, -1), upstreams, gradients)


def _finding(evidence: Evidence, cause: Cause) -> Finding:
    deviation = np.where(np.isfinite(evidence.deviation), evidence.deviation, 1e300)
    row, column = (int(i) for i in np.unravel_index(deviation.argmax(), deviation.shape))
    if evidence.wrong.any():  # the worst is the largest difference among those that are clearly wrong
        clear = evidence.wrong & (deviation >= min(10.0, deviation.max()))
        distance = np.where(clear, np.abs(evidence.analytic - evidence.numeric), -1)
        row, column = (int(i) for i in np.unravel_index(distance.argmax(), distance.shape))
    return Finding(
        evidence.position,
        cause.name,
        cause.message,
        cause.factor,
        evidence.place(column),
        float(evidence.analytic[row, column]),
        float(evidence.numeric[row, column]),
        float(evidence.half_width[row, column]),
    )
