"""Inputs at which digits were once lost, with the numbers of exact arithmetic."""

from math import fsum
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp
from numpy.typing import NDArray

from nnmath import (
    binary_cross_entropy,
    causal_attention,
    dense,
    leaky_relu,
    log_softmax,
    max_pool,
    relu,
    sigmoid,
    silu,
    softmax,
    softmax_cross_entropy,
    tanh,
)
from nnmath.primitives.sums import accurate_sum, split_row_sums

Array = NDArray[Any]
LEADS = (0.0, 20.0, 29.287293277735273, 36.0, 100.0, 400.0)


def ulp(computed: Any, exact: Any, dtype: Any) -> float:
    """Return the error in units in the last place of the exact number."""
    place = mp.mpf(2) ** (mp.floor(mp.log(abs(exact), 2)) - np.finfo(dtype).nmant)
    return float(abs(mp.mpf(float(computed)) - exact) / place)


def exact_row(z: Array, y: int) -> tuple[Any, list[Any], list[Any]]:
    """Return loss, gradient and probabilities of one row."""
    e = [mp.exp(mp.mpf(float(x)) - mp.mpf(float(z.max()))) for x in z]
    others = mp.fsum(e[:y] + e[y + 1 :])
    s = others + e[y]
    gradient = [x / s for x in e]
    gradient[y] = -others / s
    return mp.log1p(others / e[y]), gradient, [x / s for x in e]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("K", [2, 20, 128, 1000])
