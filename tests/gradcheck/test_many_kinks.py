"""Hundreds of outputs on kinks: each is compared along a direction, and one slope beyond both sides is found."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nnmath.gradcheck import check_gradients
from nnmath.gradcheck.report import GradientReport

X = np.maximum(np.random.default_rng(1).standard_normal(600), 0)
ZEROS = np.flatnonzero(X == 0)
SEEDS = st.integers(0, 2**16)


def relu_report(slopes: Any, seed: int) -> GradientReport:
    """ReLU, with slopes of its own at the zeros."""
    steps = (X > 0).astype(float)
    steps[ZEROS] = slopes
    return check_gradients(lambda x: np.maximum(x, 0), X, backward=lambda g, x: g * steps, seed=seed)


@settings(max_examples=5)
@given(SEEDS, st.sampled_from([1.5, -0.5, 1.01]))
def test_one_slope_of_hundreds_beyond_both_sides_is_found(seed: int, slope: float) -> None:
    slopes = np.zeros(len(ZEROS))
    place = seed % len(ZEROS)
    slopes[place] = slope
    (finding,) = relu_report(slopes, seed).findings
    assert finding.where == (ZEROS[place],)
    assert finding.analytic == slope


@settings(max_examples=5)
@given(SEEDS)
def test_any_slopes_between_both_sides_are_right(seed: int) -> None:
    report = relu_report(np.random.default_rng(seed).random(len(ZEROS)), seed)
    assert report.ok
    (reason,) = (item.reason for item in report.not_judged)
    assert f"{len(ZEROS)} of them were judged along it" in reason
