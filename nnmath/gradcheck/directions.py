"""Gradients with too many entries for one at a time: random directions over all of them."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nnmath.gradcheck.evidence import ROUNDINGS, SHARP, Evidence, entry_evidence
from nnmath.gradcheck.false_alarms.rounding import natural_sizes
from nnmath.gradcheck.false_alarms.rules import hear
from nnmath.gradcheck.finite_differences import ALL_STEPS, QUICK_STEPS, Floats, Slopes
from nnmath.gradcheck.function_under_test import Subject, grouped, of_all_outputs, projected
from nnmath.gradcheck.linearity import LARGE
from nnmath.gradcheck.numerical_derivatives import scales, slopes_along, value_noise
from nnmath.gradcheck.report import NotJudged

#: Random directions over all entries of an input, and random upstream gradients for each.
DIRECTIONS, UPSTREAMS = 3, 2
#: Outputs that lie on a kink along a direction and are judged by themselves, and entries for each of them.
KINKED_OUTPUTS, ENTRIES_OF_KINK = 8, 4
#: More outputs than this are summed up in groups first.
MOST_VALUES, GROUPS = 20_000, 256


@dataclass
class Probe:
    """What random directions say of one gradient.

    Attributes
    ----------
    deviations : list of float
        One for each direction and upstream gradient, in error bars.
    sharpness : list of float
        The error bars, relative to the largest derivative.
    kinks : int
        Outputs on a kink.
    at_kinks : list of Evidence
        Single outputs on a kink by single entries.
    failed : list of (direction, upstream gradient)
        Those whose deviation is over 1.
    not_judged : list of NotJudged
    """

    deviations: list[float] = field(default_factory=list)
    sharpness: list[float] = field(default_factory=list)
    kinks: int = 0
    at_kinks: list[Evidence] = field(default_factory=list)
    failed: list[tuple[Floats, Floats]] = field(default_factory=list)
    not_judged: list[NotJudged] = field(default_factory=list)


class Directions:
    """Judges the gradients of a subject along random directions, each with a few upstream gradients."""

    def __init__(self, subject: Subject, noise: Floats, rng: np.random.Generator) -> None:
        self.whole, self.groups, self.weights = subject, np.zeros(0, dtype=np.intp), np.zeros(0)
        if subject.value.size > MOST_VALUES:
            self.groups = rng.integers(GROUPS, size=subject.value.size)
            self.weights = rng.standard_normal(subject.value.size)
            subject = grouped(subject, self.groups, self.weights, GROUPS)
            noise = value_noise(subject, rng)
        self.subject, self.noise, self.rng = subject, noise, rng
        self.upstreams = rng.standard_normal((UPSTREAMS, *subject.value.shape))
        self.upstreams[-1] *= LARGE
        self.gradients = subject.gradients(subject.inputs, self.upstreams)

    def probe(self, k: int) -> Probe:
        """Compare a few random directions over all entries of an input."""
        probe = Probe()
        x = np.asarray(self.subject.inputs[k], dtype=np.float64)
        for _ in range(DIRECTIONS):
            direction = self.rng.standard_normal(x.shape) * scales(x)
            found = self._slopes(k, direction)
            self._judge(k, direction, found, probe)
            if found.kink.any() and not probe.at_kinks:
                self._judge_kinks(k, found.kink, probe)
        return probe

    def _slopes(self, k: int, direction: Floats) -> Slopes:
        """A quick ladder of steps first, the whole one where that leaves doubts."""
        found = slopes_along(self.subject, k, direction, self.noise, QUICK_STEPS)
        largest = np.max(np.abs(found.estimate), initial=0.0, where=np.isfinite(found.estimate))
        blunt = found.error_bar > self.subject.epsilon**SHARP * largest
        if found.kink.any() or blunt.any():
            found = slopes_along(self.subject, k, direction, self.noise, ALL_STEPS)
        return found

    def _judge(self, k: int, direction: Floats, found: Slopes, probe: Probe) -> None:
        usable = ~found.kink & np.isfinite(found.low) & np.isfinite(found.high)
        upstreams, gradients = self.upstreams, self.gradients[k]
        if not usable.all():
            upstreams = np.where(usable, upstreams, 0)
            gradients = self.subject.gradients(self.subject.inputs, upstreams)[k]
        estimates, bars = (np.where(usable, a, 0).reshape(-1) for a in (found.estimate, found.error_bar))
        for upstream, gradient in zip(upstreams, gradients):
            numeric = float(upstream.reshape(-1) @ estimates)
            bar = float(np.abs(upstream.reshape(-1)) @ bars)
            bar += self._rounding(direction, np.max(np.abs(gradient), initial=0.0))
            distance = abs(float(direction.reshape(-1) @ gradient) - numeric)
            if distance > bar:  # a saturated function has larger intermediate results than its gradient tells
                bar += self._rounding(direction, float(natural_sizes(self.subject, k, upstream[np.newaxis]).sizes[0]))
            probe.deviations.append(distance / bar if bar > 0 else 0.0)
            if numeric != 0:
                probe.sharpness.append(bar / abs(numeric))
            if distance > bar:
                probe.failed.append((direction, self._of_all_outputs(upstream)))

    def _of_all_outputs(self, upstream: Floats) -> Floats:
        """Return the upstream gradient of the subject as it was given, before its outputs were grouped."""
        if self.whole is self.subject:
            return upstream
        shape = self.whole.value.shape
        return of_all_outputs(upstream, self.groups, self.weights, shape, self.whole.value_dtype)

    def _rounding(self, direction: Floats, size: float) -> float:
        """What rounding may amount to in a gradient of this size and in its product with the direction."""
        return float(ROUNDINGS * self.subject.epsilon * size * np.linalg.norm(direction))

    def _judge_kinks(self, k: int, kinked: NDArray[np.bool_], probe: Probe) -> None:
        """Judge a few of the outputs on kinks, each by itself and by one entry at a time."""
        subject, rng = self.subject, self.rng
        outputs = np.flatnonzero(kinked)
        probe.kinks = len(outputs)
        chosen = rng.permutation(outputs)[:KINKED_OUTPUTS]
        upstreams = np.zeros((len(chosen), kinked.size))
        upstreams[np.arange(len(chosen)), chosen] = 1
        upstreams = upstreams.reshape(-1, *subject.value.shape)
        rows = subject.gradients(subject.inputs, upstreams)[k]
        for i, output in enumerate(chosen):
            single = projected(subject, upstreams[i : i + 1])
            entries = np.unique([*np.argsort(-np.abs(rows[i]))[:ENTRIES_OF_KINK], *rng.integers(rows.shape[1], size=2)])
            noise = self.noise.reshape(-1)[output : output + 1]
            evidence = entry_evidence(single, k, np.eye(1), rows[i : i + 1], noise, entries)
            evidence, not_judged = hear(single, evidence, noise, rng)
            probe.at_kinks.append(evidence)
            probe.not_judged += not_judged
        if len(outputs) > len(chosen):
            reason = f"{len(outputs)} outputs lie on a kink along a random direction; {len(chosen)} of them were judged"
            probe.not_judged.append(NotJudged(k, None, reason))
