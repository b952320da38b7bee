"""What a network predicts: which classes it confuses, which wrong answers it is most certain of, and its weights."""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, LinearSegmentedColormap, Normalize, PowerNorm
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray

from nnmath.plots.style import ACCENT, BACKGROUND, COLOURS, FOREGROUND, new_figure, png
from nnmath.typing import Array

BLUES = LinearSegmentedColormap.from_list("blues", [BACKGROUND, COLOURS[2]])
SIGNED = LinearSegmentedColormap.from_list("signed", [COLOURS[2], "white", "#b32410"]).with_extremes(bad=BACKGROUND)
INKS = LinearSegmentedColormap.from_list("inks", ["white", "black"]).with_extremes(bad=BACKGROUND)

#: Pixels of an image, along each side.
SIDE = 28


def confusion_png(confusion: NDArray[np.integer], classes: Sequence[str], title: str) -> bytes:
    """Draw the confusion matrix, shape (K, K); the tint is the share of the row, so that rare classes show too."""
    size = max(5.4, 3.4 + 0.55 * len(classes))
    with new_figure(size, size) as figure:
        axes = figure.subplots()
        share = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
        image = axes.imshow(share, cmap=BLUES, norm=PowerNorm(0.5, 0, 1))  # the root, so that single mistakes show
        bar = figure.colorbar(image, ax=axes, shrink=0.55, ticks=(0, 0.01, 0.1, 0.25, 0.5, 1))
        bar.ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        bar.ax.tick_params(labelsize=10)
        bar.set_label("share of the true class", fontsize=11)
        bar.outline.set_visible(False)
        for i, j in np.ndindex(*confusion.shape):
            colour = BACKGROUND if share[i, j] > 0.3 else FOREGROUND
            axes.text(j, i, f"{confusion[i, j]:,}" if confusion[i, j] else "·", ha="center", va="center", color=colour)
        names = [plain(name) for name in classes]
        long = max(map(len, names)) > 8
        slope: dict[str, Any] = {"rotation": 45, "rotation_mode": "anchor", "ha": "right"} if long else {}
        axes.set_xticks(range(len(names)), names, **slope)
        axes.set_yticks(range(len(names)), names)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.set_xlabel("answer")
        axes.set_ylabel("true class")
        axes.set_title(title.replace("$", r"\$"))
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph")  # a name in letters that the font does not have shows boxes
            return png(figure)


def plain(name: str, most: int = 20) -> str:
    """Return a name as it can be drawn: not too long, on one line, dollar signs as such and not as mathematics."""
    line = " ".join(name.split())
    return (line if len(line) <= most else f"{line[: most - 1]}…").replace("$", r"\$")


def digits_png(images: Array, labels: NDArray[np.integer], title: str, rows: int = 5, columns: int = 10) -> bytes:
    """Draw the first images, shape (N, 784), each with its label."""
    with new_figure(columns * 1.05, rows * 1.25 + 0.6) as figure:
        axes = figure.subplots()
        shown = images[: rows * columns]
        for (left, top), label in zip(draw_sheet(axes, shown, rows, columns, INKS, 8), labels):
            axes.text(left + SIDE / 2, top - 1, str(label), ha="center", va="bottom", fontsize=11)
        axes.set_title(title)
        return png(figure)


def wrong_png(images: Array, labels: NDArray[np.integer], p: Array, rows: int = 4, columns: int = 8) -> bytes:
    """Draw the images, shape (N, 784), whose answer was wrong and most certain; p (N, K) are the probabilities."""
    answers = p.argmax(axis=1)
    wrong = np.flatnonzero(answers != labels)
    shown = wrong[np.argsort(-p.max(axis=1)[wrong], kind="stable")][: rows * columns]
    with new_figure(columns * 1.3, rows * 1.5 + 0.6) as figure:
        axes = figure.subplots()
        for (left, top), n in zip(draw_sheet(axes, images[shown], rows, columns, INKS, 8), shown):
            axes.text(left, top - 1, f"{labels[n]}", ha="left", va="bottom", fontsize=12)
            answer = f"{answers[n]}, {p[n].max():.0%}"
            axes.text(left + SIDE, top - 1, answer, ha="right", va="bottom", fontsize=12, color=ACCENT)
        of = f"{len(wrong):,} wrong answers out of {len(labels):,}"
        axes.set_title(f"the {len(shown)} most certain of {of}: true digit, answer", pad=16)
        return png(figure)


def weights_png(W: Array, rows: int, columns: int) -> bytes:
    """Draw the weights of the first units, a column of W (784, M) each, as images.

    Positive weights are red and negative ones blue, as on the page where a digit is drawn.
    """
    shown = W.T[: rows * columns]
    which = (
        f"all {len(shown)} hidden units" if len(shown) == W.shape[1] else f"{len(shown)} of {W.shape[1]} hidden units"
    )
    with new_figure(columns * 1.1, rows * 1.1 + 0.6) as figure:
        axes = figure.subplots()
        draw_sheet(axes, shown / np.abs(shown).max(axis=1, keepdims=True), rows, columns, SIGNED, 2)
        mappable = ScalarMappable(Normalize(-1, 1), SIGNED)
        bar = figure.colorbar(mappable, ax=axes, shrink=0.6, ticks=(-1, 0, 1))
        bar.ax.set_yticklabels(("−1: ink speaks against it", "0", "+1: ink speaks for it"))
        bar.outline.set_visible(False)
        axes.set_title(f"weights of {which}, each in units of its largest")
        return png(figure)


def draw_sheet(
    axes: Axes, images: Array, rows: int, columns: int, colours: Colormap, above: int
) -> list[tuple[float, float]]:
    """Draw images, shape (N, 784), in rows with some pixels above each; return the left and the top edge of each."""
    pitch = SIDE + 2, SIDE + above
    sheet = np.full((rows * pitch[1], columns * pitch[0]), np.nan)
    corners = [(column * pitch[0], row * pitch[1] + above) for row in range(rows) for column in range(columns)]
    for (left, top), image in zip(corners, images):
        sheet[top : top + SIDE, left : left + SIDE] = image.reshape(SIDE, SIDE)
    axes.imshow(sheet, cmap=colours, vmin=-1 if colours is SIGNED else 0, vmax=1, interpolation="nearest")
    axes.axis("off")
    return [(left - 0.5, top - 0.5) for left, top in corners]
