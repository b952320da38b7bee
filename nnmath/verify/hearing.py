"""A second hearing for what looks wrong: more careful and slower, so that no right gradient is called wrong."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nnmath.verify.coincidence import settle_coincidences
from nnmath.verify.evidence import Evidence, compare
from nnmath.verify.finite_differences import ALL_STEPS, DEVIATIONS, Floats
from nnmath.verify.numeric import noise_at_entries, scales, value_noise
from nnmath.verify.report import NotJudged
from nnmath.verify.rounding import allow_for_noise, allow_for_rounding, natural_sizes, shrunk
from nnmath.verify.subject import Subject, as_moved

#: Wrong entries that are heard first; only if one of them turns out to be right are all the others.
SAMPLE = 6
#: An entry this much smaller than the typical one of its input is differentiated with steps of its own size, too.
SMALL = 2.0**-4
#: The smallest of the noises at a few steps and on two sides understates it.
UNDERSTATED = 3.0


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
        evidence = allow_for_noise(subject, evidence, rng)
    if evidence.wrong.any():
        evidence = _with_noise_of_1(subject, evidence, noise)
    if evidence.wrong.any():
        return settle_coincidences(subject, evidence, noise, rng)
    return evidence, []


def _with_noise_of_1(subject: Subject, evidence: Evidence, noise: Floats) -> Evidence:
    """Compare what is still wrong as if an intermediate result were about 1, with steps of up to that size as well.

    A value that is small because it was computed as 1 + small - 1, or as log(1 + small), is a stair whose treads may be
    longer than all steps: its rounding errors are those of the 1, and cannot be seen in the value. What is wrong then
    is right where the inputs are scaled down until the gradient is largest; a wrong backward pass is wrong there, too.
    """
    columns = np.flatnonzero(evidence.wrong.any(axis=0))
    again = _coarsely(subject, evidence, noise, columns)
    right = evidence.wrong[:, columns] & ~again.wrong & again.known
    rows = np.flatnonzero(right.any(axis=1))
    _, scale = natural_sizes(subject, evidence.position, evidence.upstreams[rows])
    for factor in np.unique(scale):
        there = as_moved(subject, shrunk(subject, float(factor)))
        if there is not None:
            these = rows[scale == factor]
            upstreams = evidence.upstreams[these]
            analytic = there.gradients(there.inputs, upstreams)[evidence.position][:, evidence.entries]
            moved = replace(evidence, upstreams=upstreams, analytic=analytic)
            right[these] &= ~_coarsely(there, moved, noise, columns).wrong
    low, high, kink = evidence.low.copy(), evidence.high.copy(), evidence.kink.copy()
    for old, new in ((low, again.low), (high, again.high), (kink, again.kink)):
        old[:, columns] = np.where(right, new, old[:, columns])
    return replace(evidence, low=low, high=high, kink=kink)


def _coarsely(subject: Subject, evidence: Evidence, noise: Floats, columns: NDArray[np.intp]) -> Evidence:
    """Compare some columns with the noise of a 1 in all values; of two units of the steps the one that fits better."""
    entries = evidence.entries[columns]
    x = np.asarray(subject.inputs[evidence.position], dtype=np.float64)
    units = scales(x).reshape(-1)[entries]
    rounding = subject.epsilon / 2 * np.maximum(np.abs(subject.value), 1)  # of the sum of 1 and something small
    floor = np.fmax(noise, rounding / DEVIATIONS)
    rows = np.zeros((len(evidence.analytic), x.size))
    rows[:, evidence.entries] = evidence.analytic
    one, other = (
        compare(subject, evidence.position, evidence.upstreams, rows, floor, entries, ALL_STEPS, unit)
        for unit in (units, np.maximum(units, 1.0))
    )
    better = ~one.known | (other.known & (other.deviation < one.deviation))
    low, high, kink = (np.where(better, getattr(other, n), getattr(one, n)) for n in ("low", "high", "kink"))
    return replace(one, low=low, high=high, kink=kink)


def _with_measured_noise(subject: Subject, evidence: Evidence, noise: Floats, rng: np.random.Generator) -> Evidence:
    columns = np.flatnonzero(evidence.wrong.any(axis=0))
    noise = np.fmax(noise, value_noise(subject, rng))
    first = rng.permutation(columns)[:SAMPLE]
    heard = _hear_columns(subject, evidence, noise, first)
    if len(first) < len(columns) and not heard.wrong[:, first].any(axis=0).all():
        heard = _hear_columns(subject, heard, noise, np.setdiff1d(columns, first))
    return heard


def _hear_columns(subject: Subject, evidence: Evidence, noise: Floats, columns: NDArray[np.intp]) -> Evidence:
    """Compare some columns again; where the new interval holds the analytic derivative, it replaces the old one.

    The steps are those of before, and, for small entries, steps of their own size.
    """
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
        local = UNDERSTATED * np.fmax(noise, noise_at_entries(subject, k, list(entries[these]), unit[these]))
        again = compare(
            subject, k, evidence.upstreams, rows, local, entries[these], ALL_STEPS, unit[these], cautious=True
        )
        again = replace(again, allowance=evidence.allowance[:, columns[these]])
        for i, column in enumerate(columns[these]):
            right = evidence.wrong[:, column] & ~again.wrong[:, i]
            if unit is own:  # short steps are noisy: they matter where they contradict the long ones
                right &= (again.low[:, i] > high[:, column]) | (again.high[:, i] < low[:, column])
            low[right, column], high[right, column] = again.low[right, i], again.high[right, i]
            kink[right, column] = again.kink[right, i]
    return replace(evidence, low=low, high=high, kink=kink)
