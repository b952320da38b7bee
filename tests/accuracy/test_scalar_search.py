"""The search for the largest errors in double precision finds where digits are lost."""

from typing import Any

import numpy as np
import pytest
from mpmath import fadd, fsub, mpf

from nnmath.accuracy import ScalarFunction, scalar_functions
from nnmath.accuracy.errors import errors_in_ulp_of_float64
from nnmath.accuracy.float64_table import search_all, section
from nnmath.accuracy.scalar_search import search_scalar, special_places
from nnmath.primitives import sigmoid


@pytest.mark.parametrize(("label", "most"), [("tanh", 4), ("silu", 4), ("gelu", 6)])
def test_a_search_finds_no_more_than_is_promised(label: str, most: float) -> None:
    found = search_scalar(scalar_functions()[label], 4_000)
    assert all(0.5 < ulp <= most for ulp, _ in found.values()), found


def test_a_search_begins_at_the_worst_inputs_of_longer_ones() -> None:
    assert search_scalar(scalar_functions()["mish"], 2_000)["derivative"][0] > 5


def test_the_zero_of_a_slope_is_a_place() -> None:
    places = special_places(scalar_functions()["silu"])
    assert np.abs(places + 1.2784645427610738).min() < 1e-15
    assert np.abs(places + 751.7556).min() < 1e-4  # beyond it the value is 0


@pytest.mark.parametrize(
    ("slope", "least"),
    [(lambda a: a * (1 - a), 2**30), (lambda a: np.exp(np.log(a) + np.log1p(-a)), 20), (lambda a: a - a * a, 2**30)],
)
def test_a_slope_that_loses_digits_is_found(slope: Any, least: float) -> None:
    def function(z: Any) -> Any:
        a = sigmoid(z)[0]
        return a, lambda da: da * slope(a)

    ulp, _ = search_scalar(ScalarFunction("sigmoid", function), 4_000)["derivative"]
    assert ulp > least


@pytest.mark.parametrize(
    ("computed", "exact", "ulp"),
    [
        (1.0, fadd(1, mpf(2) ** -53, exact=True), 0.5),
        (2.0, fsub(2, mpf(2) ** -53, exact=True), 0.5),
        (0.0, mpf(2) ** -1074, 1),
        (np.inf, mpf("inf"), 0),
        (np.inf, mpf(1), np.inf),
        (np.nan, mpf(1), np.inf),
        (1.0, mpf("nan"), np.inf),
        (np.nan, mpf("nan"), 0),
    ],
)
def test_ulp_of_float64(computed: float, exact: Any, ulp: float) -> None:
    assert errors_in_ulp_of_float64(np.array([computed]), np.array([exact], object))[0] == ulp


def test_a_table_of_what_is_named() -> None:
    told: list[str] = []
    found = search_all(["relu"], told.append)
    assert told == ["relu"]
    assert {one.result: one.ulp for one in found} == {"value": 0, "derivative": 0}
    assert "| relu: value | 0.00 |" in section(found)
