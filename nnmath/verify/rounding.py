"""What the rounding of a right backward pass may amount to."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.verify.evidence import ROUNDINGS, Evidence, entry_evidence
from nnmath.verify.finite_differences import Floats
from nnmath.verify.numeric import noise_of
from nnmath.verify.subject import Subject, as_moved

#: The noise that a backward pass shows, in units of its standard deviation, that is allowed for.
DEVIATIONS = 8.0
#: The inputs are scaled down by these to see how large the gradient is where nothing is saturated.
SHRINKS = 4.0 ** -np.arange(11.0)


def shrunk(subject: Subject, factor: float) -> list[NDArray[np.floating]]:
    """The inputs, those that are differentiated for scaled down, each entry a little differently (but always so)."""
    moved, rng = list(subject.inputs), np.random.default_rng(0)
    for k in subject.wrt:
        moved[k] = (moved[k] * factor * rng.uniform(0.5, 1.0, moved[k].shape)).astype(moved[k].dtype)
    return moved


def natural_sizes(subject: Subject, k: int, upstreams: Floats) -> tuple[Floats, Floats]:
    """For each upstream gradient the largest gradient where the inputs are scaled down, and at which scale."""
    sizes, best = np.zeros(len(upstreams)), np.ones(len(upstreams))
    for factor in SHRINKS:
        rows = subject.gradients_or_none(shrunk(subject, factor), upstreams)
        if rows is None or k not in rows:
            continue
        found = np.abs(rows[k])
        largest = np.max(found, axis=1, initial=0.0, where=np.isfinite(found))
        larger = largest > 1.01 * sizes
        sizes, best = np.where(larger, largest, sizes), np.where(larger, factor, best)
    return sizes, best


def allow_for_noise(subject: Subject, evidence: Evidence, rng: np.random.Generator) -> Evidence:
    """Allow for the rounding that the backward pass itself shows where all inputs are moved a little.

    Terms that cancel, as with two equal columns of weights, leave rounding errors that are larger than their sum.
    """
    rows = np.flatnonzero(evidence.wrong.any(axis=1))
    upstreams = evidence.upstreams[rows]

    def gradients(inputs: list[Any]) -> Floats | None:
        found = subject.gradients_or_none(inputs, upstreams)
        return None if found is None else found[evidence.position][:, evidence.entries]

    allowance = evidence.allowance.copy()
    allowance[rows] += DEVIATIONS * noise_of(subject, gradients, (len(rows), len(evidence.entries)), rng)
    return replace(evidence, allowance=np.where(evidence.wrong, allowance, evidence.allowance))


def allow_for_rounding(subject: Subject, evidence: Evidence, noise: Floats) -> Evidence:
    """Allow for the rounding of intermediate results that are larger than the gradient itself.

    A backward pass that is right may lose digits where a derivative is small only because the function is saturated:
    a (1 - a) at a = 1 - 1e-13, or p - 1 where p is all but 1. How large its intermediate results are shows where the
    inputs are scaled down, each a little differently; and there a right backward pass is right, while a wrong one is
    wrong there as well.
    """
    suspicious = np.flatnonzero(evidence.wrong.any(axis=1))
    sizes, at = natural_sizes(subject, evidence.position, evidence.upstreams[suspicious])
    more = np.zeros(len(evidence.upstreams))
    more[suspicious] = ROUNDINGS * subject.epsilon * sizes
    allowed = replace(evidence, allowance=evidence.allowance + more[:, np.newaxis])
    forgiven = evidence.wrong & ~allowed.wrong
    for factor in np.unique(at[forgiven[suspicious].any(axis=1)]):
        rows = suspicious[(at == factor) & forgiven[suspicious].any(axis=1)]
        elsewhere = _wrong_elsewhere(subject, evidence, noise, rows, float(factor), forgiven[rows].any(axis=0))
        forgiven[rows] &= ~elsewhere
    return replace(evidence, allowance=np.where(forgiven, allowed.allowance, evidence.allowance))


def _wrong_elsewhere(
    subject: Subject,
    evidence: Evidence,
    noise: Floats,
    rows: NDArray[np.intp],
    factor: float,
    columns: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Which derivatives, (rows, all columns), are wrong where the inputs are scaled down as well."""
    wrong = np.zeros((len(rows), len(evidence.entries)), dtype=bool)
    there = as_moved(subject, shrunk(subject, factor))
    if there is not None:
        upstreams = evidence.upstreams[rows]
        analytic = there.gradients(there.inputs, upstreams)[evidence.position]
        found = entry_evidence(there, evidence.position, upstreams, analytic, noise, evidence.entries[columns])
        wrong[:, columns] = found.wrong
    return wrong
