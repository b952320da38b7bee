"""Analytic against numerical derivatives of one input: the numbers, and which of them cannot be right."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from nnmath.gradcheck.arguments import total_size
from nnmath.gradcheck.arrays import Booleans, Floats, Indices
from nnmath.gradcheck.finite_differences import Intervals
from nnmath.gradcheck.function_under_test import FunctionUnderTest
from nnmath.gradcheck.numerical_derivatives import scales
from nnmath.gradcheck.projection import measured
from nnmath.gradcheck.report import NotJudged

#: The rounding errors of a backward pass of a few operations, in units of epsilon times its largest intermediate
#: result.
ROUNDINGS = 16.0
#: Smooth derivatives known better than epsilon to this power, relative to the largest of their output (1e-9 in double
#: precision), are not computed again with all steps.
PRECISE_ENOUGH = 0.575
#: Of what is wrong so many columns are compared with all steps first, and the others only where one of these changes.
SAMPLE = 4
#: Where the inputs have more entries than this, a call of the function is costly.
COSTLY = 60_000


@dataclass(frozen=True)
class Evidence:
    """Derivatives of one input, one row an upstream gradient, one column an entry.

    Attributes
    ----------
    function : FunctionUnderTest
    noise : float64 array, shape of the value
        The standard deviation of the rounding error of each output.
    rng : Generator
        For whatever is drawn while the evidence is looked into.
    position : int
        Of the input.
    entries : int array, shape (E,)
        The entries compared, in the flattened input.
    upstreams : float64 array, shape (R, *shape of the value)
    analytic : float64 array, shape (R, E)
        From the backward pass.
    intervals : Intervals
        The numerical derivatives lie in them; each array has the shape (R, E).
    allowance : float64 array, shape (R, E)
        What the rounding of a right backward pass may amount to.
    confirmed : bool array, shape (R, E)
        Where the intervals come from a higher precision, so that rounding of the values does not explain a deviation.
    not_judged : tuple of NotJudged
        Entries that finite differences cannot judge.
    forgiven : float
        A relative deviation that does not count, here and at other inputs: a diagnosis looks for larger ones.
    """

    function: FunctionUnderTest
    noise: Floats
    rng: np.random.Generator
    position: int
    entries: Indices
    upstreams: Floats
    analytic: Floats
    intervals: Intervals
    allowance: Floats
    confirmed: Booleans
    not_judged: tuple[NotJudged, ...] = ()
    forgiven: float = 0.0

    @property
    def low(self) -> Floats:
        """The lower ends of the intervals."""
        return self.intervals.low

    @property
    def high(self) -> Floats:
        """The upper ends of the intervals."""
        return self.intervals.high

    @property
    def kink(self) -> Booleans:
        """Where the one-sided derivatives differ."""
        return self.intervals.kink

    @property
    def numeric(self) -> Floats:
        """The middle of the interval."""
        return self.intervals.middle

    @property
    def half_width(self) -> Floats:
        """The error bar: half the interval, the allowance for rounding, and what is forgiven."""
        bar = self.intervals.half_width + self.allowance
        return bar + self.forgiven * np.abs(self.numeric) if self.forgiven else bar

    @property
    def known(self) -> Booleans:
        """False where the function has no values to take differences of, or they tell nothing."""
        return self.intervals.known

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
    def relative_deviation(self) -> Floats:
        """How far the two derivatives are apart, relative to the larger of them; 0 where that is no number."""
        larger = np.maximum(np.abs(self.analytic), np.abs(self.numeric))
        with np.errstate(all="ignore"):
            found = np.abs(self.analytic - self.numeric) / larger
        return np.where(np.isfinite(found), found, 0.0)

    @property
    def wrong(self) -> Booleans:
        """Where the analytic derivative lies outside of the interval."""
        return np.asarray(self.deviation > 1)

    @property
    def doubtful(self) -> Booleans:
        """Where it does, and rounding of the values may still be the reason."""
        return np.asarray(self.wrong & ~self.confirmed)

    def right_within(self, distance: Floats) -> Booleans:
        """Where the analytic derivative is right, and one that is off by this distance would not be."""
        return np.asarray(self.known & ~self.wrong & (self.half_width < distance))

    @property
    def matters(self) -> Booleans:
        """Where one of the two derivatives is known not to be zero."""
        bar = self.half_width
        return self.known & ((np.abs(self.analytic) > bar) | (np.abs(self.numeric) > bar))

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the input."""
        return tuple(self.function.inputs[self.position].shape)

    @property
    def complete(self) -> bool:
        """Whether all entries and all outputs are there, and known."""
        entries = len(self.entries) == np.prod(self.shape, dtype=int)
        return bool(entries and not self.function.is_slice and self.known.all())

    @cached_property
    def output_index(self) -> Indices:
        """The indices of the outputs along each axis of the value, shape (rows, axes)."""
        axes = self.function.output_axes
        mesh = np.meshgrid(*axes, indexing="ij")
        return np.stack([a.reshape(-1) for a in mesh], axis=-1) if axes else np.zeros((1, 0), dtype=np.intp)

    @cached_property
    def entry_index(self) -> Indices:
        """The indices of the entries along each axis of the input, shape (columns, axes)."""
        index = np.unravel_index(self.entries, self.shape)
        return np.stack(index, axis=-1) if index else np.zeros((1, 0), dtype=np.intp)

    @property
    def input(self) -> Floats:
        """The input as float64."""
        return np.asarray(self.function.inputs[self.position], dtype=np.float64)

    def units(self, columns: Indices) -> Floats:
        """The units of the steps along some of the entries."""
        return scales(self.input).reshape(-1)[self.entries[columns]]

    def place(self, column: int) -> tuple[int, ...]:
        """The index of an entry in the input."""
        return tuple(int(i) for i in np.unravel_index(self.entries[column], self.shape))

    def columns_where(self, condition: Booleans) -> Indices:
        """The columns in which a condition holds for any row."""
        return np.flatnonzero(condition.any(axis=0))

    @property
    def is_costly(self) -> bool:
        """Whether a call of the function is."""
        return total_size(self.function.inputs) > COSTLY

    def of_rows(self, rows: Indices) -> "Evidence":
        """Some of the rows."""
        return replace(
            self,
            upstreams=self.upstreams[rows],
            analytic=self.analytic[rows],
            intervals=self.intervals.of_rows(rows),
            allowance=self.allowance[rows],
            confirmed=self.confirmed[rows],
        )

    def of_columns(self, columns: Indices) -> "Evidence":
        """Some of the columns."""
        return replace(
            self,
            entries=self.entries[columns],
            analytic=self.analytic[:, columns],
            intervals=self.intervals.of_columns(columns),
            allowance=self.allowance[:, columns],
            confirmed=self.confirmed[:, columns],
        )

    def derivatives(
        self, columns: Indices, noise: Floats, steps: Floats, units: Floats | None = None, *, both_sides: bool = False
    ) -> "Evidence":
        """Some of the columns, with intervals that are measured again with this noise and these steps."""
        intervals = measured(
            self.function, self.position, self.entries[columns], self.upstreams, noise, steps, units, both_sides
        )
        return replace(self.of_columns(columns), intervals=intervals)

    def taking(self, other: "Evidence", columns: Indices, where: Booleans, *, confirmed: bool = False) -> "Evidence":
        """The same with the intervals of other evidence, which is on these columns alone, where that is wanted."""
        low, high, kink, sure = self.low.copy(), self.high.copy(), self.kink.copy(), self.confirmed.copy()
        for old, new in ((low, other.low), (high, other.high), (kink, other.kink)):
            old[:, columns] = np.where(where, new, old[:, columns])
        sure[:, columns] |= where & confirmed
        return replace(self, intervals=Intervals(low, high, kink), confirmed=sure)

    def without(self, undecidable: Booleans, reason: str) -> "Evidence":
        """The same with no interval where finite differences cannot judge, and the reason noted for each entry."""
        low, high = np.where(undecidable, -np.inf, self.low), np.where(undecidable, np.inf, self.high)
        places = (self.place(int(column)) for column in self.columns_where(undecidable))
        notes = tuple(NotJudged(self.position, place, reason) for place in places)
        return replace(self, intervals=replace(self.intervals, low=low, high=high), not_judged=self.not_judged + notes)

    def combined(self, weights: Floats, upstreams: Floats, gradients: Floats) -> "Evidence":
        """Evidence for upstream gradients that are weighted sums of these, with the gradients of all entries."""
        centre, size = weights @ self.numeric, np.abs(weights)
        width = size @ self.intervals.half_width
        return replace(
            self,
            upstreams=upstreams,
            analytic=gradients[:, self.entries],
            intervals=Intervals(centre - width, centre + width, (size @ self.kink) > 0),
            allowance=size @ self.allowance,
            confirmed=(size @ self.confirmed) > 0,
        )
