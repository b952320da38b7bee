"""A second hearing for what looks wrong: more careful and slower, so that no right gradient is called wrong."""

import numpy as np

from nnmath.gradcheck.evidence import Evidence, compare
from nnmath.gradcheck.false_alarms.cancellation import as_stairs
from nnmath.gradcheck.false_alarms.coincident_kinks import settle_coincidences
from nnmath.gradcheck.false_alarms.higher_precision import with_witness
from nnmath.gradcheck.false_alarms.indeterminate import without_undecided
from nnmath.gradcheck.false_alarms.remeasured_noise import UNDERSTATED, with_measured_noise
from nnmath.gradcheck.false_alarms.rounding import allow_for_noise, allow_for_rounding
from nnmath.gradcheck.finite_differences import ALL_STEPS, Floats
from nnmath.gradcheck.function_under_test import Subject
from nnmath.gradcheck.numerical_derivatives import PROBE_POWERS, value_noise
from nnmath.gradcheck.report import NotJudged

#: The noise of a longer probe is curvature where it is this many times that of a shorter one.
CURVED = 1000.0


def hear(
    subject: Subject, evidence: Evidence, noise: Floats, rng: np.random.Generator
) -> tuple[Evidence, list[NotJudged]]:
    """Look at what seems wrong again.

    An entry is wrong only if it is so with noise that is measured afresh and around each step, with steps of its own
    size, with an allowance for the rounding of large intermediate results, and at a point where no kinks coincide.
    """
    if evidence.wrong.any():
        evidence = with_measured_noise(subject, evidence, noise, rng)
    certain = np.zeros(evidence.wrong.shape, dtype=bool)
    if evidence.wrong.any():
        evidence, certain = with_witness(subject, evidence, rng)
    if evidence.wrong.any():
        evidence = allow_for_rounding(subject, evidence)
    if evidence.wrong.any():
        evidence = _with_noise_at_hand(subject, evidence, noise, rng)
    if evidence.wrong.any():
        evidence = allow_for_noise(subject, evidence, rng)
    if (evidence.wrong & ~certain).any():
        evidence = as_stairs(subject, evidence, noise, certain)
    not_judged: list[NotJudged] = []
    if (evidence.wrong & ~certain).any():
        evidence, not_judged = without_undecided(subject, evidence, noise, certain)
    if evidence.wrong.any():
        evidence, more = settle_coincidences(subject, evidence, noise, rng)
        not_judged += more
    return evidence, not_judged


def _with_noise_at_hand(subject: Subject, evidence: Evidence, noise: Floats, rng: np.random.Generator) -> Evidence:
    """Compare what is wrong with less noise, where a pole is so near that curvature was taken for noise.

    The entries of the inverse of a nearly singular matrix are such. With too much noise steps across the pole are
    believed. Where the shorter of the two probes shows rounding, and much less than the longer, it is the one to go by.
    """
    least = np.abs(subject.value) * subject.epsilon / 16
    short = value_noise(subject, rng, PROBE_POWERS[:1])
    if not ((short > least) & (noise > CURVED * short)).any():
        return evidence
    columns = np.flatnonzero(evidence.wrong.any(axis=0))
    less = UNDERSTATED * np.where(short > least, short, noise)
    entries = evidence.entries[columns]
    again = compare(subject, evidence.position, evidence.upstreams, evidence.spread(subject), less, entries, ALL_STEPS)
    moving = again.low * again.high > 0  # where nothing moves less noise is a narrower interval around 0
    right = evidence.wrong[:, columns] & again.known & ~again.wrong & moving
    return evidence.taking(again, columns, right)
