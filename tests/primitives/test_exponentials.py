"""Exponentials of differences keep the digits that the rounding of the difference would lose."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf

from nnmath.primitives.exponentials import shifted_exponentials

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