@pytest.mark.parametrize("form", ["labels", "one-hot rows"])
def test_softmax_cross_entropy_with_one_class_ahead(form: str, K: int, dtype: Any) -> None:
    limit = 8 if dtype is np.float64 else 0.51
    with mp.workdps(250):
        for lead in LEADS if dtype is np.float64 else LEADS[:4]:
            z = np.zeros((2, K), dtype)
            z[0, 0], z[1, 0] = lead, 400 if dtype is np.float64 else 30
            for label in (0, K - 1):
                y = np.array([label, K // 2])
                loss, backward = softmax_cross_entropy(z, y if form == "labels" else np.eye(K, dtype=dtype)[y])
                gradient = backward()
                exact = [exact_row(z[n], y[n]) for n in range(2)]
                assert ulp(loss, (exact[0][0] + exact[1][0]) / 2, dtype) <= limit
                for n, k in ((0, 0), (0, 1), (0, K - 1), (1, 0), (1, K - 1)):
                    assert ulp(gradient[n, k], exact[n][1][k] / 2, dtype) <= limit, (lead, label, n, k)
                assert ulp(softmax(z)[0][0, 1], exact[0][2][1], dtype) <= limit


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("K", [2, 20, 1000])
def test_the_gradient_of_softmax_with_one_class_ahead(K: int, dtype: Any) -> None:
    """The largest entry is a difference of numbers that agree in all their digits."""
    dp = np.linspace(1, 3, 2 * K).reshape(2, K).astype(dtype)
    with mp.workdps(250):
        for lead in LEADS if dtype is np.float64 else LEADS[:4]:
            z = np.zeros((2, K), dtype)
            z[0, 0] = z[1, -1] = lead
            dz = softmax(z)[1](dp)
            for n, h in ((0, 0), (1, K - 1)):
                _, _, p = exact_row(z[n], h)
                others = mp.fsum(p[:h] + p[h + 1 :])
                mean = mp.fsum(mp.mpf(float(dp[n, k])) * p[k] for k in range(K) if k != h)
                terms = p[h] * (float(dp[n, h]) * others + mean)
                exact = p[h] * (float(dp[n, h]) * others - mean)
                assert (
                    abs(float(dz[n, h]) - exact) <= (16 if dtype is np.float64 else 0.6) * np.finfo(dtype).eps * terms
                )


@pytest.mark.parametrize(("dtype", "lead"), [(np.float64, 40.0), (np.float64, 300.0), (np.float32, 20.0)])
def test_the_gradient_of_attention_with_one_score_ahead(dtype: Any, lead: float) -> None:
    """With the weights 1 and exp(-lead) the gradients of the two scores are exp(-lead) and minus that."""
    q, k = np.array([[0.0], [1.0]], dtype), np.array([[lead], [0.0]], dtype)
    dq, dk, _ = causal_attention(q, k, np.array([[1.0], [0.0]], dtype))[1](np.array([[0.0], [1.0]], dtype))
    expected = np.exp(-np.longdouble(lead)) * np.array([[1.0], [-1.0]])
    np.testing.assert_allclose(dk, expected, rtol=8 * np.finfo(dtype).eps)
    np.testing.assert_allclose(dq[1], lead * expected[0], rtol=8 * np.finfo(dtype).eps)


@settings(max_examples=30)
@given(st.integers(1, 3), st.integers(1, 3000), st.floats(0, 600), st.integers(0, 2**32 - 1))
def test_sums_of_positive_numbers_are_rounded_once(N: int, K: int, spread: float, seed: int) -> None:
    a = np.exp(np.random.default_rng(seed).uniform(-spread, 40, (N, K)))
    leading, remaining = split_row_sums(a)
    for n in range(N):
        exact = fsum(a[n])
        assert abs(leading[n] + remaining[n] - exact) <= np.spacing(exact)
        assert abs(accurate_sum(a[n]) - exact) <= np.spacing(exact)


@pytest.mark.parametrize(("N", "K"), [(3000, 7), (40, 1000), (2, 20_000)])
def test_rows_that_are_added_up_in_blocks_are_rounded_once(N: int, K: int) -> None:
    a = np.exp(np.random.default_rng(0).uniform(-40, 40, (N, K)))
    leading, remaining = split_row_sums(a)
    exact = np.array([fsum(row) for row in a])
    assert leading.shape == remaining.shape == (N,)
    assert (np.abs(leading + remaining - exact) <= np.spacing(exact)).all()


def test_a_sum_that_is_no_finite_number_stays_so() -> None:
    assert accurate_sum(np.array([1.0, np.inf])) == np.inf
    with np.errstate(over="ignore"):
        assert accurate_sum(np.array([1e308, 1e308])) == np.inf
    assert accurate_sum(np.full(2, 5e307)) == 1e308
    assert np.isnan(accurate_sum(np.array([1.0, np.nan])))


@pytest.mark.parametrize("N", [300, 10_000, 60_000, 100_000])
def test_the_gradient_of_a_bias_over_a_large_batch(N: int) -> None:
    """Equal terms are the worst that a search found: all roundings of a sum then go the same way."""
    for c in np.array([0.1, 0.7, 1 / 3, 1.9, 0.5228133203, 0.90677, 1.0641927719, 1.2019434], np.float32):
        db = dense(np.ones((N, 1), np.float32), np.ones((1, 3), np.float32), np.zeros(3, np.float32))[1](
            np.full((N, 3), c)
        )[2]
        exact = float(c) * N
        assert np.abs((db - exact) / np.spacing(np.float32(exact))).max() <= 16


@pytest.mark.parametrize(
    ("z", "t", "loss"), [(np.inf, 1, 0), (-np.inf, 0, 0), (np.inf, 0, np.inf), (-np.inf, 1, np.inf)]
)
def test_binary_cross_entropy_of_an_infinite_logit(z: float, t: float, loss: float) -> None:
    value, backward = binary_cross_entropy([z], [float(t)])
    assert value == loss
    assert backward()[0] == (0 if loss == 0 else np.sign(z))


def test_many_classes_far_from_the_label() -> None:
    """Each exponential, and each quotient of two, is a float32 number; the sum of the quotients is none."""
    z = np.full((1, 400_000), 38, np.float32)
    z[0, 0] = -38
    loss, backward = softmax_cross_entropy(z, [0])
    assert loss == pytest.approx(76 + np.log(399_999), rel=2**-24)
    assert np.isfinite(backward()).all()


def test_float32_is_computed_in_float64_and_rounded_once() -> None:
    z = np.random.default_rng(0).uniform(-20, 20, (50, 20)).astype(np.float32)
    y = np.arange(50) % 20
    for primitive, inputs in ((softmax, (z,)), (softmax_cross_entropy, (z, y))):
        value, backward = primitive(*inputs)
        wide, wide_backward = primitive(z.astype(np.float64), *inputs[1:])
        upstream = np.asarray(np.cos(np.arange(value.size)).reshape(value.shape), np.float32)
        np.testing.assert_array_equal(value, wide.astype(np.float32))
        np.testing.assert_array_equal(backward(upstream), wide_backward(upstream.astype(np.float64)).astype(np.float32))
        assert value.dtype == backward(upstream).dtype == np.float32


def test_of_one_number_value_and_slope_are_rounded_once_in_float32() -> None:
    """The gradient is the product of the rounded slope, rounded again."""
    z = np.random.default_rng(0).uniform(-20, 20, (50, 20)).astype(np.float32)
    upstream = np.cos(z)
    for primitive in (sigmoid, tanh, silu):
        value, backward = primitive(z)
        wide, wide_backward = primitive(z.astype(np.float64))
        np.testing.assert_array_equal(value, wide.astype(np.float32))
        np.testing.assert_array_equal(backward(np.ones_like(z)), wide_backward(np.ones(z.shape)).astype(np.float32))
        np.testing.assert_allclose(backward(upstream), wide_backward(upstream.astype(float)), rtol=2**-23, atol=0)
        assert value.dtype == backward(upstream).dtype == np.float32


@pytest.mark.parametrize("primitive", [sigmoid, leaky_relu, softmax, log_softmax], ids=lambda p: p.__name__)
def test_a_large_array_is_computed_as_its_rows_are(primitive: Any) -> None:
    z = np.random.default_rng(0).normal(0, 10, (700, 60)).astype(np.float32)
    value, backward = primitive(z)
    gradient = backward(dz := np.cos(z))
    for rows in (slice(0, 20), slice(250, 300), slice(699, 700)):
        of_rows, backward_of_rows = primitive(z[rows])
        np.testing.assert_allclose(value[rows], of_rows, rtol=2**-23, atol=0)
        np.testing.assert_allclose(gradient[rows], backward_of_rows(dz[rows]), rtol=2**-22, atol=0)


@pytest.mark.parametrize("form", ["labels", "rows"])
@pytest.mark.parametrize("other", [0.0, 344.0, 346.0, 700.0, -1e300, np.inf, np.nan])
def test_the_gradient_of_a_row_does_not_depend_on_another_row(other: float, form: str) -> None:
    rng = np.random.default_rng(1)
    z = rng.uniform(-3, 3, (4, 7))
    t = rng.integers(0, 7, 4) if form == "labels" else rng.dirichlet(np.ones(7), 4)
    gradient = softmax_cross_entropy(z, t)[1]()
    z[2, 3] = other
    changed = softmax_cross_entropy(z, t)[1]()
    np.testing.assert_array_equal(np.delete(changed, 2, axis=0), np.delete(gradient, 2, axis=0))


def test_an_infinite_upstream_gradient_passes_and_is_no_number_where_it_is_stopped() -> None:
    infinite = np.array([[[[np.inf]]]])
    assert relu(np.array([[[[1.0]]]]))[1](infinite) == np.inf
    np.testing.assert_array_equal(
        max_pool(np.array([[[[1.0, 3.0], [2.0, 0.0]]]]))[1](infinite).ravel(), [np.nan, np.inf, np.nan, np.nan]
    )
    assert np.isnan(relu(np.array([[[[-1.0]]]]))[1](infinite))
