"""The pictures of layers: what each does to a few numbers, computed by the primitive itself."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from nnmath.primitives import (
    average_pool,
    batch_norm,
    conv2d,
    dense,
    dropout,
    layer_norm,
    leaky_relu,
    log_softmax,
    max_pool,
    residual,
    rms_norm,
    swiglu,
    tanh,
)
from nnmath.site.picture_style import Draw, Palette, label, plain_axes
from nnmath.typing import Array


def draw_leaky_relu(figure: Figure, palette: Palette) -> None:
    """Draw leaky ReLU and its slope, which jumps."""
    z = np.linspace(-2, 2, 81)
    axes = plain_axes(figure, "$z$")
    axes.plot(z, leaky_relu(z, 0.1)[0], color=palette.blue)
    for side in (z[z <= 0], z[z > 0]):
        axes.plot(side, leaky_relu(side, 0.1)[1](np.ones_like(side)), color=palette.red)
    label(axes, 1.5, 1.75, "value $a$", palette.blue, "right")
    label(axes, 0.08, 1.17, r"slope: 1", palette.red)
    label(axes, -1.9, 0.24, r"slope: $\alpha = 0.1$, also at 0", palette.red)
    axes.set_ylim(-0.4, 2.1)


def draw_swiglu(figure: Figure, palette: Palette) -> None:
    """Draw what the gate lets through of three numbers."""
    z = np.linspace(-6, 4, 161)
    axes = plain_axes(figure, "$z$, which opens the gate")
    for x, colour in ((2.0, palette.blue), (1.0, palette.green), (-1.0, palette.red)):
        y = swiglu(z, np.full_like(z, x))[0]
        axes.plot(z, y, color=colour)
        label(axes, 4.1, float(y[-1]), f"$x = {x:g}$", colour)
    axes.set_xlim(-6, 5.2)


def draw_log_softmax(figure: Figure, palette: Palette) -> None:
    """Draw how three logarithms of probabilities move with the first of three logits."""
    z = np.linspace(-6, 6, 121)
    y = log_softmax(np.stack([z, np.zeros_like(z), np.ones_like(z)], axis=1))[0]
    axes = plain_axes(figure, r"logit $z_1$; the others are $z_2 = 0$ and $z_3 = 1$")
    for k, (colour, at) in enumerate(
        ((palette.blue, (-5.6, -6.2)), (palette.green, (5.2, -6.6)), (palette.red, (5.4, -3.5)))
    ):
        axes.plot(z, y[:, k], color=colour)
        label(axes, *at, f"$y_{k + 1}$", colour)


def draw_layer_norm(figure: Figure, palette: Palette) -> None:
    """Draw a row before and after: the same shape, mean 0 and variance 1."""
    row = np.array([[7.0, 9.5, 6.0, 8.0, 12.0, 8.5, 7.5, 9.0]])
    y, _ = layer_norm(row, np.ones(8), np.zeros(8))
    _rows_before_and_after(figure, palette, row[0], y[0])


def draw_rms_norm(figure: Figure, palette: Palette) -> None:
    """Draw points of a plane, and where they go: to the circle whose points have the root mean square 1."""
    x = np.array(
        [[2.6, 1.2], [0.5, 0.9], [-0.6, 2.1], [-2.9, 0.7], [-0.5, -0.4], [-1.5, -1.9], [0.3, -2.0], [1.9, -0.6]]
    )
    y, _ = rms_norm(x, np.ones(2))
    axes = figure.subplots()
    axes.set_aspect("equal")
    axes.grid(True)
    turn = np.linspace(0, 2 * np.pi, 200)
    axes.plot(np.sqrt(2) * np.cos(turn), np.sqrt(2) * np.sin(turn), color=palette.soft, linewidth=1)
    for before, after in zip(x, y):
        axes.plot(*zip(before, after), color=palette.soft, linewidth=1, linestyle=(0, (3, 2)))
    axes.plot(*x.T, "o", color=palette.blue, markersize=6)
    axes.plot(*y.T, "o", color=palette.red, markersize=6)
    axes.text(0.02, 0.95, "before", color=palette.blue, transform=axes.transAxes)
    axes.text(0.02, 0.86, "after", color=palette.red, transform=axes.transAxes)


def draw_batch_norm(figure: Figure, palette: Palette) -> None:
    """Draw a batch of two columns before and after."""
    x = np.random.default_rng(0).normal(0, 1, (60, 2)) * [2.2, 0.5] + [4.0, 3.0]
    y, _ = batch_norm(x, np.ones(2), np.zeros(2))
    axes = plain_axes(figure, "column 1")
    axes.set_ylabel("column 2")
    axes.plot(*x.T, "o", color=palette.blue, markersize=4)
    axes.plot(*y.T, "o", color=palette.red, markersize=4)
    label(axes, 6.5, 4.4, "before", palette.blue)
    label(axes, -3.2, 1.9, "after", palette.red)
    axes.set_xlim(-3.5, 9)


def draw_residual(figure: Figure, palette: Palette) -> None:
    """Draw the size of the gradient in 40 layers, which add to what they were given or replace it."""
    axes = plain_axes(figure, "layer, from the first to the last")
    for adds, colour, text, at in (
        (True, palette.blue, "$x + f(x)$", (2, 3e-2)),
        (False, palette.red, "$f(x)$", (12, 1e-7)),
    ):
        sizes = _gradients_by_layer(adds)
        axes.semilogy(np.arange(1, len(sizes) + 1), sizes, color=colour)
        label(axes, *at, text, colour)
    axes.set_ylabel("size of the gradient")


def _gradients_by_layer(adds: bool, layers: int = 40, width: int = 32) -> list[float]:
    rng = np.random.default_rng(0)
    x: Array = rng.normal(size=(16, width))
    backs = []
    for _ in range(layers):
        z, back_z = dense(x, rng.normal(0, 0.5 / np.sqrt(width), (width, width)), np.zeros(width))
        f, back_f = tanh(z)
        x, back_sum = residual(x, f) if adds else (f, None)
        backs.append((back_z, back_f, back_sum))
    dx: Any = np.ones_like(x)
    sizes = []
    for back_z, back_f, back_sum in reversed(backs):
        around, df = back_sum(dx) if back_sum else (0.0, dx)
        dx = around + back_z(back_f(df))[0]
        sizes.append(float(np.sqrt(np.mean(dx**2))))
    return sizes[::-1]


def draw_dropout(figure: Figure, palette: Palette) -> None:
    """Draw a row, its mask, and what is left."""
    x = np.array([[1.0, -2.0, 0.5, 3.0, -1.0, 2.0, 4.0, -0.5]])
    mask = np.array([[2.0, 0, 2, 0, 2, 2, 0, 2]])
    axes = _sheet(figure, 3.5)
    for y, name, row, colour in (
        (2.45, "$x$", x, palette.blue),
        (1.45, "mask", mask, palette.soft),
        (0.45, "$y$", dropout(x, mask)[0], palette.red),
    ):
        grid(axes, (1.2, y), row, colour, 0.6)
        axes.text(1.0, y + 0.3, name, ha="right", va="center", fontsize=15)


def draw_conv2d(figure: Figure, palette: Palette) -> None:
    """Draw an image with an edge, a window that finds it, and the result."""
    image = np.array([[0.0, 0, 1, 1], [0, 0, 1, 1], [0, 1, 1, 1], [0, 1, 1, 1]])
    window = np.array([[-1.0, 1.0], [-1.0, 1.0]])
    y, _ = conv2d(image[np.newaxis, np.newaxis], window[np.newaxis, np.newaxis], np.zeros(1))
    axes = _sheet(figure, 3.5)
    grid(axes, (0.3, 0.7), image, palette.blue, 0.5, [(0, 1), (0, 2), (1, 1), (1, 2)])
    grid(axes, (2.9, 1.2), window, palette.green, 0.5)
    grid(axes, (4.5, 0.95), y[0, 0], palette.red, 0.5, [(0, 1)])
    _captions(axes, [(1.3, "image"), (3.4, "window"), (5.25, "output")])


def pooling_drawn(pool: Callable[..., Any]) -> Draw:
    """Return what draws an image, its windows' values, and the gradient of the image."""

    def draw(figure: Figure, palette: Palette) -> None:
        image = np.array([[1.0, 3, 2, 0], [0, 2, 1, 4], [5, 1, 0, 2], [2, 4, 3, 1]])
        upstream = np.array([[1.0, 2], [3, 4]])
        y, backward = pool(image[np.newaxis, np.newaxis])
        dx = backward(upstream[np.newaxis, np.newaxis])
        axes = _sheet(figure, 3.5)
        grid(axes, (0.2, 0.8), image, palette.blue, 0.45, windows=2)
        grid(axes, (2.3, 1.25), y[0, 0], palette.blue, 0.45)
        grid(axes, (3.35, 1.25), upstream, palette.red, 0.45)
        grid(axes, (4.45, 0.8), dx[0, 0], palette.red, 0.45, windows=2)
        _captions(axes, [(1.1, "$x$"), (2.75, "$y$"), (3.8, r"$\bar y$"), (5.35, "$dx$")])

    return draw


