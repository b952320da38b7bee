"""A contender that does less than the floor is found out."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.benchmarks.agreement import disagreement
from tests.benchmarks.floor import Floor
from tests.benchmarks.loops import Loops
from tests.benchmarks.ours import Ours
from tests.benchmarks.textbook import Textbook
from tests.benchmarks.work import BETA2, WORKS, Work

SMALL = [work for work in WORKS if work.count < 60_000]


@pytest.mark.parametrize("contender", [Ours, Textbook, Loops])
@pytest.mark.parametrize("work", SMALL, ids=lambda work: work.name)
def test_who_computes_the_same_is_timed(contender: type, work: Work) -> None:
    assert disagreement(contender, work) == ""


class NoGradientOfB1(Textbook):
    """Leaves the gradient of the first biases out."""

    def gradients(self, x: Any, y: Any) -> Any:
        loss, gradients = super().gradients(x, y)
        return loss, gradients | {"b1": np.zeros_like(gradients["b1"])}


class NoLoss(Textbook):
    """Saves itself the loss."""

    def gradients(self, x: Any, y: Any) -> Any:
        return 0.0, super().gradients(x, y)[1]


class EpsilonOfTheOtherForm(Textbook):
    """Adds ε to the root before the correction."""

    def update(self, gradients: Any) -> None:
        right = self.work
        self.work = replace(right, epsilon=right.epsilon / (1 - BETA2 ** (self.t + 1)) ** 0.5)
        super().update(gradients)
        self.work = right


class HalfAnEpoch(Floor):
    """Goes through the examples of the first half twice as often as through the others."""

    def epochs(self, count: Any) -> Any:
        loss = super().epochs(count)
        super().epochs(count)
        return loss


@pytest.mark.parametrize("contender", [NoGradientOfB1, NoLoss, EpsilonOfTheOtherForm, HalfAnEpoch])
def test_who_does_something_else_is_not(contender: Any) -> None:
    spiral = next(work for work in SMALL if work.adam)
    assert f"spiral, {contender.name}: " in disagreement(contender, spiral)
