"""What the pictures and their captions say is so."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnmath.site import accuracy
from nnmath.site.figures import FIGURES, figures_of
from nnmath.site.library import read_library
from nnmath.site.picture_style import DARK, LIGHT, svg
from tests.site.project import ROOT

EPSILON = np.finfo(float).eps
PICTURES = [picture for pictures in FIGURES.values() for picture in pictures]


@pytest.mark.parametrize(
    "errors", [accuracy.sigmoid_errors, accuracy.binary_errors, accuracy.cross_entropy_errors], ids=lambda e: e.__name__
)
def test_the_textbook_loses_all_digits_and_the_code_none(errors: Callable[[Any], Any]) -> None:
    z = np.array([-700.0, -30.1, -1.3, 0.7, 12.3, 36.0, 37.5, 100.1, 700.0])
    textbook, ours = errors(z)
    assert (ours < 4 * EPSILON).all()
    assert (textbook[z > 37] == 1).all()
    assert 1e-13 < textbook[z == 12.3] < 1e-10, "one digit for every 2.3"
    assert (textbook[z < 1] < 8 * EPSILON).all()


def test_subtracting_the_largest_logit_loses_digits_that_the_code_keeps() -> None:
    plain, shifted, ours = accuracy.softmax_errors(np.array([0.5, 10.0, 350.0, 800.0]))
    assert (ours[:3] < 8).all()
    assert (plain[:3] < 8).all()
    assert shifted[2] > 100
    assert np.isinf(plain[3])


def test_the_sums_of_the_dense_layer_stay_far_below_the_bound() -> None:
    for errors in accuracy.dense_errors(np.array([1, 30, 1000])):
        assert (errors < 2).all()


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_picture_is_drawn_in_light_and_dark_and_described(picture: Any) -> None:
    assert len(picture.alt) > 40
    assert len(picture.caption) > 20
    light, dark = picture.files().values()  # drawn once, for the pages as well
    assert LIGHT.blue.encode() in light
    assert DARK.blue.encode() in dark
    assert LIGHT.ink.encode() not in dark
    assert b"<dc:date>" not in light
    assert light == svg(picture.draw, LIGHT, picture.inches)


def test_a_function_of_one_number_has_a_picture_without_being_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    library = {one.name: one for one in read_library(ROOT)}
    monkeypatch.setattr("nnmath.site.figures.FIGURES", {})
    [picture] = figures_of(library["sigmoid"])
    assert LIGHT.red.encode() in svg(picture.draw, LIGHT)
    for name in ("dense", "softmax", "softmax_cross_entropy", "network", "finite_differences"):
        assert figures_of(library[name]) == ()
