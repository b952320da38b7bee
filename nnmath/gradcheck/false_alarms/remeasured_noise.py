"""A more careful comparison of what looks wrong: slower, with more noise, and nothing believed that one side denies."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nnmath.gradcheck.evidence import Evidence, compare
from nnmath.gradcheck.finite_differences import ALL_STEPS, Floats
from nnmath.gradcheck.function_under_test import Subject
from nnmath.gradcheck.numerical_derivatives import noise_at_entries, scales, value_noise

#: Wrong entries that are heard first, fewer in a large input; only if one of them is right after all are all others.
SAMPLE, COSTLY = 6, 60_000
#: An entry this much smaller than the typical one of its input is differentiated with steps of its own size, too.
SMALL = 2.0**-4
#: So much shorter steps are taken as well: of log(1 - p) at p = 1 - 1e-12 all others lead beyond the pole.
SHORTER = 4.0**-7
#: The smallest of the noises at a few steps and on two sides understates it.
UNDERSTATED = 3.0


def with_measured_noise(subject: Subject, evidence: Evidence, noise: Floats, rng: np.random.Generator) -> Evidence:
    """Compare what is wrong again with noise that is measured afresh, and around each step."""
    columns = np.flatnonzero(evidence.wrong.any(axis=0))
    noise = np.fmax(noise, value_noise(subject, rng))
    first = sample(subject, evidence, columns, rng)
    heard = _hear_columns(subject, evidence, noise, first)
    if len(first) < len(columns) and (heard.wrong != evidence.wrong).any():
        heard = _hear_columns(subject, heard, noise, np.setdiff1d(columns, first))
    return heard


def sample(
    subject: Subject, evidence: Evidence, columns: NDArray[np.intp], rng: np.random.Generator
) -> NDArray[np.intp]:
    """Some of the columns, fewer where a call is costly."""
    most = int(np.clip(COSTLY // subject.inputs[evidence.position].size, 1, SAMPLE))
    return rng.permutation(columns)[:most]


def _hear_columns(subject: Subject, evidence: Evidence, noise: Floats, columns: NDArray[np.intp]) -> Evidence:
    """Compare some columns again; where the new interval holds the analytic derivative, it replaces the old one.

    The steps are those of before, for small entries steps of their own size, and steps that are much shorter.
    """
    k, entries = evidence.position, evidence.entries[columns]
    x = np.asarray(subject.inputs[k], dtype=np.float64)
    units = scales(x).reshape(-1)[entries]
    own = np.abs(x.reshape(-1)[entries])
    small = (own > 0) & (own < SMALL * units)
    heard = evidence
    rows = evidence.spread(subject)
    everywhere = np.full(len(columns), True)
    for these, unit in ((everywhere, units), (small, own), (everywhere, SHORTER * units)):
        if not these.any():
            continue
        local = noise_at_entries(subject, k, list(entries[these]), unit[these])
        if unit is units:  # the noise of all moves together, which may be longer than small entries are
            local = np.fmax(noise, local)
        again = compare(
            subject,
            k,
            evidence.upstreams,
            rows,
            UNDERSTATED * local,
            entries[these],
            ALL_STEPS,
            unit[these],
            cautious=True,
        )
        again = replace(again, allowance=evidence.allowance[:, columns[these]])
        low, high = heard.low[:, columns[these]], heard.high[:, columns[these]]
        right = evidence.wrong[:, columns[these]] & ~again.wrong
        if unit is not units:  # short steps are noisy: they matter where they contradict the long ones
            right &= (again.low > high) | (again.high < low)
            right &= again.low * again.high > 0  # where nothing moves the interval is one around 0
        heard = heard.taking(again, columns[these], right)
    return heard
