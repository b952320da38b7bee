"""One parser of domains for command lines, annotations and tables of symbols."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnmath.sampling import Domain, in_code, in_equations, parse_domain

decimals = st.decimals(-(10**6), 10**6, places=3).map(str)
named = st.sampled_from(["real", "positive", "nonnegative", "nonzero", "probabilities", "integer"])
labels = st.one_of(st.integers(1, 99).map(str), st.sampled_from("KMN")).map(lambda classes: f"labels:{classes}")
intervals = (
    st.tuples(st.sampled_from("[("), decimals, decimals, st.sampled_from("])"))
    .filter(lambda parts: Fraction(parts[1]) < Fraction(parts[2]))
    .map(lambda parts: f"{parts[0]}{parts[1]}, {parts[2]}{parts[3]}")
)
domains = st.one_of(named, labels, intervals, decimals).map(parse_domain)


@given(domains)
def test_what_is_written_is_read_as_the_same(domain: Domain) -> None:
    assert parse_domain(str(domain)) == domain


@pytest.mark.parametrize(
    "spellings",
    [
        ("labels:K", "labels: K", "labels K", "label 1..K", r"label 1 \ldots K", "labels 0..K-1", "labels:0..K-1"),
        ("labels:10", "label 1..10", "labels:0..9", "labels 0..10-1"),
        ("probabilities", "distribution"),
        ("[0, 1]", "unit", "in [0, 1]", "[0.0,1e0]", "[ 0 , 1 ]"),
        ("positive", " positive "),
        ("1e-5", "0.00001", "1E-05"),
    ],
)
def test_synonyms_mean_the_same(spellings: tuple[str, ...]) -> None:
    assert len({parse_domain(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "posi",
        "[1, 0]",
        "[1, 1]",
        "[0, 1",
        "labels:0",
        "labels:",
        "label 1..K-1",
        "labels 0..K",
        "(7)",
        "1e9999",
        "K",
    ],
)
def test_what_is_no_domain_is_refused_with_what_would_be_one(text: str) -> None:
    with pytest.raises(ValueError, match="is no domain; expected one of real, positive"):
        parse_domain(text)


def test_ends_are_exact() -> None:
    assert parse_domain("[0.1, 0.3]").low == Fraction(1, 10)
    assert parse_domain("[0.1, 0.3]").holds(Fraction(3, 10))
    assert not parse_domain("[0.1, 0.3)").holds(Fraction(3, 10))


@given(st.one_of(named, labels, intervals).map(parse_domain), st.sampled_from([np.float32, np.float64]))
def test_limits_are_floating_point_numbers_of_the_domain(domain: Domain, dtype: type) -> None:
    low, high = domain.limits(dtype)
    assert low == dtype(low)
    assert high == dtype(high)
    if domain.open_low and domain.low is not None:
        assert low > dtype(domain.low)
    if domain.open_high and domain.high is not None:
        assert high < dtype(domain.high)


@given(domains, st.integers(0, 9))
def test_only_labels_are_counted_from_1_in_equations(domain: Domain, value: int) -> None:
    assert in_equations(domain, value) == value + (domain.kind == "labels")
    assert in_code(domain, in_equations(domain, value)) == value


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_not_finite_lies_in_no_interval(number: float) -> None:
    assert not parse_domain("[0, 1]").holds(number)
