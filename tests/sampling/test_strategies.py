"""What is drawn: it lies in its domain and has its shape, over all scales, and shrinks to small examples."""

import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import find, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from nnmath.sampling import (
    Domain,
    Input,
    declared_inputs,
    distinct_inputs,
    draw_examples,
    drawn_inputs,
    exact_entries,
    parse_domain,
    plain_inputs,
    random_array,
    settings_for,
)
from nnmath.sampling.arrays import Spread

Array = NDArray[Any]
DOMAINS = (
    "real",
    "positive",
    "nonnegative",
    "nonzero",
    "[0,1]",
    "(0,1)",
    "(-2,-1]",
    "[0.1,0.3)",
    "probabilities",
    "labels:K",
    "integer",
    "1e-5",
)
dtypes = st.sampled_from([np.float32, np.float64])
spreads = st.builds(
    Spread,
    size=st.sampled_from([0.01, 2.0, 30.0, 700.0]),
    rounded=st.booleans(),
    awkward=st.sampled_from([0, 0.3, 1]),
    subnormal=st.sampled_from([0, 0.3]),
    lead=st.sampled_from([0, 20, 700]),
    soft=st.sampled_from([0, 0.5, 1]),
)


def assert_in_domain(x: Array, domain: Domain, classes: int, dtype: Any = np.float64) -> None:
    """Every entry lies in the domain, an end such as 0.1 being the number that it is rounded to."""
    assert x.dtype == (dtype if domain.has_gradient else np.int64)
    low, high = domain.limits(dtype)
    assert ((x >= low) & (x <= high)).all()
    if domain.kind == "nonzero":
        assert (x != 0).all()
    if domain.kind == "labels":
        assert (x < classes).all()
    if domain.kind == "probabilities":
        np.testing.assert_allclose(x.sum(axis=-1, dtype=np.float64), 1, rtol=0, atol=float(4 * np.finfo(dtype).eps))


