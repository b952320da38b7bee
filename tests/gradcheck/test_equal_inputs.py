"""Ties: each of several equal numbers may be taken for the largest, or all by shares, but not each of them in full."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nnmath.gradcheck import check_gradients

#: How several equal numbers share the gradient of their maximum: the shares add up to 1, or not.
RIGHT: dict[str, Callable[[int], Any]] = {
    "the first": lambda n: np.arange(n) == 0,
    "the last": lambda n: np.arange(n) == n - 1,
    "equal shares": lambda n: np.full(n, 1 / n),
    "other shares": lambda n: np.arange(1, n + 1) / (n * (n + 1) / 2),
}
WRONG: dict[str, Callable[[int], Any]] = {"each": np.ones, "none": np.zeros}
INTEGERS = st.lists(st.integers(-2, 2), min_size=2, max_size=5).map(np.array)


def largest(x: Any, shares: Callable[[int], Any]) -> tuple[Any, Any]:
    """The maximum of a vector, or of each row."""
    value = x.max(-1)

    def backward(g: Any) -> Any:
        mask = (x == np.expand_dims(value, -1)).reshape(-1, x.shape[-1])
        weights = np.zeros(mask.shape)
        for row, tied in zip(weights, mask):
            row[tied] = shares(int(tied.sum())) if tied.sum() > 1 else 1
        return np.expand_dims(g, -1) * weights.reshape(x.shape)

    return value, backward


def larger(a: Any, b: Any, shares: Callable[[int], Any]) -> tuple[Any, Any]:
    """The larger of two numbers."""
    first, second = shares(2)
    return np.maximum(a, b), lambda g: (
        g * np.where(a == b, first, a > b),
        g * np.where(a == b, second, b > a),
    )


def verdicts(function: Any, *inputs: Any) -> dict[str, bool]:
    shares = {**RIGHT, **WRONG}
    return {name: check_gradients(lambda *x: function(*x, shares[name]), *inputs).ok for name in shares}  # noqa: B023


EXPECTED = {**dict.fromkeys(RIGHT, True), **dict.fromkeys(WRONG, False)}


@settings(max_examples=8)
@given(INTEGERS, st.sampled_from([1.0, -1e3, 1e-6]))
def test_ties_of_a_vector(x: Any, scale: float) -> None:
    x = scale * x
    assume((x == x.max()).sum() > 1)
    assert verdicts(largest, x) == EXPECTED


def test_ties_of_two_inputs() -> None:
    assert verdicts(larger, np.array([2.0, 2, 5]), np.array([2.0, 1, 7])) == EXPECTED


@pytest.mark.parametrize("rows", [6, 100])
def test_ties_behind_a_relu(rows: int) -> None:
    x = np.maximum(np.random.default_rng(2).standard_normal((rows, 4)) - 0.8, 0)
    assert verdicts(largest, x) == EXPECTED


def test_the_equal_numbers_are_named() -> None:
    x = np.array([2.0, 1, 2, 2, 2])
    (finding,) = check_gradients(lambda x: largest(x, np.ones), x).findings
    assert finding.cause == "mask"
    assert "x[0], x[2], x[3] and 1 more are equal" in finding.message
    assert (finding.analytic, round(finding.numeric, 9)) == (4.0, 1.0)
    a, b = np.array([1.0, 2]), np.array([3.0, 2])
    (finding,) = check_gradients(lambda a, b: larger(a, b, np.ones), a, b).findings
    assert "a[1] and b[1] are equal" in finding.message


@settings(max_examples=12)
@given(INTEGERS, st.integers(0, 2**16))
def test_each_kink_has_a_slope_of_its_own(x: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    weights, slopes = rng.integers(-2, 3, x.size), rng.integers(0, 3, x.size) / 2

    def backward(g: Any, x: Any) -> Any:
        return g * weights * np.where(x == 0, slopes, x > 0)

    report = check_gradients(lambda x: np.maximum(x, 0) @ weights, x.astype(float), backward=backward)
    assert report.ok, str(report)


def sorted_rows(x: Any) -> tuple[Any, Any]:
    """Each row in ascending order, equal numbers in the order of their places."""
    order = np.argsort(x, axis=-1, kind="stable")

    def backward(g: Any) -> Any:
        gradient = np.zeros(x.shape)
        np.put_along_axis(gradient, order, g, axis=-1)
        return gradient

    return np.take_along_axis(x, order, axis=-1), backward


@pytest.mark.parametrize(("integers", "shape"), [(3, (4, 7)), (5, (14, 16))])
def test_many_equal_numbers_that_are_sorted(integers: int, shape: tuple[int, ...]) -> None:
    x = np.random.default_rng(1).integers(0, integers, shape).astype(float)

    def off_by_1e_6(x: Any) -> Any:
        value, backward = sorted_rows(x)
        return value, lambda g: (1 + 1e-6) * backward(g)

    report = check_gradients(sorted_rows, x)
    assert report.ok, str(report)
    assert check_gradients(off_by_1e_6, x).findings


def test_sparse_numbers_that_are_sorted() -> None:
    report = check_gradients(sorted_rows, np.maximum(np.random.default_rng(21).standard_normal(60), 0))
    assert report.ok, str(report)


def test_the_median_of_equal_numbers() -> None:
    def median(shares: Callable[[int], Any]) -> Any:
        def backward(g: Any, x: Any) -> Any:
            middle = x == np.median(x)
            gradient = np.zeros(x.shape)
            gradient[middle] = g * shares(int(middle.sum()))
            return gradient

        return backward

    x = np.array([1.0, 2, 2, 2, 5])
    assert check_gradients(np.median, x, backward=median(RIGHT["equal shares"])).ok
    (finding,) = check_gradients(np.median, x, backward=median(np.ones)).findings
    assert finding.cause == "mask"
