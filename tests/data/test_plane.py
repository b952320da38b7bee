"""Radial points and half-moons, and the noisy variants."""

from functools import partial
from typing import Any

import numpy as np
import pytest

from nnmath.data.data import drawn
from nnmath.data.moons import moons
from nnmath.data.radial import radial


def test_radial_points_are_uniform_and_of_class_1_inside_the_circle() -> None:
    x, labels = radial(np.random.default_rng(0), points=20_000)
    assert np.abs(x).max() <= 1
    np.testing.assert_allclose(x.mean(axis=0), 0, atol=0.02)
    np.testing.assert_allclose(x.var(axis=0), 1 / 3, rtol=0.05)
    np.testing.assert_array_equal(labels, np.hypot(x[:, 0], x[:, 1]) < np.sqrt(0.5))
    assert labels.mean() == pytest.approx(np.pi / 8, abs=0.02)


def test_noise_moves_radial_points_and_not_their_classes() -> None:
    (still, labels), (moved, same) = (radial(np.random.default_rng(1), points=5000, noise=s) for s in (0.0, 0.1))
    np.testing.assert_array_equal(labels, same)
    assert (moved - still).std() == pytest.approx(0.1, rel=0.05)


def test_moons_lie_on_half_circles() -> None:
    x, labels = moons(np.random.default_rng(0), points=50, noise=0)
    assert labels.tolist() == [0] * 50 + [1] * 50
    np.testing.assert_allclose(np.hypot(x[:50, 0] + 0.5, x[:50, 1] + 0.25), 1)
    np.testing.assert_allclose(np.hypot(x[50:, 0] - 0.5, x[50:, 1] - 0.25), 1)
    assert x[:50, 1].min() >= -0.25
    assert x[50:, 1].max() <= 0.25


@pytest.mark.parametrize("draw", [radial, moons])
@pytest.mark.parametrize("wrong", [{"points": 0}, {"noise": -1.0}, {"noise": float("nan")}])
def test_what_makes_no_sense_is_refused(draw: Any, wrong: Any) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(wrong))}: expected"):
        draw(np.random.default_rng(0), **wrong)


def test_fresh_points_are_others_and_of_their_own_number() -> None:
    data = drawn(partial(radial, noise=0.0), ("out", "in"), np.random.default_rng(0), points=30, fresh=20)
    assert (data.x.shape, data.x_test.shape, data.classes) == ((30, 2), (20, 2), ("out", "in"))
    assert not np.isin(data.x_test, data.x).any()
