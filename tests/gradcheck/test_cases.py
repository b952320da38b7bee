"""Every wrong backward pass is caught and its cause named; none of the right ones is called wrong."""

from functools import partial
from typing import Any

import numpy as np
import pytest

from nnmath import dense, sigmoid
from nnmath.gradcheck import check_gradients
from tests.gradcheck import random_nets
from tests.gradcheck.all_cases import RIGHT, WRONG
from tests.gradcheck.gradient_case import Case, problem_with
from tests.gradcheck.layers import course_b, course_cost, draw_course


@pytest.mark.long_list
@pytest.mark.parametrize("case", WRONG, ids=lambda case: case.name)
def test_a_wrong_backward_pass_is_caught_and_its_cause_named(case: Case) -> None:
    problem = problem_with(case, case.check(seed=0))
    assert not problem, problem


@pytest.mark.parametrize("case", RIGHT, ids=lambda case: case.name)
def test_a_right_backward_pass_is_not_called_wrong(case: Case) -> None:
    problem = problem_with(case, case.check(seed=0))
    assert not problem, problem


def test_names_are_unique_and_there_are_enough() -> None:
    names = [case.name for case in WRONG]
    assert len(set(names)) == len(names) >= 240
    assert len({case.name for case in RIGHT}) == len(RIGHT) >= 160


def test_both_mistakes_of_the_course_exercise_are_found() -> None:
    inputs = draw_course(np.random.default_rng(3))
    report = check_gradients(
        course_cost, *inputs, backward=partial(course_b, double_dW2=2.0, four_db1=4.0),
        wrt=("W1", "b1", "W2", "b2", "W3", "b3"),
    )  # fmt: skip
    found = {report.names[finding.input]: (finding.cause, finding.factor) for finding in report.findings}
    assert found == {"b1": ("scale", 4.0), "W2": ("scale", 2.0)}


def test_random_nets_raise_no_false_alarm() -> None:
    assert list(random_nets.false_alarms(150, seed=2)) == []


def test_no_mistake_in_random_nets_is_missed() -> None:
    assert list(random_nets.misses(20, seed=2)) == []  # python -m tests.gradcheck.random_nets tries more


def test_noise_that_a_probe_shows_by_chance_hides_no_mistake() -> None:
    x = [-0.43248991393055525, -0.7184862993368294, -1.669278309544839, -1.1859144451299197, -0.6015015204133719,
         0.8253803578613933, -0.838543657292448, -1.3403823482681103, 1.5650192726163452,
         -0.6090642399725072]  # fmt: skip
    W = [-3.769122505972762e-10, 4.981771650368759e-10, -6.554634461867251e-12, -4.5792151886603915e-10,
         6.933321535341001e-10, -1.0384250942353706e-09, -1.2365661941863846e-09, -1.4069830568065613e-09,
         -2.2082864547306287e-09, -7.564712647715486e-10]  # fmt: skip
    b = [-311.44359325818937, 1786.7168492339506, -640.3076444368747, -2027.1278252333746, 1135.2928492739638]
    inputs = np.reshape(x, (5, 2)), np.reshape(W, (2, 5)), np.array(b)

    def backward(g: Any, *given: Any) -> Any:  # our primitives, which do not compute in a wider precision
        dx, dW, db = layer(*given)[1](g)
        return 0 * dx, dW, db

    layer = random_nets.then((dense, 2), (sigmoid, 0))
    report = check_gradients(lambda *given: layer(*given)[0], *inputs, backward=backward, seed=531)
    assert [(finding.input, finding.cause) for finding in report.findings] == [(0, "missing")]
