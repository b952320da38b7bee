"""From wrong numbers to what is wrong: each cause is a pattern between the analytic and the numerical derivatives."""

from collections.abc import Callable

import numpy as np

from nnmath.gradcheck.diagnosis.axes import axis_cause
from nnmath.gradcheck.diagnosis.clue import Clue
from nnmath.gradcheck.diagnosis.factors import scale_cause
from nnmath.gradcheck.diagnosis.hints import formula_hint
from nnmath.gradcheck.diagnosis.masks import kink_cause, leaking_cause, mask_cause
from nnmath.gradcheck.diagnosis.places import entries_cause
from nnmath.gradcheck.diagnosis.scenes import Scene, Shuffled
from nnmath.gradcheck.diagnosis.terms import (
    missing_cause,
    partly_missing_cause,
    path_cause,
    sign_cause,
    term_sign_cause,
)
from nnmath.gradcheck.diagnosis.transposes import transpose_cause
from nnmath.gradcheck.evidence import Evidence
from nnmath.gradcheck.linearity import LARGE, Answers, Linearity
from nnmath.gradcheck.report import Finding

UNKNOWN = Clue("unknown", "The gradient matches no known mistake: go through its derivation term by term.")


def diagnose(scene: Scene, rng: np.random.Generator) -> Finding:
    """Name the cause of a wrong gradient.

    The causes are tried from the most to the least specific; the first whose pattern fits all entries is named.
    """
    nonlinear = Answers(scene.subject, rng).nonlinear(scene.evidence)
    if nonlinear:
        clue, evidence = upstream_cause(nonlinear), _with_signed_upstreams(scene, rng)
        return _finding(scene, evidence if evidence.wrong.any() else scene.evidence, clue)
    scenes = Shuffled(scene, rng)
    causes: tuple[Callable[[], Clue | None], ...] = (
        lambda: kink_cause(scene),
        lambda: missing_cause(scene.evidence),
        lambda: sign_cause(scene.evidence),
        lambda: scale_cause(scenes),
        lambda: transpose_cause(scene, rng),
        lambda: mask_cause(scenes.all),
        lambda: axis_cause(scene, rng),
        lambda: entries_cause(scenes.all),
        lambda: partly_missing_cause(scene),
        lambda: term_sign_cause(scene),
        lambda: path_cause(scene),
        lambda: leaking_cause(scene.evidence),
        lambda: formula_hint(scenes.all),
    )
    clue = next((found for cause in causes if (found := cause()) is not None), UNKNOWN)
    return _finding(scene, scene.evidence, clue)


def upstream_cause(linearity: Linearity) -> Clue:
    """What is wrong with a backward pass that is not linear in the upstream gradient."""
    if linearity.ignores:
        return Clue("upstream", "The backward pass ignores the upstream gradient: multiply with it (the chain rule).")
    if linearity.even:
        return Clue("upstream", "The sign of the upstream gradient is lost: an absolute value or a square of it?")
    if linearity.shifted:
        message = "An upstream gradient of 0 does not give 0: something is added without being multiplied with it."
        return Clue("upstream", message)
    if linearity.small_ones:
        message = (
            "A large upstream gradient does not give a large gradient: clip the sum that an update takes, not this."
        )
        return Clue("upstream", message)
    return Clue("upstream", "The backward pass is not linear in the upstream gradient, as every backward pass must be.")


def _with_signed_upstreams(scene: Scene, rng: np.random.Generator) -> Evidence:
    """The evidence for a few upstream gradients with signs, and large ones: they show what single outputs may hide."""
    upstreams = rng.standard_normal((4, *scene.subject.value.shape))
    upstreams[2:] *= LARGE
    rows = scene.subject.gradients(scene.subject.inputs, upstreams)[scene.position]
    return scene.evidence.of_rows(upstreams, upstreams.reshape(4, -1), rows)


def _finding(scene: Scene, evidence: Evidence, clue: Clue) -> Finding:
    deviation = np.where(np.isfinite(evidence.deviation), evidence.deviation, 1e300)
    row, column = (int(i) for i in np.unravel_index(deviation.argmax(), deviation.shape))
    if evidence.wrong.any():  # the worst is the largest difference among those that are clearly wrong
        clear = evidence.wrong & (deviation >= min(10.0, deviation.max()))
        distance = np.where(clear, np.abs(evidence.analytic - evidence.numeric), -1)
        row, column = (int(i) for i in np.unravel_index(distance.argmax(), distance.shape))
    return Finding(
        scene.position,
        clue.cause,
        clue.message,
        clue.factor,
        evidence.place(scene.subject, column),
        float(evidence.analytic[row, column]),
        float(evidence.numeric[row, column]),
        float(evidence.half_width[row, column]),
    )
