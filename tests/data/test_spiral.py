"""The spiral against the formula of the book."""

from math import cos, sin
from typing import Any, cast

import numpy as np
import pytest

from nnmath.data.spiral import spiral


class Constant:
    """A generator all of whose normal numbers are 1."""

    def standard_normal(self, size: Any) -> Any:
        return np.ones(size)


def test_three_points_a_class_by_hand() -> None:
    # r = 0, 1/2, 1 and t = 4c, 4c + 2, 4c + 4; the angle is 2.5 t
    x, labels = spiral(np.random.default_rng(0), points=3, noise=0)
    expected = [
        (0, 0),
        (sin(5) / 2, cos(5) / 2),
        (sin(10), cos(10)),
        (0, 0),
        (sin(15) / 2, cos(15) / 2),
        (sin(20), cos(20)),
        (0, 0),
        (sin(25) / 2, cos(25) / 2),
        (sin(30), cos(30)),
    ]
    np.testing.assert_allclose(x, expected, rtol=1e-14, atol=0)
    np.testing.assert_array_equal(labels, [0, 0, 0, 1, 1, 1, 2, 2, 2])


def test_the_noise_is_added_before_the_factor() -> None:
    x, _ = spiral(cast(np.random.Generator, Constant()), points=2, noise=0.2)
    np.testing.assert_allclose(x[1::2], [(sin(a + 0.5), cos(a + 0.5)) for a in (10, 20, 30)], rtol=1e-13)


def test_the_noise_is_normal_with_the_given_deviation() -> None:
    n = 20_000
    x, _ = spiral(np.random.default_rng(1), points=n, noise=0.1, classes=1)
    turn = np.arctan2(x[1:, 0], x[1:, 1]) - 2.5 * np.linspace(0, 4, n)[1:]
    angle = (turn + np.pi) % (2 * np.pi) - np.pi
    assert abs(angle.mean()) < 5 * 0.25 / np.sqrt(n)
    assert angle.std() == pytest.approx(0.25, rel=5 / np.sqrt(2 * n))


def test_the_radius_goes_from_0_to_1_whatever_the_noise() -> None:
    x, labels = spiral(np.random.default_rng(2), noise=1.5)
    assert x.shape == (300, 2)
    assert x.dtype == np.float64
    for c in range(3):
        np.testing.assert_allclose(np.hypot(*x[labels == c].T), np.linspace(0, 1, 100), atol=1e-15)


def test_the_same_generator_gives_the_same_points_and_another_others() -> None:
    x, y, z = (spiral(np.random.default_rng(seed))[0] for seed in (4, 4, 5))
    np.testing.assert_array_equal(x, y)
    assert (x != z).any()


@pytest.mark.parametrize(
    "wrong", [{"points": 1}, {"classes": 0}, {"noise": -0.1}, {"noise": np.nan}, {"noise": np.inf}]
)
def test_settings_that_make_no_sense_are_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        spiral(np.random.default_rng(0), **wrong)
