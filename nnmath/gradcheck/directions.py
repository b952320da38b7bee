"""Gradients with too many entries for one at a time: random directions over all of them."""

from dataclasses import dataclass, field

import numpy as np

from nnmath.gradcheck.arguments import total_size
from nnmath.gradcheck.arrays import Floats, Indices
from nnmath.gradcheck.evidence import PRECISE_ENOUGH, ROUNDINGS, Evidence
from nnmath.gradcheck.false_alarms.false_alarms import without_false_alarms
from nnmath.gradcheck.false_alarms.rounding import largest_gradients, no_rounding, rounding_at_the_point
from nnmath.gradcheck.few_digits import COARSE
from nnmath.gradcheck.fewer_outputs import grouped, of_all_outputs, projected
from nnmath.gradcheck.finite_differences import ALL_STEPS, QUICK_STEPS, Intervals
from nnmath.gradcheck.function_under_test import FunctionUnderTest
from nnmath.gradcheck.hidden_kinks import with_other_steps, with_sums
from nnmath.gradcheck.linearity import LARGE, small_multiple, spread
from nnmath.gradcheck.numerical_derivatives import differentiate_along, scales, value_noise
from nnmath.gradcheck.report import NotJudged
from nnmath.gradcheck.single_entries import compare_entries

#: Random directions over all entries of an input.
DIRECTIONS = 3
#: The share of the small upstream gradients that have many sizes.
SPREAD_OUT = 0.5
#: Outputs that lie on a kink along a direction and are compared by themselves, and entries for each of them.
KINKED_OUTPUTS, ENTRIES_OF_KINK = 8, 4
#: So many of them are compared along the direction, each by itself; fewer where the inputs of all these calls together
#: have more numbers than this.
OUTPUTS_ON_KINKS, MANY_NUMBERS = 512, 500_000
#: A slope without a kink that is off by so many error bars is not measured again with other steps.
CLEARLY = 100.0
#: Why outputs are compared by themselves.
ON_KINKS = "lie on a kink, or next to a jump, along a random direction"
FEW_DIGITS = "are of a format of few digits, in which a sum over many entries shows little"
NO_VALUES = "have no values along a random direction"
#: More outputs than this are summed up in groups first.
MOST_VALUES, GROUPS = 20_000, 256


@dataclass
class DirectionalEvidence:
    """What random directions say of one gradient.

    Attributes
    ----------
    position : int
        Of the input.
    deviations : list of float
        One for each direction and upstream gradient, in error bars.
    relative_bars : list of float
        The error bars, relative to the derivative along the direction.
    kinks : int
        Outputs on a kink, or next to a jump or a pole.
    by_themselves : list of Evidence
        Single outputs, on a kink or of few digits, by single entries.
    failed : list of (direction, upstream gradient)
        Those whose deviation is over 1.
    not_judged : list of NotJudged
    """

    position: int
    deviations: list[float] = field(default_factory=list)
    relative_bars: list[float] = field(default_factory=list)
    kinks: int = 0
    by_themselves: list[Evidence] = field(default_factory=list)
    failed: list[tuple[Floats, Floats]] = field(default_factory=list)
    not_judged: list[NotJudged] = field(default_factory=list)