draw_max_pool, draw_average_pool = pooling_drawn(max_pool), pooling_drawn(average_pool)


def grid(
    axes: Axes,
    corner: tuple[float, float],
    numbers: Array,
    colour: str,
    size: float,
    marked: Sequence[tuple[int, int]] = (),
    windows: int = 0,
) -> None:
    """Draw a matrix as cells with their numbers, the lower left corner at `corner`."""
    rows, columns = numbers.shape
    for i, row in enumerate(numbers):
        for j, number in enumerate(row):
            x, y = corner[0] + j * size, corner[1] + (rows - 1 - i) * size
            dark = 0.4 if (i, j) in marked else 0.12
            axes.add_patch(Rectangle((x, y), size, size, facecolor=colour, alpha=dark, linewidth=0))
            axes.add_patch(Rectangle((x, y), size, size, fill=False, edgecolor=colour, linewidth=0.6))
            axes.text(x + size / 2, y + size / 2, f"{number + 0:g}", ha="center", va="center", fontsize=24 * size)
    for i in range(0, rows, windows) if windows else ():
        for j in range(0, columns, windows):
            x, y = corner[0] + j * size, corner[1] + (rows - windows - i) * size
            edge = Rectangle((x, y), windows * size, windows * size, fill=False, edgecolor=colour, linewidth=2)
            axes.add_patch(edge)


def _sheet(figure: Figure, height: float) -> Axes:
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    axes.set(xlim=(0, 6.4), ylim=(0, height), aspect="equal")
    return axes


def _captions(axes: Axes, captions: Sequence[tuple[float, str]]) -> None:
    for x, text in captions:
        axes.text(x, 0.35, text, ha="center", va="center", fontsize=15)


def _rows_before_and_after(figure: Figure, palette: Palette, before: Array, after: Array) -> None:
    axes = plain_axes(figure, "column")
    places = np.arange(1, len(before) + 1)
    for row, colour, name in ((before, palette.blue, "before"), (after, palette.red, "after")):
        axes.plot(places, row, "o-", color=colour, linewidth=1)
        axes.axhline(float(row.mean()), color=colour, linewidth=1, linestyle=(0, (4, 2)))
        label(axes, len(before) + 0.25, float(row[-1]), name, colour)
    axes.set_xlim(0.6, len(before) + 1.4)
