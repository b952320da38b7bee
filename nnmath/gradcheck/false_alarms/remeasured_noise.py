"""Noise that was underestimated, or overestimated near a pole: what looks wrong is compared with other noise."""

from dataclasses import replace

import numpy as np

from nnmath.gradcheck.arguments import total_size
from nnmath.gradcheck.arrays import Booleans, Floats, Indices
from nnmath.gradcheck.evidence import COSTLY, Evidence
from nnmath.gradcheck.finite_differences import ALL_STEPS
from nnmath.gradcheck.numerical_derivatives import BOTH, PROBE_POWERS, noise_at_entries, value_noise

#: Wrong entries that are compared again first, fewer where a call is costly; only if the verdict on one of the first
#: changes are all others compared again.
SAMPLE = 6
#: An entry this much smaller than the typical one of its input is differentiated with steps of its own size, too.
SMALL = 2.0**-4
#: The shortening of the steps that are tried as well: all others of log(1 - p) at p = 1 - 1e-12 lead across the pole.
SHORTER = 4.0**-7
#: The noise at a step is the least of several: multiplied by this it is a bound.
UNDERSTATED = 3.0
#: With so much more of it nothing is overlooked where it is measured at every third step.
FEW_STEPS, GENEROUS = 3, 100.0
#: and on one side, which shows no less than both.
ONE = (1,)
#: Other looks at the noise of all outputs, and how many times the noise of before is much more.
LOOKS, NOISIER = 3, 100.0
#: Shorter probes of the noise, as powers of epsilon, and the shortening of the steps that are taken with it.
SHORT_PROBES = (PROBE_POWERS[0], 1.0), (0.85, 1.0), (0.85, SHORTER)
#: The noise of a longer probe is curvature where it is this many times that of a shorter one, which is no bound either.
CURVED, SHORT_UNDERSTATED = 1000.0, 3.0


def remeasure_noise(evidence: Evidence, *, of_each: bool = True) -> Evidence:
    """Compare what is wrong again with noise that is measured anew, and around each step.

    What the noise of a few entries does not explain is compared with noise `of_each` entry, unless that is not needed.
    """
    columns = evidence.columns_where(evidence.wrong)
    first = sample(evidence, columns)
    noise = np.fmax(evidence.noise, value_noise(evidence.function, evidence.rng))
    again, local = _compared_again(evidence, noise, first)
    helped = (again.wrong != evidence.wrong).any(axis=1)
    others = np.setdiff1d(columns, first)
    if others.size and helped.any():  # an output is rounded about alike, whichever entry changes
        again = _with_noise(again, local.max(axis=0), others)
        unhelped = evidence.wrong[:, first].any(axis=1) & ~helped
        left = others[again.wrong[np.ix_(~unhelped, others)].any(axis=0)]
        again = _compared_again(again, noise, left)[0] if of_each and left.size else again
    return again


def compared_where_noisier(evidence: Evidence) -> Evidence:
    """Compare what is wrong again where another look at the noise finds much more of it: those intervals are better.

    Of many outputs the noise of some is measured as all but nothing by chance.
    """
    rng = np.random.default_rng(0)
    looks = [value_noise(evidence.function, rng) for _ in range(1 if evidence.is_costly else LOOKS)]
    noise = np.fmax.reduce([evidence.noise, *looks])
    much = (noise > NOISIER * evidence.noise).reshape(-1)
    rows = ((evidence.upstreams.reshape(len(evidence.upstreams), -1) != 0) & much).any(axis=1)
    columns = evidence.columns_where(evidence.wrong[rows])
    if not columns.size:
        return evidence
    again = evidence.derivatives(columns, noise, ALL_STEPS)
    return replace(evidence, noise=noise).taking(again, columns, evidence.wrong[:, columns] & rows[:, np.newaxis])


