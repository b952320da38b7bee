"""How accurate NumPy's exp, log1p and tanh are: what the sections *Rounding* take for granted."""

from typing import Any

import numpy as np
import pytest

from tests.primitives.rounding_theorems import TANH

U = 2.0**-53
COUNT = 1_000_000

pytestmark = pytest.mark.skipif(np.finfo(np.longdouble).nmant < 60, reason="long double has no more digits than double")


@pytest.mark.parametrize(
    ("function", "first", "last", "within"),
    [
        (np.exp, -708.0, 709.0, 1.2),
        (np.exp, -5.0, 5.0, 1.2),
        (np.exp, -0.35, 0.35, 1.2),
        (np.log1p, 1e-9, 0.25, 1.2),
        (np.log1p, 0.25, 4.0, 1.4),
        (np.log1p, 4.0, 1e6, 1.4),
        (np.tanh, -3.0, 3.0, TANH),
    ],
)
def test_the_relative_error_is_below_what_theorems_take_it_to_be(
    function: Any, first: float, last: float, within: float
) -> None:
    x = np.random.default_rng(0).uniform(first, last, COUNT)
    exact = function(x.astype(np.longdouble))
    assert np.abs((function(x) - exact) / exact).max() <= within * U
