"""Points of the plane, and the regions that a network assigns to their classes."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib import style
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from numpy.typing import NDArray

from nnmath.plots.curves import History, draw_curves
from nnmath.plots.style import BACKGROUND, COLOURS, FOREGROUND, MARKERS, STYLE, gif, new_figure, png, rendered
from nnmath.typing import Array

#: The probability of each class, shape (N, K), at points of the plane, shape (N, 2); a point belongs to the largest.
Scores = Callable[[Array], Array]


class Frame(NamedTuple):
    """The network after so many epochs: one frame of the animation."""

    epochs: int
    accuracy: float
    scores: Scores


def data_png(x: Array, labels: NDArray[np.integer], classes: Sequence[str], title: str) -> bytes:
    """Draw the data, shape (N, 2) with labels (N,)."""
    with new_figure(7, 7.6) as figure:
        axes = figure.subplots()
        draw_points(axes, x, labels, classes)
        frame(axes, x)
        finish(figure, axes, classes, title)
        return png(figure)


def regions_png(x: Array, labels: NDArray[np.integer], classes: Sequence[str], scores: Scores, title: str) -> bytes:
    """Draw the data, shape (N, 2) with labels (N,), on the regions that the network assigns to each class.

    A deeper tint means a more certain answer; points with a wrong answer have a ring.
    """
    with new_figure(7, 7.6) as figure:
        axes = figure.subplots()
        draw_points(axes, x, labels, classes)
        draw_regions(axes, x, scores)
        draw_errors(axes, x, labels, scores)
        finish(figure, axes, classes, title)
        return png(figure)


def wide_png(
    x: Array, labels: NDArray[np.integer], classes: Sequence[str], scores: Scores, training: History, test: History
) -> bytes:
    """Draw the picture that opens the README: what was learned on the left, how on the right; 1600 by 700 pixels."""
    with new_figure(16, 7, dpi=100) as figure:
        panels = figure.subplot_mosaic([["regions", "loss"], ["regions", "accuracy"]], width_ratios=(0.8, 1))
        axes = panels["regions"]
        draw_points(axes, x, labels, classes)
        draw_regions(axes, x, scores)
        draw_errors(axes, x, labels, scores)
        axes.set_title("training data and decision regions")
        panels["loss"].sharex(panels["accuracy"])
        draw_curves((panels["loss"], panels["accuracy"]), training, test)
        return png(figure)


def boundary_gif(x: Array, labels: NDArray[np.integer], classes: Sequence[str], sequence: Iterable[Frame]) -> bytes:
    """Animate the decision regions as they form: one frame a moment, in an endless loop that rests on the last."""
    with style.context(["default", STYLE]):
        figure = Figure(figsize=(4.8, 5.1), dpi=100)
        axes = figure.add_axes((0.1, 0.06, 0.87, 0.87 * 4.8 / 5.1))
        draw_points(axes, x, labels, classes)
        frames = []
        for frame_ in sequence:
            regions = draw_regions(axes, x, frame_.scores, resolution=160)
            axes.set_title(f"epoch {frame_.epochs:,}", fontsize=13)
            axes.set_title(f"accuracy {frame_.accuracy:.0%}", fontsize=13, loc="right")
            frames.append(rendered(figure))
            for artist in regions:
                artist.remove()
    return gif(frames)


def draw_points(axes: Axes, x: Array, labels: NDArray[np.integer], classes: Sequence[str]) -> None:
    """Draw the data, each class in its colour and with its marker."""
    for k, name in enumerate(classes):
        x1, x2 = x[labels == k].T
        axes.scatter(
            x1, x2, s=34, c=COLOURS[k], marker=MARKERS[k], edgecolors="white", linewidths=0.8, label=name, zorder=3
        )


def draw_errors(axes: Axes, x: Array, labels: NDArray[np.integer], scores: Scores) -> None:
    """Draw a ring around each point whose class is not the network's answer."""
    wrong = scores(x).argmax(axis=1) != labels
    if wrong.any():
        x1, x2 = x[wrong].T
        axes.scatter(
            x1, x2, s=90, facecolors="none", edgecolors=FOREGROUND, linewidths=1.2, label="wrong answer", zorder=4
        )


def finish(figure: Figure, axes: Axes, classes: Sequence[str], title: str) -> None:
    """Add the title, and the names of the classes below."""
    axes.set_title(title)
    figure.legend(loc="outside lower center", ncols=len(classes) + 1, frameon=False, markerscale=1.5, handletextpad=0.2)


def frame(axes: Axes, x: Array) -> float:
    """Show the square around the origin that holds the data, and return how far it reaches."""
    reach = float(1.08 * np.abs(x).max())
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal", xticks=(-1, 0, 1), yticks=(-1, 0, 1))
    return reach


def draw_regions(axes: Axes, x: Array, scores: Scores, resolution: int = 400) -> list[Artist]:
    """Draw a tint for the region of each class, deeper where it is more certain, and a line where regions meet."""
    reach = frame(axes, x)
    ticks = np.linspace(-reach, reach, resolution)
    plane = np.stack(np.meshgrid(ticks, ticks), axis=-1)
    s = scores(plane.reshape(-1, 2)).reshape(resolution, resolution, -1)
    K = s.shape[-1]
    certainty = np.clip((s.max(axis=-1) - 1 / K) / (1 - 1 / K), 0, 1)  # 0 where all classes are equally probable
    depth = (0.15 + 0.4 * certainty)[..., np.newaxis]
    colours = np.array([to_rgb(colour) for colour in COLOURS])[s.argmax(axis=-1)]
    tints = (1 - depth) * np.array(to_rgb(BACKGROUND)) + depth * colours
    extent = (-reach, reach, -reach, reach)
    image = axes.imshow(tints, extent=extent, origin="lower", interpolation="bilinear")
    lines = []
    for k in range(1, s.shape[-1]):  # the border of region 0 is a border of the others
        lead = s[..., k] - np.delete(s, k, axis=-1).max(axis=-1)
        lines.append(axes.contour(ticks, ticks, lead, levels=[0], colors=FOREGROUND, linewidths=1))
    return [image, *lines]
