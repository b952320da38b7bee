"""Analytic against numerical derivatives of one input: the numbers, and which of them cannot be right."""

from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from nnmath.gradcheck.finite_differences import ALL_STEPS, QUICK_STEPS, Floats, Slopes
from nnmath.gradcheck.function_under_test import Subject
from nnmath.gradcheck.numerical_derivatives import slopes_at_entries

#: The rounding errors of a backward pass of a few operations, in units of epsilon times its largest intermediate
#: result.
ROUNDINGS = 16.0
#: Smooth derivatives known better than epsilon to this power, relative to the largest of their output (1e-9 in double
#: precision), are not refined any further.
SHARP = 0.575


@dataclass(frozen=True)
class Evidence:
    """Derivatives of one input, one row an upstream gradient, one column an entry.

    Attributes
    ----------
    position : int
        Of the input.
    entries : int array, shape (E,)
        The entries compared, in the flattened input.
    upstreams : float64 array, shape (R, *shape of the value)
    analytic : float64 array, shape (R, E)
        From the backward pass.
    low, high : float64 arrays, shape (R, E)
        The numerical derivative lies between them.
    allowance : float64 array, shape (R, E)
        What the rounding of a right backward pass may amount to.
    kink : bool array, shape (R, E)
    """

    position: int
    entries: NDArray[np.intp]
    upstreams: Floats
    analytic: Floats
    low: Floats
    high: Floats
    allowance: Floats
    kink: NDArray[np.bool_]

    @property
    def numeric(self) -> Floats:
        """The middle of the interval."""
        return (self.low + self.high) / 2

    @property
    def half_width(self) -> Floats:
        """The error bar: half the interval, and the allowance for rounding."""
        return (self.high - self.low) / 2 + self.allowance

    @property
    def known(self) -> NDArray[np.bool_]:
        """False where the function has no values to take differences of, or they tell nothing."""
        return np.isfinite(self.low) & np.isfinite(self.high)

    @property
    def deviation(self) -> Floats:
        """How far the analytic derivative is from the numerical one, in error bars: over 1 is wrong.

        At a kink every value between the one-sided derivatives is as good as any other: 0 there.
        """
        with np.errstate(all="ignore"):
            distance = np.abs(self.analytic - self.numeric)
            bars = np.where(self.known & (distance > 0), distance / self.half_width, 0.0)
        return np.where(self.kink & (bars <= 1), 0.0, bars)

    @property
    def wrong(self) -> NDArray[np.bool_]:
        """Where the analytic derivative lies outside of the interval."""
        return np.asarray(self.deviation > 1)

    def right_within(self, distance: Floats) -> NDArray[np.bool_]:
        """Where the analytic derivative is right, and one that is off by this distance would not be."""
        return np.asarray(self.known & ~self.wrong & (self.half_width < distance))

    @property
    def matters(self) -> NDArray[np.bool_]:
        """Where one of the two derivatives is known not to be zero."""
        bar = self.half_width
        return self.known & ((np.abs(self.analytic) > bar) | (np.abs(self.numeric) > bar))

    def place(self, subject: Subject, column: int) -> tuple[int, ...]:
        """The index of an entry in the input."""
        return tuple(int(i) for i in np.unravel_index(self.entries[column], subject.inputs[self.position].shape))

    def spread(self, subject: Subject) -> Floats:
        """The analytic derivatives by all entries of the input, 0 for those that were not compared."""
        rows = np.zeros((len(self.analytic), subject.inputs[self.position].size))
        rows[:, self.entries] = self.analytic
        return rows

    def taking(self, other: "Evidence", columns: NDArray[np.intp], where: NDArray[np.bool_]) -> "Evidence":
        """The same with the intervals of other evidence, which is on these columns alone, where that is wanted."""
        low, high, kink = self.low.copy(), self.high.copy(), self.kink.copy()
        for old, new in ((low, other.low), (high, other.high), (kink, other.kink)):
            old[:, columns] = np.where(where, new, old[:, columns])
        return replace(self, low=low, high=high, kink=kink)

    def of_rows(self, upstreams: Floats, weights: Floats, analytic: Floats) -> "Evidence":
        """Evidence for upstream gradients that are weighted sums of these."""
        centre, size = weights @ self.numeric, np.abs(weights)
        width = size @ ((self.high - self.low) / 2)
        kink = (size @ self.kink) > 0
        return replace(
            self,
            upstreams=upstreams,
            analytic=analytic[:, self.entries],
            low=centre - width,
            high=centre + width,
            allowance=size @ self.allowance,
            kink=kink,
        )


def one_hot(subject: Subject) -> Floats:
    """Upstream gradients that pick one output each."""
    return np.eye(subject.value.size).reshape(-1, *subject.value.shape)


def entry_evidence(
    subject: Subject,
    k: int,
    upstreams: Floats,
    analytic: Floats,
    noise: Floats,
    entries: NDArray[np.intp] | None = None,
) -> Evidence:
    """Compare single entries of one input; those that a quick ladder of steps leaves in doubt with the whole ladder."""
    entries = np.arange(subject.inputs[k].size) if entries is None else entries
    evidence = compare(subject, k, upstreams, analytic, noise, entries, QUICK_STEPS)
    largest = np.max(np.abs(evidence.numeric), axis=1, keepdims=True, initial=0.0, where=evidence.known)
    blunt = (evidence.high - evidence.low) / 2 > subject.epsilon**SHARP * largest
    doubtful = (evidence.wrong | evidence.kink | blunt | ~evidence.known).any(axis=0)
    if doubtful.any():
        finer = compare(subject, k, upstreams, analytic, noise, entries[doubtful], ALL_STEPS)
        for name in ("low", "high", "kink"):
            getattr(evidence, name)[:, doubtful] = getattr(finer, name)
    return evidence


def compare(
    subject: Subject,
    k: int,
    upstreams: Floats,
    analytic: Floats,
    noise: Floats,
    entries: NDArray[np.intp],
    steps: Floats,
    units: Floats | None = None,
    *,
    cautious: bool = False,
) -> Evidence:
    """Compare single entries of one input, with these steps in these units."""
    found = slopes_at_entries(subject, k, list(entries), noise, steps, units, cautious=cautious)
    low, high, kink = project(found, upstreams)
    columns = analytic[:, entries]
    sizes = np.abs(analytic)
    typical = np.max(sizes, axis=1, keepdims=True, initial=0.0, where=np.isfinite(sizes))
    allowance = ROUNDINGS * subject.epsilon * np.broadcast_to(typical, columns.shape)
    return Evidence(k, entries, upstreams, columns, low, high, allowance, kink)


def project(found: Slopes, upstreams: Floats) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Combine the intervals of all outputs by upstream gradients: (entries, *value) becomes (upstreams, entries)."""
    low, high, kink = (a.reshape(len(a), -1) for a in (found.low, found.high, found.kink))
    rows = upstreams.reshape(len(upstreams), -1)
    single = np.count_nonzero(rows, axis=1) == 1
    if single.all() and (rows[single].max(axis=1) == 1).all():
        outputs = rows.argmax(axis=1)
        return low.T[outputs], high.T[outputs], cast(NDArray[np.bool_], kink.T[outputs])
    lows, highs, kinks = [], [], []
    for weights in rows:
        active = weights != 0  # an output without a value does not matter where it has no weight
        centre = ((low + high) / 2)[:, active] @ weights[active]
        width = ((high - low) / 2)[:, active] @ np.abs(weights[active])
        lows.append(centre - width)
        highs.append(centre + width)
        kinks.append(kink[:, active].any(axis=1))
    return np.stack(lows), np.stack(highs), np.stack(kinks)
