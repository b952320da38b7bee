"""Infinite logits and costs: the limits where there are limits, else NaN; nothing overflows before the result does."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnmath import (
    binary_cross_entropy,
    causal_attention,
    huber,
    log_softmax,
    mean_squared_error,
    softmax,
    softmax_cross_entropy,
)

INF = np.inf
finite_row = st.lists(st.floats(-300, 300), min_size=1, max_size=6)
dtypes = st.sampled_from([np.float32, np.float64])


@given(finite_row, st.sets(st.integers(0, 5), min_size=1), dtypes)
def test_a_masked_class_is_as_if_it_were_not_there(row: list[float], masked: set[int], dtype: Any) -> None:
    z = np.insert(np.array([row], dtype), [min(k, len(row)) for k in masked], -INF, axis=1)
    left = np.isfinite(z[0])
    upstream = np.cos(np.arange(z.size)).reshape(z.shape).astype(dtype)
    value, gradient = {}, {}
    for name, primitive in (("p", softmax), ("y", log_softmax)):
        value[name], backward = primitive(z)
        gradient[name] = backward(upstream)
        alone, backward_alone = primitive(z[:, left])
        close: dict[str, Any] = {
            "rtol": 1e-6 if dtype is np.float32 else 1e-14,
            "atol": 1e-6 if dtype is np.float32 else 1e-13,
        }
        np.testing.assert_allclose(value[name][:, left], alone, **close)
        if name == "p":
            np.testing.assert_allclose(gradient[name][:, left], backward_alone(upstream[:, left]), **close)
    assert (value["p"][:, ~left] == 0).all()
    assert (gradient["p"][:, ~left] == 0).all()
    assert (value["y"][:, ~left] == -INF).all()
    np.testing.assert_array_equal(gradient["y"][:, ~left], upstream[:, ~left])


@given(finite_row, st.sets(st.integers(0, 5), min_size=1), dtypes, st.booleans(), st.integers(0, 11))
def test_the_loss_of_masked_classes(row: list[float], masked: set[int], dtype: Any, soft: bool, number: int) -> None:
    z = np.insert(np.array([row], dtype), [min(k, len(row)) for k in masked], -INF, axis=1)
    label = number % z.size
    t = np.eye(z.size, dtype=dtype)[[label]]
    loss, backward = softmax_cross_entropy(z, t if soft else [label])
    p = softmax(z)[0]
    np.testing.assert_allclose(backward(), p - t, rtol=1e-6, atol=1e-7)
    assert (loss == INF) == (z[0, label] == -INF)
    assert (backward()[0][np.isinf(z[0]) & (t[0] == 0)] == 0).all()


@given(finite_row, st.integers(0, 5), dtypes)
def test_one_logit_of_infinity_has_the_probability_1(row: list[float], at: int, dtype: Any) -> None:
    h = min(at, len(row))
    z = np.insert(np.array([row], dtype), h, INF, axis=1)
    certain = np.eye(z.size)[[h]]
    upstream = np.cos(np.arange(z.size)).reshape(z.shape).astype(dtype)
    p, backward = softmax(z)
    np.testing.assert_array_equal(p, certain)
    assert (backward(upstream) == 0).all()
    y, backward = log_softmax(z)
    np.testing.assert_array_equal(y, np.where(certain, 0, -INF))
    np.testing.assert_allclose(backward(upstream), upstream - certain * upstream.sum(), atol=1e-6)
    for label in range(z.size):
        t = np.eye(z.size, dtype=dtype)[[label]]
        for targets in ([label], t):
            loss, backward_loss = softmax_cross_entropy(z, targets)
            assert loss == (0 if label == h else INF)
            np.testing.assert_array_equal(backward_loss(), certain - t)


@pytest.mark.parametrize("row", [[INF, INF], [INF, 0, INF], [-INF, -INF], [np.nan, 0], [np.nan], [INF, np.nan]])
def test_without_a_limit_the_row_is_nan_and_its_neighbour_is_not(row: list[float]) -> None:
    z = np.array([row, np.zeros(len(row))])
    for primitive in (softmax, log_softmax):
        value, backward = primitive(z)
        assert np.isnan(value[0]).all()
        assert np.isfinite(value[1]).all()
        assert np.isnan(backward(np.ones_like(z))[0]).all()
    for targets in ([0, 0], np.eye(len(row))[[0, 0]]):
        loss, backward_loss = softmax_cross_entropy(z, targets)
        assert np.isnan(loss)
        assert np.isnan(backward_loss()[0]).all()
        assert np.isfinite(backward_loss()[1]).all()


@given(st.integers(1, 60_000), st.floats(1e303, 1.7e308), st.integers(0, 2))
def test_a_mean_of_costs_is_finite_where_it_can_be(N: int, cost: float, form: int) -> None:
    d, zeros = np.full((N, 1), cost), np.zeros((N, 1))
    mean = pytest.approx(cost, rel=1e-15)
    if form == 0:
        assert binary_cross_entropy(d, zeros)[0] == mean
    elif form == 1:
        assert softmax_cross_entropy(np.hstack([d, zeros]), np.ones(N, int))[0] == mean
    else:
        assert huber(d / 1e3, zeros, 1e3)[0] == mean


@given(st.integers(2, 60_000), st.sampled_from([np.float32, np.float64]), st.floats(0.01, 0.99))
def test_a_square_may_overflow_where_the_mean_does_not(N: int, dtype: Any, share: float) -> None:
    d = np.zeros((N, 1), dtype)
    d[N // 2] = np.sqrt(float(np.finfo(dtype).max) * share) * np.sqrt(N)
    expected = np.square(np.longdouble(d[N // 2, 0])) / N
    for loss in (mean_squared_error(d, 0 * d)[0], 2 * float(huber(d, 0 * d, float(d.max()))[0])):
        assert abs(np.longdouble(loss) / expected - 1) <= 4 * np.finfo(dtype).eps


def test_predictions_at_infinity() -> None:
    for primitive, slope in ((mean_squared_error, INF), (lambda y, t: huber(y, t, 0.5), 0.5)):
        loss, backward = primitive(np.array([INF]), np.zeros(1))
        assert loss == INF
        assert backward() == slope
        loss, backward = primitive(np.array([INF, 1.0]), np.array([INF, 1.0]))
        assert np.isnan(loss)
        np.testing.assert_array_equal(np.isnan(backward()), [True, False])


def test_infinities_in_attention() -> None:
    q, k, v = (np.array([[1.0], [1.0], [1.0]]) for _ in range(3))
    v[1] = INF
    a = causal_attention(q, k, v)[0]
    np.testing.assert_array_equal(a[:, 0], [np.nan, INF, INF])
    v[1], k[1] = 2, -INF
    np.testing.assert_array_equal(causal_attention(q, k, v)[0][:, 0], [1, 1, 1])
    k[1] = INF
    assert np.isnan(causal_attention(q, k, v)[0]).all()
