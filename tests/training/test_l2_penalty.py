"""The L2 penalty, by hand and by finite differences."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nnmath.gradcheck.gradients import check_gradients
from nnmath.training.l2_penalty import l2_penalty


def penalty_as_primitive(theta: Any, strength: Any) -> Any:
    value, gradient = l2_penalty(theta, strength)
    return value, lambda upstream: upstream * gradient


def test_by_hand() -> None:
    penalty, gradient = l2_penalty(np.array([1.0, -2.0, 3.0]), np.array([0.5, 0.5, 0.0]))
    assert penalty == 0.5 / 2 * (1 + 4)
    np.testing.assert_array_equal(gradient, [0.5, -1, 0])


NUMBERS = st.integers(-30_000, 30_000).map(lambda thousandths: thousandths / 1000)


@given(st.lists(st.tuples(NUMBERS, NUMBERS.map(abs)), min_size=1, max_size=8))
def test_gradient_is_the_derivative(pairs: Any) -> None:
    theta, strength = np.array(pairs).T
    report = check_gradients(penalty_as_primitive, theta, strength, wrt=[0])
    assert report.ok, report


def test_precision_is_kept() -> None:
    penalty, gradient = l2_penalty(np.ones(3, np.float32), np.ones(3, np.float32))
    assert penalty.dtype == gradient.dtype == np.float32
