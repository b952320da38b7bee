"""Gradients with too many entries for one at a time: random directions over all of them."""

from dataclasses import dataclass, field

import numpy as np

from nnmath.gradcheck.arrays import Booleans, Floats
from nnmath.gradcheck.evidence import PRECISE_ENOUGH, ROUNDINGS, Evidence, compare_entries
from nnmath.gradcheck.false_alarms.false_alarms import without_false_alarms
from nnmath.gradcheck.false_alarms.rounding import largest_gradients
from nnmath.gradcheck.finite_differences import ALL_STEPS, QUICK_STEPS, Intervals
from nnmath.gradcheck.function_under_test import FunctionUnderTest, grouped, of_all_outputs, projected
from nnmath.gradcheck.linearity import LARGE
from nnmath.gradcheck.numerical_derivatives import differentiate_along, scales, value_noise
from nnmath.gradcheck.report import NotJudged

#: Random directions over all entries of an input, and random upstream gradients for each.
DIRECTIONS, UPSTREAMS = 3, 2
#: Outputs that lie on a kink along a direction and are compared by themselves, and entries for each of them.
KINKED_OUTPUTS, ENTRIES_OF_KINK = 8, 4
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
        Outputs on a kink.
    at_kinks : list of Evidence
        Single outputs on a kink by single entries.
    failed : list of (direction, upstream gradient)
        Those whose deviation is over 1.
    not_judged : list of NotJudged
    """

    position: int
    deviations: list[float] = field(default_factory=list)
    relative_bars: list[float] = field(default_factory=list)
    kinks: int = 0
    at_kinks: list[Evidence] = field(default_factory=list)
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
        self.function, self.noise, self.rng = function, noise, rng
        self.upstreams = rng.standard_normal((UPSTREAMS, *function.value.shape))
        self.upstreams[-1] *= LARGE
        self.gradients = function.gradients(function.inputs, self.upstreams)

    def compare(self, k: int) -> DirectionalEvidence:
        """Compare a few random directions over all entries of an input."""
        result = DirectionalEvidence(k)
        x = np.asarray(self.function.inputs[k], dtype=np.float64)
        for _ in range(DIRECTIONS):
            direction = self.rng.standard_normal(x.shape) * scales(x)
            found = self._intervals(k, direction)
            self._compare_direction(direction, found, result)
            if found.kink.any() and not result.at_kinks:
                self._compare_at_kinks(found.kink, result)
        return result

    def _intervals(self, k: int, direction: Floats) -> Intervals:
        """A few steps first, all where these leave doubts."""
        found = differentiate_along(self.function, k, direction, self.noise, QUICK_STEPS)
        largest = np.max(np.abs(found.middle), initial=0.0, where=np.isfinite(found.middle))
        imprecise = found.half_width > self.function.epsilon**PRECISE_ENOUGH * largest
        if found.kink.any() or imprecise.any():
            found = differentiate_along(self.function, k, direction, self.noise, ALL_STEPS)
        return found

    def _compare_direction(self, direction: Floats, found: Intervals, result: DirectionalEvidence) -> None:
        k, usable = result.position, ~found.kink & found.known
        upstreams, gradients = self.upstreams, self.gradients[k]
        if not usable.all():
            upstreams = np.where(usable, upstreams, 0)
            gradients = self.function.gradients(self.function.inputs, upstreams)[k]
        estimates, bars = (np.where(usable, a, 0).reshape(-1) for a in (found.middle, found.half_width))
        for upstream, gradient in zip(upstreams, gradients):
            numeric = float(upstream.reshape(-1) @ estimates)
            bar = float(np.abs(upstream.reshape(-1)) @ bars)
            bar += self._rounding(direction, np.max(np.abs(gradient), initial=0.0))
            distance = abs(float(direction.reshape(-1) @ gradient) - numeric)
            if distance > bar:  # a saturated function has larger intermediate results than its gradient
                largest = largest_gradients(self.function, k, upstream[np.newaxis])
                bar += self._rounding(direction, float(largest.sizes[0]))
            result.deviations.append(distance / bar if bar > 0 else 0.0)
            if numeric != 0:
                result.relative_bars.append(bar / abs(numeric))
            if distance > bar:
                result.failed.append((direction, self._of_all_outputs(upstream)))

    def _of_all_outputs(self, upstream: Floats) -> Floats:
        """Return the upstream gradient of the function as it was given, before its outputs were grouped."""
        if self.whole is self.function:
            return upstream
        shape = self.whole.value.shape
        return of_all_outputs(upstream, self.groups, self.weights, shape, self.whole.value_dtype)

    def _rounding(self, direction: Floats, size: float) -> float:
        """What rounding may amount to in a gradient of this size and in its product with the direction."""
        return float(ROUNDINGS * self.function.epsilon * size * np.linalg.norm(direction))

    def _compare_at_kinks(self, kinked: Booleans, result: DirectionalEvidence) -> None:
        """Compare a few of the outputs on kinks, each by itself and by one entry at a time."""
        function, rng, k = self.function, self.rng, result.position
        outputs = np.flatnonzero(kinked)
        result.kinks = len(outputs)
        chosen = rng.permutation(outputs)[:KINKED_OUTPUTS]
        upstreams = np.zeros((len(chosen), kinked.size))
        upstreams[np.arange(len(chosen)), chosen] = 1
        upstreams = upstreams.reshape(-1, *function.value.shape)
        gradients = function.gradients(function.inputs, upstreams)[k]
        for i, output in enumerate(chosen):
            single = projected(function, upstreams[i : i + 1])
            steepest = np.argsort(-np.abs(gradients[i]))[:ENTRIES_OF_KINK]
            entries = np.unique([*steepest, *rng.integers(gradients.shape[1], size=2)])
            noise = self.noise.reshape(-1)[output : output + 1]
            evidence = compare_entries(single, k, np.eye(1), gradients[i : i + 1], noise, rng, entries)
            result.at_kinks.append(without_false_alarms(evidence))
        if len(outputs) > len(chosen):
            reason = f"{len(outputs)} outputs lie on a kink along a random direction; {len(chosen)} of them were judged"
            result.not_judged.append(NotJudged(k, None, reason))
