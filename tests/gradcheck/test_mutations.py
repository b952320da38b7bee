"""Mistakes planted in the checker itself are noticed by its own cases: one of them is enough for each."""

import numpy as np
import pytest

from nnmath.gradcheck import check_gradients
from tests.gradcheck.all_cases import RIGHT, WRONG
from tests.gradcheck.gradient_case import problem_with
from tests.gradcheck.mutation_table import MUTATIONS
from tests.gradcheck.mutations import Mutation, mutated

CASES = {case.name: case for case in [*RIGHT, *WRONG]}


@pytest.mark.long_list
@pytest.mark.parametrize(("mutation", "case"), MUTATIONS, ids=str)
def test_a_mistake_in_the_checker_is_noticed(mutation: Mutation, case: str) -> None:
    with mutated(mutation) as check:
        try:
            problem = problem_with(CASES[case], CASES[case].check(0, check))
        except Exception as error:  # a checker that raises is noticed, too
            problem = repr(error)
    assert problem, f"{case} came out as it should"


@pytest.mark.parametrize(
    "mutation",
    [
        Mutation("evidence", "no_such_function", "left"),
        Mutation("evidence", "wrong", "left"),
        Mutation("false_alarms", "RULES", "without no_such_rule"),
    ],
    ids=str,
)
def test_a_mutation_that_changes_nothing_is_refused(mutation: Mutation) -> None:
    with pytest.raises(LookupError, match=r"no such|0 times"):
        mutation.applied()


def test_the_checker_is_itself_again_after_a_mutation() -> None:
    with mutated(Mutation("evidence", "wrong", "return self.known & False")) as check:
        assert check(np.tanh, np.ones(2), backward=lambda g, x: 2 * g).ok
    assert not check_gradients(np.tanh, np.ones(2), backward=lambda g, x: 2 * g).ok
