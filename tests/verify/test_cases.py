"""Every broken backward pass is caught and its cause named; none of the right ones is called wrong."""

import numpy as np
import pytest

from nnmath.verify import check_gradients
from tests.verify import soak
from tests.verify.every_case import BROKEN, RIGHT
from tests.verify.gradient_case import verdict
from tests.verify.right_layers import course_b, course_cost, draw_course


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_a_broken_backward_pass_is_caught_and_its_cause_named(case):
    problem = verdict(case, case.check(seed=0))
    assert not problem, problem


@pytest.mark.parametrize("case", RIGHT, ids=lambda case: case.name)
def test_a_right_backward_pass_is_not_called_wrong(case):
    problem = verdict(case, case.check(seed=0))
    assert not problem, problem


def test_names_are_unique_and_there_are_enough():
    names = [case.name for case in BROKEN]
    assert len(set(names)) == len(names) >= 240
    assert len({case.name for case in RIGHT}) == len(RIGHT) >= 160


def test_both_mistakes_of_the_course_exercise_are_named():
    inputs = draw_course(np.random.default_rng(3))
    report = check_gradients(
        course_cost, *inputs, backward=lambda g, *a: course_b(g, *a, double_dW2=2.0, four_db1=4.0),
        wrt=("W1", "b1", "W2", "b2", "W3", "b3"),
    )  # fmt: skip
    found = {report.names[finding.input]: (finding.cause, finding.factor) for finding in report.findings}
    assert found == {"b1": ("scale", 4.0), "W2": ("scale", 2.0)}


def test_a_short_soak_raises_no_false_alarm():
    assert list(soak.false_alarms(150, seed=2)) == []


def test_a_short_soak_misses_nothing():
    assert list(soak.misses(60, seed=2)) == []
