"""The same function in a wider precision, where it can be called in one: a witness where values are badly rounded."""

from copy import copy
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.gradcheck.evidence import Evidence, compare
from nnmath.gradcheck.finite_differences import ALL_STEPS, DEVIATIONS, PLACES, Floats
from nnmath.gradcheck.function_under_test import Subject
from nnmath.gradcheck.numerical_derivatives import PROBE_POWERS, scales, value_noise

#: What a witness says counts where its error bar is at most this much of the derivative, or narrower than before.
SHARP = 0.01
#: Its noise is measured so often: where a step is just some units in the last place long, rounding does not show.
MEASURED = 3
#: The probes of the noise, as powers of epsilon: those of always, and, for stairs with long treads, longer ones.
PROBES = PROBE_POWERS, (*PROBE_POWERS, 0.4, 0.3)
#: In extended precision matrix products are slow: no more entries than this.
MOST_ENTRIES = 4000
#: Wrong entries that are compared first; only if one of them turns out to be right are all the others.
SAMPLE = 6


class Witness:
    """Differentiates the forward pass in a wider precision.

    In single precision -log(1 - sigmoid(z)) at z = 14 is a stair: 1 - sigmoid(z) is a few units in the last place of a
    1. No difference of its values tells its slope, but those of the same function, called in double precision, do. From
    double precision there is still the extended one of many machines.
    """

    def __init__(self, subject: Subject, wide: Subject, noises: list[Floats]) -> None:
        self.subject, self.wide, self.noises = subject, wide, noises

    def compare(self, evidence: Evidence, columns: NDArray[np.intp], noise: Floats) -> Evidence:
        """Compare some columns with one of the noises; of two units of the steps the one that is sharper."""
        entries = evidence.entries[columns]
        x = np.asarray(self.subject.inputs[evidence.position], dtype=np.float64)
        units, own = scales(x).reshape(-1)[entries], np.abs(x.reshape(-1)[entries])
        rows = np.zeros((len(evidence.analytic), x.size))
        rows[:, evidence.entries] = evidence.analytic
        one, other = (
            compare(self.wide, evidence.position, evidence.upstreams, rows, noise, entries, ALL_STEPS, unit)
            for unit in (units, np.where(own > 0, own, units))
        )
        sharper = ~one.known | (other.known & (other.high - other.low < one.high - one.low))
        low, high, kink = (np.where(sharper, getattr(other, n), getattr(one, n)) for n in ("low", "high", "kink"))
        return replace(one, low=low, high=high, kink=kink, allowance=evidence.allowance[:, columns])


def witness_of(subject: Subject, rng: np.random.Generator) -> Witness | None:
    """The function in a wider precision, or None where there is none, or it does not take numbers of it."""
    dtype = np.float64 if subject.epsilon > np.finfo(np.float64).eps else np.longdouble
    if np.finfo(dtype).eps >= subject.epsilon:
        return None  # many machines have nothing wider than double precision
    if dtype is np.longdouble and sum(np.size(x) for x in subject.inputs) > MOST_ENTRIES:
        return None
    inputs = [x.astype(dtype) if isinstance(x, np.ndarray) and x.dtype.kind == "f" else x for x in subject.inputs]
    try:
        value, _ = subject.run(inputs)
    except Exception:  # whatever a stranger's function raises for numbers that it does not know
        return None
    if value.dtype != dtype or value.shape != subject.value.shape:
        return None
    wide = _differences(subject, inputs, value)
    sizes = np.maximum(np.abs(value), 1).astype(np.float64)  # an intermediate result may be a 1 in this precision, too
    least = PLACES / DEVIATIONS * np.finfo(dtype).eps * sizes
    noises = [np.fmax.reduce([value_noise(wide, rng, powers) for _ in range(MEASURED)]) + least for powers in PROBES]
    return Witness(subject, wide, noises)


def with_witness(subject: Subject, evidence: Evidence, rng: np.random.Generator) -> tuple[Evidence, NDArray[np.bool_]]:
    """Compare what is wrong with the derivatives in a wider precision, where they are known.

    Returns
    -------
    evidence : Evidence
    certain : bool array, shape (rows, columns)
        Where the derivatives are those in the wider precision: the rounding of the values is no excuse any more.
    """
    certain = np.zeros(evidence.wrong.shape, dtype=bool)
    witness = witness_of(subject, rng)
    if witness is None:
        return evidence, certain
    columns = np.flatnonzero(evidence.wrong.any(axis=0))
    first = rng.permutation(columns)[:SAMPLE]
    evidence = _replaced(witness, evidence, certain, first)
    if evidence.wrong[:, first].any(axis=0).all() and certain[:, first].any(axis=0).all():
        return evidence, np.ones_like(certain)  # a mistake, and no matter of rounding
    others = np.setdiff1d(columns, first)
    return _replaced(witness, evidence, certain, others) if len(others) else evidence, certain


def _replaced(witness: Witness, evidence: Evidence, certain: NDArray[np.bool_], columns: NDArray[np.intp]) -> Evidence:
    """Take the intervals of a witness, with longer probes of its noise where it says wrong otherwise."""
    for noise in witness.noises:
        again = witness.compare(evidence, columns, noise)
        width = again.high - again.low
        low, high = evidence.low[:, columns], evidence.high[:, columns]
        apart = (again.high < low) | (again.low > high)  # otherwise the narrower of the two is as good
        sharp = again.known & ((width <= high - low) | (apart & (width <= SHARP * np.abs(again.numeric))))
        taken = evidence.wrong[:, columns] & sharp & ~(certain[:, columns] & again.wrong)
        certain[:, columns] |= taken
        evidence = evidence.taking(again, columns, taken)
        if not evidence.wrong[:, columns].any():
            break
    return evidence


def _differences(subject: Subject, inputs: list[Any], value: NDArray[Any]) -> Subject:
    """What the value in the wider precision differs from itself at the point: small, and so exact as plain numbers."""

    def function(*moved: Any) -> NDArray[Any]:
        return np.asarray(subject.run(moved)[0] - value, dtype=np.float64)

    wide = copy(subject)
    wide.function, wide.separate = function, lambda *_: None
    wide.inputs, wide.value = inputs, np.zeros(value.shape)
    wide.mutates, wide.value_dtype = False, np.dtype(np.float64)
    wide.__dict__["epsilon"] = float(np.finfo(value.dtype).eps)  # what was cached is that of the subject
    return wide
