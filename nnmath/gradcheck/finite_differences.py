"""Derivatives from values alone, each with an error bar.

Derivation: derivations/gradcheck/finite_differences.md.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nnmath.gradcheck.arrays import Booleans, Floats, Indices

#: Each step is this much smaller than the one before; a power of 2, so that steps are exact.
RATIO = 4.0
#: Neighbouring steps that are extrapolated together.
WINDOW = 4
#: Steps, in units of the scale of the input: few for a smooth function, and all, which tell a kink nearby.
QUICK_STEPS = RATIO ** -np.arange(1.0, 8.0)
ALL_STEPS = RATIO ** -np.arange(1.0, 20.0)
#: The rounding error of a value, in units of its measured standard deviation, and in units of its last place.
DEVIATIONS, PLACES = 4.0, 2.0
#: What is left of the truncation error after extrapolation, in units of what the last extrapolation changed.
SAFETY = 2.0


@dataclass(frozen=True)
class Intervals:
    """Intervals that hold derivatives.

    Attributes
    ----------
    low, high : float64 arrays
        The derivative lies between them. At a kink they span the one-sided derivatives.
    kink : bool array
        True where the one-sided derivatives differ by more than their error bars.
    """

    low: Floats
    high: Floats
    kink: Booleans

    @property
    def middle(self) -> Floats:
        """The best estimate; at a kink the middle of the one-sided derivatives."""
        return (self.low + self.high) / 2

    @property
    def half_width(self) -> Floats:
        """The error bar."""
        return (self.high - self.low) / 2

    @property
    def known(self) -> Booleans:
        """Where both ends are finite."""
        return np.isfinite(self.low) & np.isfinite(self.high)

    def of_rows(self, rows: Indices) -> "Intervals":
        """Those with some of the indices along the first axis."""
        return Intervals(self.low[rows], self.high[rows], self.kink[rows])

    def of_columns(self, columns: Indices) -> "Intervals":
        """Those with some of the indices along the second axis."""
        return Intervals(self.low[:, columns], self.high[:, columns], self.kink[:, columns])

    def replaced(self, other: "Intervals", where: Booleans) -> "Intervals":
        """These intervals, and the others where a condition holds."""
        return Intervals(
            np.where(where, other.low, self.low),
            np.where(where, other.high, self.high),
            np.where(where, other.kink, self.kink),
        )


def weights(powers: range) -> Floats:
    """Weights that extrapolate values at steps 1, 1/RATIO, ... to step 0 when the error is a sum of these powers."""
    nodes = RATIO ** -np.arange(len(powers), dtype=float)
    target = np.zeros(len(powers))
    target[0] = 1  # (12), (17)
    return np.asarray(np.linalg.solve(np.stack([nodes**p for p in powers]), target), dtype=np.float64)


@lru_cache
def amplification() -> float:
    """A bound of what (13) makes of rounding errors, in units of one of them divided by the longest step."""
    return 2 * float(np.abs(weights(range(WINDOW))) @ RATIO ** np.arange(WINDOW))  # (13), (18)


@dataclass(frozen=True)
class _Extrapolation:
    """The limit of a sequence of difference quotients: estimate, error bar, and the windows that were accepted."""

    estimate: Floats
    bar: Floats
    accepted: Booleans


@lru_cache
def _windows(steps: int, spacing: int) -> tuple[Floats, Floats]:
    """Weights of all windows, (windows, steps), the coarsest first: of full order and of one less."""
    full, less = weights(range(0, spacing * WINDOW, spacing)), weights(range(0, spacing * (WINDOW - 1), spacing))
    high, low = np.zeros((2, steps - WINDOW + 1, steps))
    for first in range(steps - WINDOW + 1):
        high[first, first : first + WINDOW] = full
        low[first, first + 1 : first + WINDOW] = less
    return high, low


def _extrapolated(quotients: Floats, noise: Floats, spacing: int, allowed: Booleans | None = None) -> _Extrapolation:
    """Extrapolate every window of difference quotients, and choose the narrowest interval that is accepted.

    From the finest window to the coarsest, a window is accepted only while its interval meets those of all finer ones:
    fine windows are noisy, but no kink and little curvature lies within them; coarse ones are precise.

    Parameters
    ----------
    quotients : (steps, ...) difference quotients, the coarsest first
    noise : (steps, ...) a bound of the error of each of them
    spacing : the error of a quotient is a series in steps to this power: 1 one-sided, 2 central
    allowed : (windows, ...) those that may be accepted
    """
    shape = quotients.shape[1:]
    full, less = _windows(len(quotients), spacing)
    estimates, coarser, rounding = (
        _products(full, quotients),  # (13)
        _products(less, quotients),  # (14)
        _products(np.abs(full), noise),  # (18)
    )
    best, bar = np.full(shape, np.nan), np.full(shape, np.inf)
    low, high, alive = np.full(shape, -np.inf), np.full(shape, np.inf), np.full(shape, True)
    finer, history = np.full(shape, np.nan), np.zeros(estimates.shape, dtype=bool)
    for window in reversed(range(len(estimates))):
        estimate, less_exact, rounded = estimates[window], coarser[window], rounding[window]
        width = SAFETY * np.fmax(np.abs(estimate - less_exact), np.abs(estimate - finer)) + rounded  # (13), (14)
        finer = estimate
        known = np.isfinite(width)  # not where a step is lost in rounding, or leads to where there is no value
        alive &= ((estimate - width <= high) & (estimate + width >= low)) | ~known
        accepted = alive & known if allowed is None else alive & known & allowed[window]
        history[window] = accepted
        low = np.where(accepted, np.maximum(low, estimate - width), low)
        high = np.where(accepted, np.minimum(high, estimate + width), high)
        better = accepted & (width < bar)
        best, bar = np.where(better, estimate, best), np.where(better, width, bar)
    return _Extrapolation(best, bar, history)


def _products(matrix: Floats, values: Floats) -> Floats:
    """A weighted sum of the steps for each window; a missing value invalidates the windows that hold it."""
    missing = ~np.isfinite(values)
    if not missing.any():
        return np.tensordot(matrix, values, 1)
    sums = np.tensordot(matrix, np.where(missing, 0, values), 1)
    invalid = np.tensordot((matrix != 0).astype(float), missing.astype(float), 1) > 0
    return np.where(invalid, np.nan, sums)


def differentiate(
    plus: Floats,
    minus: Floats,
    at_zero: Floats,
    right_steps: Floats,
    left_steps: Floats,
    noise: Floats,
    epsilon: float,
    *,
    both_sides: bool = False,
) -> Intervals:
    """Differentiate functions of one number at 0, from their values at a sequence of steps.

    Parameters
    ----------
    plus, minus : float64 arrays, shape (steps, ...)
        The values at the steps to the right and to the left, the largest step first; NaN where there is no value.
    at_zero : float64 array, broadcast to the shape of the values without their first axis
        The values at 0.
    right_steps, left_steps : float64 arrays, broadcast to the shape of the values
        The lengths of the steps that were really taken: an input plus a step is rounded.
    noise : float64 array, broadcast to the shape of the values
        The standard deviation of their rounding error.
    epsilon : float
        The relative distance of neighbouring numbers in the precision of the values.
    both_sides : bool
        Take the interval that spans those of both sides, unless the central differences give a narrower one: a kink
        near the point on one side may be too slight to show on the other.

    Returns
    -------
    Intervals
        Of the shape of the values without their first axis.
    """
    with np.errstate(all="ignore"):
        right_noise, left_noise = (
            DEVIATIONS * noise + PLACES * epsilon * np.maximum(np.abs(values), np.abs(at_zero))  # (18)
            for values in (plus, minus)
        )
        right = _extrapolated((plus - at_zero) / right_steps, right_noise / right_steps, 1)  # (7)
        left = _extrapolated((at_zero - minus) / left_steps, left_noise / left_steps, 1)  # (8)
        both, seen = right_steps + left_steps, right.accepted & left.accepted  # errors of both sides may cancel
        central = _extrapolated((plus - minus) / both, (right_noise + left_noise) / both, 2, seen)  # (9)
        return _combine(left, right, central, both_sides)


def _combine(left: _Extrapolation, right: _Extrapolation, central: _Extrapolation, both_sides: bool) -> Intervals:
    """Where left and right agree take the most precise of the three; where they do not there is a kink between them."""
    (l, l_bar), (r, r_bar), (c, c_bar) = ((limit.estimate, limit.bar) for limit in (left, right, central))
    kink = np.abs(l - r) > l_bar + r_bar  # (22), (23); False where one side does not exist
    estimate, bar = np.where(l_bar < r_bar, l, r), np.minimum(l_bar, r_bar)
    if both_sides:  # a kink near the point may be too slight to show on one of them
        low, high = np.fmin(l - l_bar, r - r_bar), np.fmax(l + l_bar, r + r_bar)
        estimate, bar = (low + high) / 2, (high - low) / 2
    use_central = (c_bar < bar) & (np.abs(c - estimate) <= c_bar + bar)
    estimate, bar = np.where(use_central, c, estimate), np.where(use_central, c_bar, bar)
    low = np.where(kink, np.minimum(l - l_bar, r - r_bar), estimate - bar)
    high = np.where(kink, np.maximum(l + l_bar, r + r_bar), estimate + bar)
    return Intervals(low, high, kink)