@pytest.mark.parametrize("text", DOMAINS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_is_drawn_lies_in_its_domain(text: str, dtype: type) -> None:
    domain = parse_domain(text)
    inputs = [Input("x", ("N", "K"), domain)]
    for strategy in (
        drawn_inputs(inputs, dtype=dtype, hints=[0.25, -1.5]),
        drawn_inputs(inputs, dtype=dtype, largest=700, distinct=True),
        plain_inputs(inputs, dtype=dtype, hints=[0.25, -1.5], largest_size=2),
    ):
        for (x,) in draw_examples(strategy, 60):
            assert_in_domain(x, domain, x.shape[1], dtype)
    for seed in range(20):
        x = distinct_inputs(inputs, seed)[0]
        assert_in_domain(x, domain, x.shape[1])


@pytest.mark.parametrize("text", DOMAINS)
@given(seed=st.integers(0, 999), spread=spreads, dtype=dtypes)
def test_random_arrays_lie_in_their_domain(text: str, seed: int, spread: Spread, dtype: type) -> None:
    domain = parse_domain(text)
    x = random_array(domain, (3, 4), {"K": 4}, np.random.default_rng(seed), spread, dtype)
    assert x.shape == (3, 4)
    assert_in_domain(x, domain, 4, dtype)


@pytest.mark.parametrize("text", ["positive", "nonzero", "(0, 1)"])
def test_reciprocals_of_what_is_drawn_stay_far_from_overflow(text: str) -> None:
    found = numbers_of(drawn_inputs([Input("x", ("N", "K"), parse_domain(text))]))
    assert min(map(abs, found)) >= 1e-10


@pytest.mark.parametrize("text", DOMAINS)
@pytest.mark.parametrize("awkwardness", [0, 1, 2])
def test_exact_entries_lie_exactly_in_their_domain(text: str, awkwardness: int) -> None:
    domain = parse_domain(text)
    strategy = exact_entries(domain, (2, 3), {"K": 3}, awkwardness=awkwardness, largest=700, hints=[2.5])
    for entries in draw_examples(strategy, 60):
        assert len(entries) == 6
        assert all(domain.holds(entry) for entry in entries)
        if domain.kind == "probabilities":
            assert sum(entries[:3]) == sum(entries[3:]) == 1


@given(st.integers(0, 10**6))
def test_distinct_inputs_have_dimensions_that_are_all_different(seed: int) -> None:
    inputs = [Input("x", ("N", "D", 3)), Input("W", ("D", "M")), Input("y", ("N",), parse_domain("labels:M"))]
    x, W, y = distinct_inputs(inputs, seed)
    sizes = [*x.shape, W.shape[1]]
    assert len(set(sizes)) == 4
    assert min(sizes) >= 2
    assert W.shape[0] == x.shape[1]
    assert y.shape == x.shape[:1]
    assert ((y >= 0) & (y < W.shape[1])).all()
    assert (x != 0).all()


@pytest.mark.parametrize("distinct", [False, True])
def test_a_dimension_has_the_same_size_wherever_it_stands(distinct: bool) -> None:
    inputs = declared_inputs(lambda x, W, y: x, "x=N,D,3 W=D,M y=N", "y=labels:M")
    for x, W, y in draw_examples(drawn_inputs(inputs, distinct=distinct), 100):
        assert x.shape == (len(y), len(W), 3)
        assert not distinct or len({*x.shape, *W.shape}) == 4


def numbers_of(strategy: st.SearchStrategy[Any], count: int = 200) -> set[float]:
    return {float(number) for arrays in draw_examples(strategy, count) for x in arrays for number in np.ravel(x)}


def test_values_are_drawn_over_all_scales() -> None:
    found = numbers_of(drawn_inputs([Input("x", ("N", "K"))], largest=700))
    assert {0.0, 1e-9, -1e-9, 30.0, -30.0, 700.0, -700.0} <= found
    for low, high in ((1e-2, 0.1), (0.1, 1), (1, 3), (3, 5), (5, 8), (8, 15), (15, 29), (31, 300)):
        assert any(low < x < high for x in found), (low, high)
        assert any(-high < x < -low for x in found), (low, high)


def test_values_are_drawn_on_hints_beside_them_and_beyond_them() -> None:
    found = numbers_of(plain_inputs([Input("x", ("N", "K"))], hints=[6.125]))
    assert {6.125, -6.125, 6.625, 5.625, 12.25} <= found
    assert any(6.125 < x < 6.125 + 1e-6 for x in found)
    assert any(6.125 - 1e-6 < x < 6.125 for x in found)


def test_rows_of_probabilities_are_soft_and_one_hot() -> None:
    rows = [x for (x,) in draw_examples(drawn_inputs([Input("p", ("N", 3), parse_domain("probabilities"))]), 200)]
    assert any((x == 1).any() for x in rows)
    assert any((x > 0).all() for x in rows)


def test_leads_and_subnormal_numbers_for_deep_runs() -> None:
    rng = np.random.default_rng(0)
    led = random_array(Domain(), (1000, 50), {}, rng, Spread(1.0, lead=300.0))
    ordered = np.sort(led, axis=1)
    np.testing.assert_allclose(ordered[:, -1] - ordered[:, -2], 300, atol=2)
    targets = random_array(parse_domain("nonnegative"), (10, 5), {}, rng, Spread(1.0, lead=300.0))
    assert targets.max() <= 1
    for dtype in (np.float32, np.float64):
        tiny = random_array(Domain(), (1000,), {}, rng, Spread(subnormal=0.5), dtype)
        assert 300 < np.sum(np.abs(tiny) < np.finfo(dtype).tiny) < 700


@pytest.mark.parametrize(
    ("mistake", "expected"),
    [
        (lambda x, W: x.shape[0] > 1, [[[0.0], [0.0]], [[0.0]]]),
        (lambda x, W: bool((x > 0).any()), [[[1.0]], [[0.0]]]),
        (lambda x, W: bool((W < 0).any()), [[[0.0]], [[-1.0]]]),
        (lambda x, W: x.sum() > 4.5, None),
    ],
)
def test_shrinking_ends_small(mistake: Callable[[Array, Array], bool], expected: list[Any] | None) -> None:
    inputs = [Input("x", ("N", "D")), Input("W", ("D", "M"))]
    found = find(plain_inputs(inputs), lambda arrays: mistake(*arrays), settings=settings_for(200), random=Random(0))
    if expected is not None:
        assert [x.tolist() for x in found] == expected
    assert all(len(repr(number)) <= 5 for x in found for number in x.ravel().tolist())
    assert sum(x.size for x in found) <= 4


def test_what_is_drawn_does_not_depend_on_what_is_imported() -> None:
    """Hypothesis alone draws constants from the source of local modules; a seed would mean something else in each."""
    draw = (
        "from nnmath.sampling import *; i = declared_inputs(lambda x: x, 'x=N,D');"
        "print([x[0].tolist() for x in draw_examples(drawn_inputs(i), 100, 7)])"
    )
    runs = [
        subprocess.run([sys.executable, "-c", f"{imports}; {draw}"], capture_output=True, text=True, check=True).stdout
        for imports in ("import nnmath", "import tests.gradcheck.layers, tests.latex.documents")
    ]
    assert runs[0] == runs[1]
    assert runs[0].count("[") > 200


def test_declarations_do_not_import_hypothesis() -> None:
    code = "import sys, nnmath.sampling, nnmath.latex.symbols; sys.exit('hypothesis' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_exact_numbers_are_fractions() -> None:
    entries = draw_examples(exact_entries(parse_domain("[0.1, 0.3]"), (2,), {}), 20)
    assert all(isinstance(entry, Fraction) for pair in entries for entry in pair)
