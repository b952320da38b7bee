"""Exponentials of differences keep the digits that the rounding of the difference would lose."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf

from nnmath import log_softmax, softmax, softmax_cross_entropy
from nnmath.primitives.exponentials import exponentials, shifted_exponentials

EPSILON = float(np.finfo(float).eps)
#: Logits of either sign and of any size, also tiny ones, which a rounded difference from a large one loses.
LOGITS = st.builds(
    lambda digits, exponent: digits * 10.0**exponent, st.floats(-1, 1, allow_subnormal=False), st.integers(-12, 2)
)


@given(st.lists(st.lists(LOGITS, min_size=3, max_size=3), min_size=1, max_size=4))
def test_the_exponential_of_a_difference_has_its_digits(rows: list[list[float]]) -> None:
    z = np.array(rows)
    h = z.argmax(axis=1)
    m = z.max(axis=1)
    _, e = shifted_exponentials(z, m, h)
    with mp.workdps(60):
        exact = np.array([[mp.exp(mpf(one) - mpf(most)) for one in row] for row, most in zip(rows, m.tolist())])
        off = np.abs(e - exact) / exact
    assert (off <= 3 * EPSILON).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("wild", [400.0, -400.0, 1e30, np.inf, -np.inf, np.nan])
def test_whether_a_row_is_shifted_is_decided_by_itself(wild: float, dtype: type) -> None:
    z = np.random.default_rng(0).normal(size=(60, 5)).astype(dtype)
    w = z.copy()
    w[1::2, 2] = wild
    w[1::4, 3] = -wild
    with np.errstate(all="ignore"):  # as primitives do
        before_and_after = list(zip(exponentials(z, z.argmax(axis=1)), exponentials(w, w.argmax(axis=1))))
    for before, after in before_and_after:
        np.testing.assert_array_equal(after[::2], before[::2])
    same = np.ones_like(z)  # the gradient is 0 but for rounding: no bit of it is hidden by a larger number
    for primitive in (softmax, log_softmax):
        (_, back_z), (_, back_w) = primitive(z), primitive(w)
        np.testing.assert_array_equal(back_w(same)[::2], back_z(same)[::2])
    labels = np.zeros(len(z), int)
    (_, back_z), (_, back_w) = softmax_cross_entropy(z, labels), softmax_cross_entropy(w, labels)
    np.testing.assert_array_equal(back_w()[::2], back_z()[::2])
