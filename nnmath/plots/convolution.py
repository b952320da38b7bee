"""What a network of convolutions has learned: its windows of weights, and what it makes of an image."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, Normalize

from nnmath.plots.predictions import INKS, SIGNED
from nnmath.plots.style import new_figure, png
from nnmath.typing import Array


def filters_png(first: Array, second: Array) -> bytes:
    """Draw the windows of two convolutions, shapes (M, 1, U, V) and (K, M, U, V), each in units of its largest weight.

    A row of the lower panel is an input map, a column an output map.
    """
    M, K = len(first), len(second)
    with new_figure(0.55 * K + 2.2, 0.62 * (M + 1) + 1.6) as figure:
        upper, lower = figure.subplots(2, height_ratios=(1.0, M))
        draw_tiles(upper, [[window[0] / np.abs(window).max() for window in first]], SIGNED, -1, columns=K)
        upper.set_title(f"C1: {M} windows on the image")
        scaled = second / np.abs(second).max(axis=(1, 2, 3), keepdims=True)
        draw_tiles(lower, scaled.swapaxes(0, 1), SIGNED, -1)
        lower.set_title(f"C3: {K} maps, a column each, from {M} maps, a row each")
        bar = figure.colorbar(ScalarMappable(Normalize(-1, 1), SIGNED), ax=[upper, lower], shrink=0.6, ticks=(-1, 0, 1))
        bar.set_label("weight, in units of the map's largest", fontsize=11)
        bar.outline.set_visible(False)
        return png(figure)


def maps_png(examples: Sequence[tuple[Array, Array, Array]]) -> bytes:
    """Draw for each image, shape (784,), what it becomes: maps of shape (6, 14, 14), then of shape (16, 5, 5).

    Each map is drawn in units of its largest entry in these images, so that rows can be compared.
    """
    rows = len(examples)
    seconds, thirds = (np.stack([example[i] for example in examples]) for i in (1, 2))
    seconds, thirds = (maps / np.maximum(maps.max(axis=(0, 2, 3), keepdims=True), 1e-12) for maps in (seconds, thirds))
    with new_figure(13, 0.78 * rows + 0.9) as figure:
        left, middle, right = figure.subplots(1, 3, width_ratios=(1, 6, 16))
        draw_tiles(left, [[image.reshape(28, 28)] for image, _, _ in examples], INKS, 0)
        draw_tiles(middle, seconds, INKS, 0)
        draw_tiles(right, thirds, INKS, 0)
        left.set_title("image", fontsize=13)
        middle.set_title("S2: 6 maps, 14 by 14", fontsize=13)
        right.set_title("S4: 16 maps, 5 by 5; black is the largest value of a map", fontsize=13)
        return png(figure)


def draw_tiles(
    axes: Axes, rows: Sequence[Sequence[Array]] | Array, colours: Colormap, least: float, columns: int = 0
) -> None:
    """Draw small images in rows, with a gap between them; `columns` leaves room for so many in a row."""
    height, width = rows[0][0].shape
    gap = max(1, height // 5)
    count = max(columns, len(rows[0]))
    sheet = np.full((len(rows) * (height + gap) - gap, count * (width + gap) - gap), np.nan)
    for i, row in enumerate(rows):
        for j, image in enumerate(row):
            top, left = i * (height + gap), j * (width + gap)
            sheet[top : top + height, left : left + width] = image
    axes.imshow(sheet, cmap=colours, vmin=least, vmax=1, interpolation="nearest")
    axes.axis("off")
