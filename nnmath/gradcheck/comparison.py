"""Every gradient of a subject against finite differences: whole Jacobians while they are small, else directions."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from nnmath.gradcheck.diagnosis.scenes import Scene
from nnmath.gradcheck.directions import Directions, Probe
from nnmath.gradcheck.evidence import Evidence, entry_evidence, one_hot
from nnmath.gradcheck.false_alarms.rules import hear
from nnmath.gradcheck.finite_differences import Floats
from nnmath.gradcheck.function_under_test import Subject
from nnmath.gradcheck.linearity import Answers
from nnmath.gradcheck.report import NO_GRADIENT, NotJudged
from nnmath.gradcheck.search import look_closer

NO_VALUES = "the function has no values around it, jumps there, or is too steep"
NOT_FOUND = "a random direction over all entries is off, but none of the entries that were looked at is wrong"


@dataclass
class Comparison:
    """What came of comparing.

    Attributes
    ----------
    wrong : list of Scene
        One for each input whose gradient is wrong.
    not_judged : list of NotJudged
    compared, kinks : int
    worst, widest : float
    worst_at : str
        As in `Report`.
    """

    wrong: list[Scene] = field(default_factory=list)
    not_judged: list[NotJudged] = field(default_factory=list)
    compared: int = 0
    worst: float = 0.0
    worst_at: str = "-"
    widest: float = 0.0
    kinks: int = 0

    def count(self, subject: Subject, evidence: Evidence) -> None:
        """Add the numbers of single entries of one input to the totals."""
        known, kink = evidence.known, evidence.kink
        self.compared += int(known.sum())
        self.kinks += int(kink.sum())
        deviation = evidence.deviation
        if deviation.size and deviation.max() > self.worst:
            column = int(np.unravel_index(deviation.argmax(), deviation.shape)[1])
            place = list(evidence.place(subject, column))
            self.worst, self.worst_at = float(deviation.max()), f"{subject.names[evidence.position]}{place or ''}"
        smooth = known & ~kink
        largest = np.max(np.abs(evidence.numeric), initial=0.0, where=smooth)
        if largest > 0:
            widest = np.max((evidence.high - evidence.low) / 2, initial=0.0, where=smooth) / largest
            self.widest = max(self.widest, float(widest))

    def count_unknown(self, subject: Subject, evidence: Evidence) -> None:
        """Say which entries have no numerical derivative to compare with."""
        for column in np.flatnonzero(~evidence.known.any(axis=0)):
            where = evidence.place(subject, int(column))
            if (evidence.position, where) not in {(item.input, item.where) for item in self.not_judged}:
                self.not_judged.append(NotJudged(evidence.position, where, NO_VALUES))

    def count_directions(self, subject: Subject, k: int, probe: Probe) -> None:
        """Add the numbers of random directions over one input to the totals."""
        self.compared += len(probe.deviations)
        self.kinks += probe.kinks
        if max(probe.deviations) > self.worst:
            self.worst, self.worst_at = max(probe.deviations), f"{subject.names[k]} along a direction"
        self.widest = max(self.widest, *probe.sharpness, 0.0)
        for evidence in probe.at_kinks:
            self.count(subject, evidence)


def whole_jacobians(subject: Subject, judged: Sequence[int], noise: Floats, rng: np.random.Generator) -> Comparison:
    """Compare every entry of every input, one output at a time."""
    comparison = Comparison()
    upstreams = one_hot(subject)
    rows = subject.gradients(subject.inputs, upstreams)
    answers = Answers(subject, rng)
    for k in judged:
        if k not in rows:
            comparison.not_judged.append(NotJudged(k, None, NO_GRADIENT))
            continue
        evidence = entry_evidence(subject, k, upstreams, rows[k], noise)
        if evidence.wrong.any():
            evidence, not_judged = hear(subject, evidence, noise, rng)
            comparison.not_judged += not_judged
        comparison.count(subject, evidence)
        comparison.count_unknown(subject, evidence)
        if evidence.wrong.any() or answers.nonlinear(evidence):
            comparison.wrong.append(Scene(subject, evidence, noise))
    return comparison


def random_directions(subject: Subject, judged: Sequence[int], noise: Floats, rng: np.random.Generator) -> Comparison:
    """Compare directions over all entries; where one fails, look at single entries."""
    comparison = Comparison()
    directions = Directions(subject, noise, rng)
    for k in judged:
        if k not in directions.gradients:
            comparison.not_judged.append(NotJudged(k, None, NO_GRADIENT))
            continue
        probe = directions.probe(k)
        comparison.not_judged += probe.not_judged
        comparison.count_directions(subject, k, probe)
        if probe.failed or any(evidence.wrong.any() for evidence in probe.at_kinks):
            scene = _found(subject, k, probe, rng)
            if scene is not None:
                comparison.wrong.append(scene)
            elif probe.failed:
                comparison.not_judged.append(NotJudged(k, None, NOT_FOUND))
    return comparison


def _found(subject: Subject, k: int, probe: Probe, rng: np.random.Generator) -> Scene | None:
    """The entries and outputs that a failed direction is wrong for, or None where none of those looked at is wrong."""
    for at_a_glance in (True, False):
        small, evidence, noise = look_closer(subject, k, probe, rng, at_a_glance=at_a_glance)
        evidence, _ = hear(small, evidence, noise, rng)
        if evidence.wrong.any() or Answers(small, rng).nonlinear(evidence):
            return Scene(small, evidence, noise)
    return None
