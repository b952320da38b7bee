"""What has no values around the inputs is not taken for right, and what only jumps there is judged without the jump."""

from typing import Any

import numpy as np
import pytest

from nnmath.gradcheck import check_function, check_gradients

RNG = np.random.default_rng
X = RNG(0).standard_normal((20, 15))


@pytest.mark.parametrize("factor", [1.0, 1 + 1e-6])
def test_a_single_number_beside_many_stays_an_array(factor: float) -> None:
    def leaky(x: Any, slope: Any) -> Any:
        assert isinstance(slope, np.ndarray)
        value = np.where(x > 0, x, slope * x)
        return value, lambda g: (g * np.where(x > 0, 1, slope), factor * (g * np.minimum(x, 0)).sum())

    report = check_gradients(leaky, X, np.array(0.0))
    assert [(finding.input, finding.cause) for finding in report.findings] == [(1, "scale")] * (factor != 1)
    assert not report.not_judged


def test_outputs_without_values_around_are_said() -> None:
    def only_here(x: Any) -> Any:
        if not np.array_equal(x, X):
            raise ValueError("another x")
        return 2 * x

    report = check_gradients(only_here, X, backward=lambda g, x: 3 * g)
    assert report.compared == 0
    assert [item.reason for item in report.not_judged] == ["300 of 300 outputs have no values along a random direction"]
    assert "right" not in str(report)


def test_an_input_of_which_nothing_was_compared_is_not_called_right() -> None:
    def picky(x: Any, w: Any) -> Any:
        if not np.array_equal(x, X):
            raise ValueError("another x")
        return x * w

    report = check_gradients(picky, X, np.ones((20, 15)), backward=lambda g, x, w: (g * w, g * x))
    assert report.compared_inputs == (1,)
    assert "gradient of w: right" in str(report)


def hinge(x: Any, labels: Any) -> Any:
    return np.where(labels == 1, x, 0) + np.where(labels == -1, np.maximum(0, 1 - x), 0)


@pytest.mark.parametrize(("factor", "cause"), [(1.0, None), (2.0, "scale"), (-1.0, "sign"), (0.0, "missing")])
def test_labels_that_are_differentiated_for_hide_nothing(factor: float, cause: str | None) -> None:
    x = np.array([0.3, -0.7, 2.4, 1.1, -1.9])
    labels = np.array([1.0, -1.0, -1.0, 1.0, -1.0])

    def backward(g: Any, x: Any, labels: Any) -> Any:
        return factor * g * ((labels == 1) * 1.0 - (labels == -1) * (x < 1)), 0 * g

    report = check_gradients(hinge, x, labels, backward=backward)
    assert [(finding.input, finding.cause) for finding in report.findings] == ([(0, cause)] if cause else [])


@pytest.mark.parametrize("factor", [1, 7])
def test_where_nothing_can_be_compared_nothing_is_right_or_wrong(factor: float) -> None:
    def of_shares(p: Any) -> Any:
        if abs(p.sum() - 1) > 1e-15:
            raise ValueError("shares must sum up to 1")
        return p**2, lambda g: factor * 2 * g * p

    report = check_gradients(of_shares, np.array([0.25, 0.75]))
    assert report.compared == 0
    assert not report.ok
    assert not report.findings
    assert [item.input for item in report.undecided] == [0]


def test_other_examples_may_have_something_to_compare() -> None:
    def of_two(x: Any) -> Any:
        if x.size == 1 and x[0] != np.rint(x[0]):
            raise ValueError("one number must be whole")
        return 3 * x, lambda g: 3 * g

    check = check_function(of_two, "x=N", examples=10, first=[(np.array([2.0]),)])
    assert check.outcome.ok, str(check)
