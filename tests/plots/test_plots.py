"""The pictures: what is where, in colours that everybody can tell apart, and the same bytes for the same run."""

import io
from itertools import combinations
from typing import Any

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from nnmath import plots
from nnmath.plots.convolution import filters_png, maps_png
from nnmath.plots.depth import accuracies_png, sizes_png
from nnmath.plots.recurrent import errors_png, norms_png
from nnmath.plots.steps import steps_curve_png
from nnmath.plots.style import BACKGROUND, COLOURS, MARKERS
from nnmath.runs.sweep import SweepRow, SweepTable
from nnmath.training.metrics import Score

X = np.array([[-0.9, -0.9], [0.9, -0.9], [0.0, 0.9], [0.5, 0.5]])
LABELS = np.array([0, 1, 2, 2])


def quarters(points: Any) -> Any:
    """Class 2 above, class 0 below on the left, class 1 below on the right."""
    return np.column_stack((-points[:, 0], points[:, 0], 5 * points[:, 1] + 0.1))


def opened(content: Any) -> Any:
    return Image.open(io.BytesIO(content))


def nearest(pixel: Any) -> Any:
    """Find the class whose colour has the hue of a tint."""
    tint = np.array(pixel[:3]) / 255 - to_rgb(BACKGROUND)
    colours = np.array([to_rgb(colour) for colour in COLOURS]) - to_rgb(BACKGROUND)
    return int((colours @ tint / np.linalg.norm(colours, axis=1)).argmax())


def drawings() -> Any:
    training = {0.5: Score(1.0, 0.2), 1.5: Score(0.5, 0.8), 2.0: Score(0.1, 0.9)}
    test: Any = {1: Score(0.6, 0.7), 2: Score(0.3, 0.8)}
    moments = [plots.Frame(0, 0.2, lambda points: -quarters(points)), plots.Frame(2, 0.9, quarters)]
    points = X, LABELS, ("a", "b", "c")
    images, digits = np.linspace(0, 1, 40 * 784).reshape(40, 784), np.arange(40) % 10
    p = np.roll(np.eye(10)[digits], 1, axis=0) * 0.9 + 0.01
    return {
        "curve.png": plots.curve_png(training, test),
        "comparison.png": plots.comparison_png(
            [
                SweepTable(kind, [SweepRow(a, training[0.5], test[1]), SweepRow(b, training[2.0], test[2])])
                for kind, (a, b) in (("epochs", "12"), ("optimizers", ("descent", "adam")))
            ],
            "title",
        ),
        "data.png": plots.data_png(*points, "title"),
        "regions.png": plots.regions_png(*points, quarters, "title"),
        "wide.png": plots.wide_png(*points, quarters, training, test),
        "boundary.gif": plots.boundary_gif(*points, moments),
        "confusion.png": plots.confusion_png(np.array([[90, 10], [0, 0]]), ("no", "yes"), "title"),
        "digits.png": plots.digits_png(images, digits, "title"),
        "wrong.png": plots.wrong_png(images, digits, p),
        "weights.png": plots.weights_png(images.T, 5, 10),
        "steps.png": steps_curve_png(training, test, "test data"),
        "filters.png": filters_png(images[:2, :9].reshape(2, 1, 3, 3), images[:3, :18].reshape(3, 2, 3, 3)),
        "maps.png": maps_png([(images[0], images[:6, :196].reshape(6, 14, 14), images[:16, :25].reshape(16, 5, 5))]),
        "norms.png": norms_png({"lstm": (np.ones(5), np.ones(5)), "plain": (10.0 ** -np.arange(5), np.zeros(5))}),
        "errors.png": errors_png({"lstm": test, "plain": test}, 50),
        "sizes.png": sizes_png(dict.fromkeys("abcd", (([1.0, 0.5], [0.1, 1e-9]), ([1.0, 0.0], [0.0, 0.0])))),
        "accuracies.png": accuracies_png(dict.fromkeys("abcd", test)),
    }


@pytest.fixture(scope="module")
def pictures() -> Any:
    return drawings()


def test_the_same_run_gives_the_same_bytes_whatever_the_users_own_settings(pictures: Any) -> None:
    with matplotlib.rc_context(
        {"font.size": 30, "axes.facecolor": "black", "savefig.dpi": 30, "savefig.bbox": "tight"}
    ):
        assert drawings() == pictures


def test_each_region_lies_where_its_class_wins(pictures: Any) -> None:
    picture = opened(pictures["regions.png"])
    left, right, top, bottom = (
        int(part * size) for part, size in zip((0.2, 0.8, 0.2, 0.75), (840, 840, 912, 912), strict=True)
    )
    assert nearest(picture.getpixel((left, bottom))) == 0
    assert nearest(picture.getpixel((right, bottom))) == 1
    assert nearest(picture.getpixel((left, top))) == nearest(picture.getpixel((right, top))) == 2


def test_the_animation_loops_and_rests_on_its_last_frame(pictures: Any) -> None:
    gif = opened(pictures["boundary.gif"])
    assert (gif.format, gif.n_frames, gif.info["loop"]) == ("GIF", 2, 0)
    durations, classes = [], []
    for frame in range(2):
        gif.seek(frame)
        durations.append(gif.info["duration"])
        classes.append(nearest(gif.convert("RGB").getpixel((100, 380))))
    assert durations == [100, 2500]
    assert [k == 0 for k in classes] == [False, True]


def test_the_picture_of_the_readme_is_wide_and_small(pictures: Any) -> None:
    assert opened(pictures["wide.png"]).size == (1600, 700)
    assert len(pictures["wide.png"]) < 250_000


def test_the_pictures_bring_a_background_that_hides_the_page(pictures: Any) -> None:
    for name in set(pictures) - {"boundary.gif"}:
        assert opened(pictures[name]).convert("RGBA").getpixel((0, 0)) == (
            *(round(255 * c) for c in to_rgb(BACKGROUND)),
            255,
        )


def test_of_answers_that_are_all_right_none_is_shown() -> None:
    images, labels = np.zeros((3, 784)), np.array([0, 1, 2])
    assert plots.wrong_png(images, labels, np.eye(10)[labels]).startswith(b"\x89PNG")


def test_two_classes_and_scores_of_constant_sign_can_be_drawn() -> None:
    x, labels = X[:2], np.array([0, 1])
    picture = plots.regions_png(x, labels, ("no", "yes"), lambda points: np.tile([1.0, 0.0], (len(points), 1)), "title")
    assert nearest(opened(picture).getpixel((600, 400))) == 0


# What a person without one kind of cone sees of linear RGB: Machado, Oliveira and Fernandes (2009), severity 1.
WITHOUT = {
    "none": np.eye(3),
    "red": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "green": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "blue": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def cielab(linear: Any) -> Any:
    to_xyz = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    ratio = np.clip(linear, 0, 1) @ np.transpose(to_xyz) / [0.95047, 1, 1.08883]
    f = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("cones", WITHOUT)
def test_the_colour_blind_can_tell_the_classes_apart(cones: Any) -> None:
    seen = []
    for colour in COLOURS:
        srgb = np.array(to_rgb(colour))
        linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
        seen.append(cielab(WITHOUT[cones] @ linear))
    assert min(np.linalg.norm(one - other) for one, other in combinations(seen, 2)) > 35
    assert len(set(MARKERS)) == 3
