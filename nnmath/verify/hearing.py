"""A second hearing for what looks wrong: more careful and slower, so that no right gradient is called wrong."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nnmath.verify.coincidence import settle_coincidences
from nnmath.verify.evidence import Evidence, compare
from nnmath.verify.finite_differences import ALL_STEPS, Floats
from nnmath.verify.numeric import noise_at_entries, scales, value_noise
from nnmath.verify.report import NotJudged
from nnmath.verify.rounding import allow_for_rounding
from nnmath.verify.subject import Subject

#: Wrong entries that are heard first; only if one of them turns out to be right are all the others.
SAMPLE = 16
#: An entry this much smaller than the typical one of its input is differentiated with steps of its own size, too.
SMALL = 2.0**-4
#: The smaller of the noises at two steps and on two sides understates it.
UNDERSTATED = 2.0


def hear(
    subject: Subject, evidence: Evidence, noise: Floats, rng: np.random.Generator
) -> tuple[Evidence, list[NotJudged]]:
    """Look at what seems wrong again.

    An entry is wrong only if it is so with noise that is measured afresh and around each step, with steps of its own
    size, with an allowance for the rounding of large intermediate results, and at a point where no kinks coincide.
    """
    if evidence.wrong.any():
        evidence = _with_measured_noise(subject, evidence, noise, rng)
    if evidence.wrong.any():
        evidence = allow_for_rounding(subject, evidence, noise)
    if evidence.wrong.any():
        return settle_coincidences(subject, evidence, noise, rng)
    return evidence, []


def _with_measured_noise(subject: Subject, evidence: Evidence, noise: Floats, rng: np.random.Generator) -> Evidence:
    columns = np.flatnonzero(evidence.wrong.any(axis=0))
    noise = np.fmax(noise, value_noise(subject, rng))
    first = rng.permutation(columns)[:SAMPLE]
    heard = _hear_columns(subject, evidence, noise, first)
    if len(first) < len(columns) and not heard.wrong[:, first].any(axis=0).all():
        heard = _hear_columns(subject, heard, noise, np.setdiff1d(columns, first))
    return heard


def _hear_columns(subject: Subject, evidence: Evidence, noise: Floats, columns: NDArray[np.intp]) -> Evidence:
    """Compare some columns again; where the new interval holds the analytic derivative, it replaces the old one."""
    k, entries = evidence.position, evidence.entries[columns]
    x = np.asarray(subject.inputs[k], dtype=np.float64)
    units = scales(x).reshape(-1)[entries]
    own = np.abs(x.reshape(-1)[entries])
    small = (own > 0) & (own < SMALL * units)
    low, high, kink = evidence.low.copy(), evidence.high.copy(), evidence.kink.copy()
    rows = np.zeros((len(evidence.analytic), x.size))
    rows[:, evidence.entries] = evidence.analytic
    for these, unit in ((np.full(len(columns), True), units), (small, own)):
        if not these.any():
            continue
        local = np.fmax(noise, UNDERSTATED * noise_at_entries(subject, k, list(entries[these]), unit[these]))
        again = compare(
            subject, k, evidence.upstreams, rows, local, entries[these], ALL_STEPS, unit[these], cautious=True
        )
        again = replace(again, allowance=evidence.allowance[:, columns[these]])
        for i, column in enumerate(columns[these]):
            right = evidence.wrong[:, column] & ~again.wrong[:, i]
            low[right, column], high[right, column] = again.low[right, i], again.high[right, i]
            kink[right, column] = again.kink[right, i]
    return replace(evidence, low=low, high=high, kink=kink)
