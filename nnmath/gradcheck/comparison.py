"""Every gradient of a function against finite differences: whole Jacobians while they are small, else directions."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from nnmath.gradcheck.arrays import Floats
from nnmath.gradcheck.directions import NO_VALUES as NO_VALUES_ALONG
from nnmath.gradcheck.directions import DirectionalEvidence, RandomDirections
from nnmath.gradcheck.evidence import Evidence
from nnmath.gradcheck.false_alarms.false_alarms import without_false_alarms
from nnmath.gradcheck.finite_differences import QUICK_STEPS
from nnmath.gradcheck.function_under_test import FunctionUnderTest
from nnmath.gradcheck.linearity import LinearityTest
from nnmath.gradcheck.numerical_derivatives import differentiate_along, scales
from nnmath.gradcheck.products import Products, agreeing_products
from nnmath.gradcheck.report import NO_GRADIENT, NotJudged
from nnmath.gradcheck.search import HOW_TO_SEARCH, locate_wrong_entries
from nnmath.gradcheck.single_entries import compare_entries, one_hot

NO_VALUES = "the function has no values around it, jumps there, or is too steep"
UNDECIDED = (
    "A random direction over all entries deviates by more than its error bar, but none of the entries that were looked "
    "at is wrong. Check it at fewer entries: each of them is compared where there are few."
)


FORGOTTEN = (
    "The backward pass returns None for it, and the value changes with it. If it has a gradient, that is missing; "
    "otherwise leave it out with wrt."
)
NOTHING_COMPARED = "Nothing could be compared: the function has no values around it, jumps there, or is too steep."


@dataclass
class Comparison:
    """The results of comparing the gradients of a function, input by input.

    Attributes
    ----------
    function : FunctionUnderTest
    wrong : list of Evidence
        One for each input whose gradient is wrong.
    not_judged, undecided : list of NotJudged
    compared, kinks : int
    worst, widest : float
    worst_at : str
    compared_inputs : set of int
        As in `GradientReport`.
    """

    function: FunctionUnderTest
    wrong: list[Evidence] = field(default_factory=list)
    not_judged: list[NotJudged] = field(default_factory=list)
    undecided: list[NotJudged] = field(default_factory=list)
    compared: int = 0
    worst: float = 0.0
    worst_at: str = "-"
    widest: float = 0.0
    kinks: int = 0
    compared_inputs: set[int] = field(default_factory=set)

    def count(self, evidence: Evidence) -> None:
        """Add the numbers of single entries of one input to the totals."""
        known, kink = evidence.known, evidence.kink
        self.compared += int(known.sum())
        self.compared_inputs |= {evidence.position} if known.any() else set()
        self.kinks += int(kink.sum())
        self.not_judged += evidence.not_judged
        deviation = evidence.deviation
        if deviation.size and deviation.max() > self.worst:
            column = int(np.unravel_index(deviation.argmax(), deviation.shape)[1])
            place = list(evidence.place(column))
            self.worst, self.worst_at = float(deviation.max()), f"{self.function.names[evidence.position]}{place or ''}"
        smooth = known & ~kink
        largest = np.max(np.abs(evidence.numeric), initial=0.0, where=smooth)
        if largest > 0:
            widest = np.max(evidence.intervals.half_width, initial=0.0, where=smooth) / largest
            self.widest = max(self.widest, float(widest))

    def count_products(self, k: int, derivatives: int, found: Products) -> None:
        """Add the derivatives by one input, all of which were compared in products with random vectors."""
        self.compared += derivatives
        self.compared_inputs.add(k)
        self.widest = max(self.widest, found.widest)
        if found.deviation > self.worst:
            self.worst, self.worst_at = found.deviation, f"{self.function.names[k]}[...]"

    def count_without_gradient(self, k: int, noise: Floats, rng: np.random.Generator) -> None:
        """Say that the backward pass returns None for an input: no answer where the value changes with it."""
        x = np.asarray(self.function.inputs[k], dtype=np.float64)
        found = differentiate_along(self.function, k, scales(x) * rng.standard_normal(x.shape), noise, QUICK_STEPS)
        changes = found.known & ~found.kink & ((found.low > 0) | (found.high < 0))
        if self.function.none_is_doubtful and changes.any():
            self.undecided.append(NotJudged(k, None, FORGOTTEN))
        else:
            self.not_judged.append(NotJudged(k, None, NO_GRADIENT))

    def undecide_what_has_no_values(self) -> None:
        """Where nothing at all was compared, because there are no values around the inputs, nothing is right."""
        if not self.compared and not self.wrong:
            without = dict.fromkeys(
                item.input for item in self.not_judged if item.reason.endswith((NO_VALUES, NO_VALUES_ALONG))
            )
            self.undecided += [NotJudged(k, None, NOTHING_COMPARED) for k in without]

    def count_unknown(self, evidence: Evidence) -> None:
        """Say which entries have no numerical derivative to compare with."""
        for column in np.flatnonzero(~evidence.known.any(axis=0)):
            where = evidence.place(int(column))
            if (evidence.position, where) not in {(item.input, item.where) for item in self.not_judged}:
                self.not_judged.append(NotJudged(evidence.position, where, NO_VALUES))

    def count_directions(self, found: DirectionalEvidence) -> None:
        """Add the numbers of random directions over one input to the totals."""
        self.compared += len(found.deviations)
        self.compared_inputs |= {found.position} if found.deviations else set()
        self.kinks += found.kinks
        if max(found.deviations, default=0.0) > self.worst:
            self.worst, self.worst_at = (
                max(found.deviations),
                f"{self.function.names[found.position]}[...]",
            )
        self.widest = max(self.widest, *found.relative_bars, 0.0)
        for evidence in found.by_themselves:
            self.count(evidence)
        self.not_judged += found.not_judged


def whole_jacobians(
    function: FunctionUnderTest, judged: Sequence[int], noise: Floats, rng: np.random.Generator
) -> Comparison:
    """Compare every entry of every input, one output at a time."""
    comparison = Comparison(function)
    upstreams = one_hot(function)
    gradients = function.gradients(function.inputs, upstreams)
    linearity = LinearityTest(function, rng)
    for k in judged:
        if k not in gradients:
            comparison.count_without_gradient(k, noise, rng)
            continue
        products = agreeing_products(function, k, gradients[k], noise, rng)
        if products and not linearity.violation(k, np.arange(gradients[k].shape[1]), np.zeros(gradients[k].shape)):
            comparison.count_products(k, gradients[k].size, products)
            continue
        evidence = compare_entries(function, k, upstreams, gradients[k], noise, rng)
        if not linearity.is_constant(k, evidence.entries):  # then it is wrong, and no rule need look at it
            evidence = without_false_alarms(evidence)
        comparison.count(evidence)
        comparison.count_unknown(evidence)
        if evidence.wrong.any() or linearity.violation(k, evidence.entries, evidence.half_width):
            comparison.wrong.append(evidence)
    comparison.undecide_what_has_no_values()
    return comparison


def random_directions(
    function: FunctionUnderTest, judged: Sequence[int], noise: Floats, rng: np.random.Generator
) -> Comparison:
    """Compare directions over all entries; where one fails, look at single entries."""
    comparison = Comparison(function)
    directions = RandomDirections(function, noise, rng)
    for k in judged:
        if k not in directions.gradients:
            comparison.count_without_gradient(k, noise, rng)
            continue
        state = rng.bit_generator.state
        for sums in (False, True):  # kinks may coincide: the same directions once more
            rng.bit_generator.state = state
            found = directions.compare(k, sums=sums)
            by_themselves = [evidence for evidence in found.by_themselves if evidence.wrong.any()]
            wrong = _wrong_entries(function, found, noise, rng) if found.failed or by_themselves else None
            wrong = wrong or (by_themselves[0] if by_themselves else None)
            if wrong or not found.failed:
                break
        comparison.count_directions(found)
        if wrong:
            comparison.wrong.append(wrong)
        elif found.failed:
            comparison.undecided.append(NotJudged(k, None, UNDECIDED))
    comparison.undecide_what_has_no_values()
    return comparison


def _wrong_entries(
    function: FunctionUnderTest, found: DirectionalEvidence, noise: Floats, rng: np.random.Generator
) -> Evidence | None:
    """The entries and outputs that a failed direction is wrong for, or None where none of those looked at is wrong.

    Without a failed direction there is one way to search: around what is wrong on a kink.
    """
    for how in HOW_TO_SEARCH if found.failed else HOW_TO_SEARCH[:1]:
        evidence = locate_wrong_entries(function, found, noise, rng, how)
        linearity = LinearityTest(evidence.function, rng)
        if not linearity.is_constant(found.position, evidence.entries):
            evidence = without_false_alarms(evidence)
        if evidence.wrong.any() or linearity.violation(found.position, evidence.entries, evidence.half_width):
            return evidence
    return None