class RandomDirections:
    """Compares the gradients of a function along random directions, each with a few upstream gradients."""

    def __init__(self, function: FunctionUnderTest, noise: Floats, rng: np.random.Generator) -> None:
        self.whole, self.groups, self.weights = function, np.zeros(0, dtype=np.intp), np.zeros(0)
        if function.value.size > MOST_VALUES:
            self.groups = rng.integers(GROUPS, size=function.value.size)
            self.weights = rng.standard_normal(function.value.size)
            function = grouped(function, self.groups, self.weights, GROUPS)
            noise = value_noise(function, rng)
        self.function, self.rng = function, rng
        self.noise = _no_less_than_typical(noise, np.abs(function.value))
        self.upstreams = rng.standard_normal((2, *function.value.shape))
        self.upstreams[0] *= LARGE
        some = rng.random(function.value.shape) < SPREAD_OUT  # for thresholds that are relative to the largest
        sizes = np.where(some, np.abs(spread(function.value.shape, rng)), 1)
        self.upstreams[1] *= small_multiple(function) * sizes
        self.gradients = function.gradients(function.inputs, self.upstreams)

    def compare(self, k: int, *, sums: bool = False) -> DirectionalEvidence:
        """Compare a few random directions over all entries of an input.

        With `sums`, outputs whose slopes do not add up count as on a kink where a direction fails.
        """
        result = DirectionalEvidence(k)
        x = np.asarray(self.function.inputs[k], dtype=np.float64)
        if self.function.gradient_epsilon > COARSE:
            outputs = self.rng.permutation(self.function.value.size)
            chosen = outputs[:KINKED_OUTPUTS]
            self._compare_by_themselves(chosen, self._of_single_outputs(chosen, k), result)
            if len(outputs) > KINKED_OUTPUTS:
                reason = f"{len(outputs)} outputs {FEW_DIGITS}; {KINKED_OUTPUTS} of them were judged by themselves"
                result.not_judged.append(NotJudged(k, None, reason))
        unknown = np.zeros(self.function.value.shape, dtype=bool)
        for _ in range(0 if self.function.format_epsilon else DIRECTIONS):
            direction = self.rng.standard_normal(x.shape) * scales(x)
            found = self._intervals(k, direction)
            unknown |= ~found.known
            found = self._compare_direction(direction, found, result, sums) if found.known.any() else found
            if result.failed:
                break  # one is enough to search for what is wrong
            if found.kink.any() and not result.by_themselves:
                self._compare_on_kinks(direction, found, result)
                result.kinks = int(found.kink.sum())
        if unknown.any():
            result.not_judged.append(NotJudged(k, None, f"{unknown.sum()} of {unknown.size} outputs {NO_VALUES}"))
        return result

    def _intervals(self, k: int, direction: Floats) -> Intervals:
        """A few steps first, all where these leave doubts; an output with a wide interval counts as one on a kink.

        It is next to a jump or a pole. An interval as wide as those of all others together would hide what is wrong
        with them.
        """
        found = differentiate_along(self.function, k, direction, self.noise, QUICK_STEPS)
        largest = np.max(np.abs(found.middle), initial=0.0, where=np.isfinite(found.middle))
        imprecise = found.half_width > self.function.epsilon**PRECISE_ENOUGH * largest
        if found.kink.any() or imprecise.any():
            found = differentiate_along(self.function, k, direction, self.noise, ALL_STEPS)
        all_others = found.half_width.size * np.median(found.half_width)
        most = max(all_others, self.function.epsilon**PRECISE_ENOUGH * largest)
        return Intervals(found.low, found.high, found.kink | (found.known & (found.half_width > most)))

    def _compare_direction(
        self, direction: Floats, found: Intervals, result: DirectionalEvidence, sums: bool
    ) -> Intervals:
        """Compare the slopes along a direction; return the intervals that they were compared with."""
        k = result.position
        upstreams, slopes, bars = self._slopes(k, direction, found)
        off = [abs(analytic - numeric) / bar for (analytic, numeric), bar in zip(slopes, bars) if bar > 0]
        if 1 < max(off, default=0.0) <= (np.inf if found.kink.any() else CLEARLY):
            found = with_other_steps(self.function, k, direction, self.noise, found)
            upstreams, slopes, bars = self._slopes(k, direction, found)
        if sums and any(abs(analytic - numeric) > bar for (analytic, numeric), bar in zip(slopes, bars)):
            found = with_sums(self.function, k, direction, self.noise, found)
            upstreams, slopes, bars = self._slopes(k, direction, found)
        for upstream, (analytic, numeric), bar in zip(upstreams, slopes, bars):
            if abs(analytic - numeric) > bar:
                bar += self._rounding_at_the_point(k, direction, upstream)
            if abs(analytic - numeric) > bar:
                bar += self._rounding_of_large_intermediates(k, direction, upstream, abs(analytic - numeric))
            distance = abs(analytic - numeric)
            result.deviations.append(distance / bar if bar > 0 else 0.0)
            if numeric != 0:
                result.relative_bars.append(bar / abs(numeric))
            if distance > bar:
                result.failed.append((direction, self._of_all_outputs(upstream)))
                break  # one is enough to search for what is wrong
        return found

    def _slopes(
        self, k: int, direction: Floats, found: Intervals
    ) -> tuple[Floats, list[tuple[float, float]], list[float]]:
        """The upstream gradients without outputs on a kink; analytic and numerical slopes for them; the error bars."""
        usable = ~found.kink & found.known
        balanced = np.where(usable, self._balanced(found), 0)[np.newaxis]
        if usable.all():
            upstreams = np.concatenate([balanced, self.upstreams])
            gradients = np.concatenate([self.function.gradients(self.function.inputs, balanced)[k], self.gradients[k]])
        else:
            upstreams = np.concatenate([balanced, np.where(usable, self.upstreams, 0)])
            gradients = self.function.gradients(self.function.inputs, upstreams)[k]
        slopes, bars = [], []
        for upstream, gradient in zip(upstreams, gradients):
            numeric, bar = weighted(found, upstream)
            slopes.append((float(direction.reshape(-1) @ gradient), numeric))
            bars.append(bar + self._rounding(direction, np.max(np.abs(gradient), initial=0.0)))
        return upstreams, slopes, bars

    def _balanced(self, found: Intervals) -> Floats:
        """An upstream gradient with which the error bars of all outputs are about alike, so that none hides others.

        No number of it is less than half of its unit, so that a single wrong output shows.
        """
        sizes = np.abs(found.middle)
        typical = np.median(sizes[found.known]) if found.known.any() else 0.0
        bars = found.half_width + self.function.gradient_epsilon * (ROUNDINGS * sizes + typical)
        signs = self.rng.uniform(0.5, 1, sizes.shape) * self.rng.choice([-1.0, 1.0], sizes.shape)
        known = found.known & (bars > 0)
        if not known.any() or self.function.gradient_epsilon > COARSE:
            return np.asarray(signs)
        return np.asarray(signs * np.divide(bars[known].min(), bars, where=known, out=np.ones(bars.shape)))

    def _rounding_at_the_point(self, k: int, direction: Floats, upstream: Floats) -> float:
        """What the rounding of the backward pass amounts to along a direction, where a wider precision shows it."""
        rounding = rounding_at_the_point(self.function, k, upstream[np.newaxis])
        return 0.0 if rounding is None else float(np.abs(direction.reshape(-1)) @ rounding[0])

    def _rounding_of_large_intermediates(self, k: int, direction: Floats, upstream: Floats, distance: float) -> float:
        """What the rounding of large intermediate results amounts to, if the pass is right where these are seen."""
        if no_rounding(self.function, k, upstream[np.newaxis], distance / float(np.linalg.norm(direction))):
            return 0.0
        largest = largest_gradients(self.function, k, upstream[np.newaxis])
        inputs = largest.inputs[largest.which[0]]
        function = self.function.perturbed(inputs)
        if function is None or not self._right_at(function, k, direction, upstream):
            return 0.0
        return self._rounding(direction, float(largest.sizes[0]))

    def _right_at(self, function: FunctionUnderTest, k: int, direction: Floats, upstream: Floats) -> bool:
        """Whether the slope is right at other inputs, along the direction in the units there."""
        x, there = (np.asarray(f.inputs[k], dtype=np.float64) for f in (self.function, function))
        direction = direction / scales(x) * scales(there)
        noise = value_noise(function, np.random.default_rng(0))
        found = differentiate_along(function, k, direction, noise, ALL_STEPS)
        upstream = np.where(~found.kink & found.known, upstream, 0)
        gradients = function.gradients_or_none(function.inputs, upstream[np.newaxis])
        if gradients is None or k not in gradients:
            return False
        numeric, bar = weighted(found, upstream)
        bar += self._rounding(direction, np.max(np.abs(gradients[k]), initial=0.0))
        return abs(float(direction.reshape(-1) @ gradients[k][0]) - numeric) <= bar

    def _of_all_outputs(self, upstream: Floats) -> Floats:
        """Return the upstream gradient of the function as it was given, before its outputs were grouped."""
        if self.whole is self.function:
            return upstream
        shape = self.whole.value.shape
        return of_all_outputs(upstream, self.groups, self.weights, shape, self.whole.value_dtype)

    def _rounding(self, direction: Floats, size: float) -> float:
        """What rounding may amount to in a gradient of this size and in its product with the direction."""
        return float(ROUNDINGS * self.function.gradient_epsilon * size * np.linalg.norm(direction))

    def _compare_on_kinks(self, direction: Floats, found: Intervals, result: DirectionalEvidence) -> None:
        """Compare each of the outputs on a kink along the direction, and a few of them by single entries.

        Those whose slope lies beyond both sides of the kink come first.
        """
        outputs = np.flatnonzero(found.kink)
        size = max(total_size(self.function.inputs), self.function.value.size)
        most = np.clip(MANY_NUMBERS // size, KINKED_OUTPUTS, OUTPUTS_ON_KINKS)
        some = self.rng.permutation(outputs)[:most]
        gradients = self._of_single_outputs(some, result.position)
        slopes = gradients @ direction.reshape(-1)
        largest = np.max(np.abs(gradients), axis=1, initial=0.0)
        rounding = self._rounding(direction, 1.0) * largest
        low, high = found.low.reshape(-1)[some] - rounding, found.high.reshape(-1)[some] + rounding
        beyond = (slopes < low) | (slopes > high)
        first = np.argsort(~beyond, kind="stable")[:KINKED_OUTPUTS]
        self._compare_by_themselves(some[first], gradients[first], result)
        if len(outputs) > KINKED_OUTPUTS:
            reason = (
                f"{len(outputs)} outputs {ON_KINKS}; {len(some)} of them were judged along it, "
                f"{KINKED_OUTPUTS} of these by single entries"
            )
            result.not_judged.append(NotJudged(result.position, None, reason))

    def _of_single_outputs(self, outputs: Indices, k: int) -> Floats:
        """The gradients of single outputs by an input."""
        upstreams = np.zeros((len(outputs), self.function.value.size))
        upstreams[np.arange(len(outputs)), outputs] = 1
        return self.function.gradients(self.function.inputs, upstreams.reshape(-1, *self.function.value.shape))[k]

    def _compare_by_themselves(self, outputs: Indices, gradients: Floats, result: DirectionalEvidence) -> None:
        """Compare these outputs with their gradients, each by itself and by one entry at a time."""
        function, rng, k = self.function, self.rng, result.position
        for gradient, output in zip(gradients, outputs):
            single = projected(function, np.eye(1, function.value.size, output))
            steepest = np.argsort(-np.abs(gradient))[:ENTRIES_OF_KINK]
            entries = np.unique([*steepest, *rng.integers(gradient.size, size=2)])
            noise = self.noise.reshape(-1)[output : output + 1]
            evidence = compare_entries(single, k, np.eye(1), gradient[np.newaxis], noise, rng, entries)
            result.by_themselves.append(without_false_alarms(evidence))


def _no_less_than_typical(noise: Floats, sizes: Floats) -> Floats:
    """The noise, no less than is typical, of all values or of those of its size: some is too small by chance."""
    relative = np.divide(noise, sizes, where=sizes > 0, out=np.full(noise.shape, np.nan))
    of_its_size = np.nanmedian(relative) * sizes if np.isfinite(relative).any() else np.inf
    return np.asarray(np.maximum(noise, np.minimum(np.median(noise), of_its_size)))


def weighted(found: Intervals, upstream: Floats) -> tuple[float, float]:
    """The sum of all outputs' slopes, each times its upstream gradient, and its error bar."""
    weights = upstream.reshape(-1)
    active = weights != 0  # an output without a slope does not matter where it has no weight
    slopes, bars = found.middle.reshape(-1)[active], found.half_width.reshape(-1)[active]
    return float(weights[active] @ slopes), float(np.abs(weights[active]) @ bars)