def sample(evidence: Evidence, columns: Indices) -> Indices:
    """Some of the columns, fewer where a call is costly."""
    most = int(np.clip(COSTLY // total_size(evidence.function.inputs), 1, SAMPLE))
    return evidence.rng.permutation(columns)[:most]


def _compared_again(evidence: Evidence, noise: Floats, columns: Indices) -> tuple[Evidence, Floats]:
    """Compare some columns again; where the new interval holds the analytic derivative, it replaces the old one.

    The steps are those of before, for small entries steps of their own size, and steps that are much shorter. A quick
    look comes first: the noise around each step takes 22 values of the function. Returns the noise of the usual steps,
    (columns, *value), as well.
    """
    units, own = evidence.units(columns), np.abs(evidence.input.reshape(-1)[evidence.entries[columns]])
    result, local = _with_usual_steps(evidence, noise, columns, units)
    small = (own > 0) & (own < SMALL * units)
    result = _with_short_steps(result, columns[small], own[small])
    return _with_short_steps(result, columns, SHORTER * units), local


def _with_short_steps(evidence: Evidence, columns: Indices, units: Floats) -> Evidence:
    """Take the intervals from short steps where they contradict the long ones, which noise alone must not do.

    What does not contradict them without any noise is not looked at with the noise around each step.
    """
    if not columns.size:
        return evidence
    short, apart = _at_short_steps(evidence, columns, units, np.zeros((columns.size, *evidence.noise.shape)))
    apart |= short.kink  # noise that is not allowed for looks like one
    for steps in (ALL_STEPS[::FEW_STEPS], ALL_STEPS):
        columns, units = columns[apart.any(axis=0)], units[apart.any(axis=0)]
        if not columns.size:
            return evidence
        local = noise_at_entries(evidence.function, evidence.position, list(evidence.entries[columns]), units, steps)
        short, apart = _at_short_steps(evidence, columns, units, UNDERSTATED * local)
    apart &= short.low * short.high > 0  # a value that does not change gives an interval around 0
    return evidence.taking(short, columns, evidence.wrong[:, columns] & ~short.wrong & apart)


def _at_short_steps(evidence: Evidence, columns: Indices, units: Floats, noise: Floats) -> tuple[Evidence, Booleans]:
    """Some columns with steps in these units, and where their intervals lie apart from those of before."""
    short = evidence.derivatives(columns, noise, ALL_STEPS, units, both_sides=True)
    return short, (short.low > evidence.high[:, columns]) | (short.high < evidence.low[:, columns])


def _with_usual_steps(evidence: Evidence, noise: Floats, columns: Indices, units: Floats) -> tuple[Evidence, Floats]:
    """Compare some columns with the noise around each step, if a few steps show that it may matter."""
    for steps, generous in ((ALL_STEPS[::FEW_STEPS], GENEROUS), (ALL_STEPS, UNDERSTATED)):
        entries = list(evidence.entries[columns])
        signs = BOTH if steps is ALL_STEPS else ONE
        local = noise_at_entries(evidence.function, evidence.position, entries, units, steps, signs)
        local = np.fmax(noise, local)  # the probe perturbs all inputs together, by more than small entries may be
        again = _with_noise(evidence, generous * local, columns)
        if not (again.wrong != evidence.wrong).any():
            return evidence, noise[np.newaxis]
    return again, generous * local


def _with_noise(evidence: Evidence, noise: Floats, columns: Indices) -> Evidence:
    """Compare some columns with this noise, and take the intervals that hold the analytic derivative."""
    again = evidence.derivatives(columns, noise, ALL_STEPS, both_sides=True)
    return evidence.taking(again, columns, evidence.wrong[:, columns] & ~again.wrong)


def use_noise_of_short_probe(evidence: Evidence) -> Evidence:
    """Compare what is wrong with less noise, where a pole is so near that curvature was taken for noise.

    The entries of the inverse of a nearly singular matrix are such. With too much noise steps across the pole are
    accepted. Where a shorter probe shows rounding, and much less than the usual ones, its noise is used, with the usual
    steps first.
    """
    function = evidence.function
    least = np.abs(function.value) * function.epsilon / 16
    for power, shorter in SHORT_PROBES:
        if not evidence.wrong.any():
            break
        short = value_noise(function, evidence.rng, (power,))
        if not ((short > least) & (evidence.noise > CURVED * short)).any():
            continue
        columns = evidence.columns_where(evidence.wrong)
        less = SHORT_UNDERSTATED * np.where(short > least, short, evidence.noise)
        again = evidence.derivatives(columns, less, ALL_STEPS, shorter * evidence.units(columns))
        changing = again.low * again.high > 0  # a value that does not change gives an interval around 0
        right = evidence.wrong[:, columns] & again.known & ~again.wrong & changing
        evidence = evidence.taking(again, columns, right)
    return evidence
