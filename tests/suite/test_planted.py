"""The checks are checked: mistakes planted in each primitive must turn a side of the triangle red.

The mistakes come from the syntax tree of the module. `python -m tests.suite.planting` plants all of them, here some.
"""

import warnings
from dataclasses import replace

import pytest

from nnmath.primitives import PRIMITIVES
from nnmath.suite.results import Row
from nnmath.suite.subjects import all_subjects
from nnmath.suite.table import line_of
from nnmath.suite.tasks import all_tasks, differences, property_tasks, row_names
from tests.conftest import DEEP
from tests.suite.mutations import mutations
from tests.suite.planting import Planted, sample

#: Mistakes for each primitive, of as many different rules, and fewer where an example takes longer;
#: `python -m tests.suite.planting NAME` plants all.
EACH = 24 if DEEP else 4
#: Examples of what is right; `nnmath check` draws 200 of the same.
EXAMPLES = 8
SUBJECTS = {subject.name: subject for subject in all_subjects()}


@pytest.mark.parametrize("name", [primitive.__name__ for primitive in PRIMITIVES])
def test_a_planted_mistake_is_found_or_changes_nothing(name: str) -> None:
    planted, each = Planted(SUBJECTS[name]), max(2, EACH // SUBJECTS[name].share)
    with warnings.catch_warnings(action="ignore"):  # a mistake may overflow
        problems = [planted.problem(mutation) for mutation in sample(planted.mutations(), each)]
    assert not any(problems), "\n".join(filter(None, problems))


@pytest.mark.parametrize(
    ("name", "shared", "before"),
    [
        ("softmax", "sums", "return (leading, remaining)"),
        ("log_softmax", "sums", "return (leading, remaining)"),
        ("softmax_cross_entropy", "sums", "return (leading, remaining)"),
        ("multi_head_attention", "sums", "return vector"),
    ],
)
def test_a_mistake_reaches_a_primitive_through_the_modules_between(name: str, shared: str, before: str) -> None:
    planted = Planted(SUBJECTS[name])
    module = f"nnmath.primitives.{shared}"
    mutation = next(m for m in planted.mutations() if (m.module, m.rule, m.before) == (module, "sign", before))
    with warnings.catch_warnings(action="ignore"):
        assert planted.differences(planted.mutated(mutation)) == "found"


@pytest.mark.parametrize("name", SUBJECTS)
def test_what_is_right_is_not_objected_to(name: str) -> None:
    found = differences(SUBJECTS[name], EXAMPLES)
    assert found.ok, found.failure
    assert found.examples == max(EXAMPLES // SUBJECTS[name].share, 1)
    assert found.compared > EXAMPLES


def test_a_wrong_row_says_what_is_wrong_and_where() -> None:
    planted = Planted(SUBJECTS["dense"])
    negated = next(
        m for m in planted.mutations() if m.in_backward and m.before == "return (dx, dW, db)" and "dW * -1" in m.after
    )
    subject = replace(SUBJECTS["dense"], function=planted.mutated(negated))
    row = Row("dense", differences=differences(subject, EXAMPLES))
    assert not row.ok
    assert line_of(row).endswith("WRONG")
    assert "gradient of W: wrong (sign)" in row.failures[0]


def test_every_side_is_checked() -> None:
    sides = {(task.side, task.row) for task in [*all_tasks(200, row_names()), *property_tasks(200)]}
    for primitive in PRIMITIVES:
        assert {("equations", primitive.__name__), ("code", primitive.__name__)} < sides
        assert ("differences", primitive.__name__) in sides
    assert {row for side, row in sides if side == "properties"} == {"tests/gradients"}


SOURCE = '''
"""Half of a square."""
import numpy as np


def half_square(x: "N", y: float = 2) -> object:
    """Return x²/2."""
    if x.ndim == 2:
        raise ValueError(f"{x.ndim - 1}")
    while y > 9:
        pass
    a = np.sum(x.T**2, axis=1) / 2

    def backward(da):
        out = np.zeros_like(x)
        out[:, 0] = da
        return -(x * da)

    return a, backward
'''


def test_mistakes_follow_from_the_syntax_tree() -> None:
    found = {(mutation.rule, mutation.after) for mutation in mutations("test", SOURCE)}
    assert found == {
        ("comparison", "x.ndim != 2"),
        ("constant", "3"),
        ("operator", "np.sum(x.T ** 2, axis=1) * 2"),
        ("right operand dropped", "np.sum(x.T ** 2, axis=1)"),
        ("left operand dropped", "2"),
        ("function", "np.mean(x.T ** 2, axis=1)"),
        ("axis", "np.sum(x.T ** 2, axis=0)"),
        ("all axes", "np.sum(x.T ** 2)"),
        ("exponent", "x.T ** (2 + 1)"),
        ("transpose", "x.reshape(x.shape[::-1])"),
        ("constant", "2"),
        ("function", "np.ones_like(x)"),
        ("assignment to entries dropped", "nothing"),
        ("constant", "1"),
        ("upstream gradient ignored", "da * 0 + 1"),
        ("sign of the upstream gradient lost", "abs(da)"),
        ("sign", "x * da"),
        ("operator", "x / da"),
        ("right operand dropped", "x"),
        ("left operand dropped", "da"),
        ("factor", "return -(x * da) * 1.000001"),
        ("factor of few ulps", "return -(x * da) * 1.0000000000001"),
        ("sign", "return -(x * da) * -1"),
        ("factor", "return (a * 1.000001, backward)"),
        ("factor of few ulps", "return (a * 1.0000000000001, backward)"),
        ("sign", "return (a * -1, backward)"),
    }
