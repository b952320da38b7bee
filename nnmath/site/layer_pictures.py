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
    causal_attention,
    conv2d,
    dense,
    dropout,
    gru,
    layer_norm,
    leaky_relu,
    log_softmax,
    lstm,
    max_pool,
    residual,
    rms_norm,
    rnn,
    rotary,
    swiglu,
    tanh,
)
from nnmath.primitives.attention.causal_attention import attention_weights
from nnmath.site.picture_style import Draw, Palette, label, plain_axes
from nnmath.typing import Array

#: Gradients that are smaller are not shown.
LEAST = 1e-9


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


def draw_rnn(figure: Figure, palette: Palette) -> None:
    """Draw how much of a gradient is left after so many steps back, for three sizes of the weights."""
    turned = np.linalg.qr(np.random.default_rng(0).normal(size=(16, 16)))[0]
    T = 60
    curves = []
    for size, colour in ((1.1, palette.red), (1.0, palette.green), (0.9, palette.blue)):
        x = np.zeros((1, T, 1))
        _, backward = rnn(x, np.full((1, 16), 1e-4), np.zeros((1, 16)), size * turned, np.zeros(16))
        curves.append((_norms(backward, T, 16), colour, f"weights of size {size:g}"))
    _through_time(figure, curves)


def draw_lstm(figure: Figure, palette: Palette) -> None:
    """Draw how much of a cell's gradient is left after so many steps back, for three biases of the forget gate."""
    T, curves = 60, []
    for bias, colour in ((5.0, palette.red), (2.0, palette.green), (0.0, palette.blue)):
        given = np.zeros((1, T, 1)), np.zeros((1, 2)), np.zeros((1, 4)), np.zeros((1, 4)), np.array([0, bias, 0, 0.0])
        _, backward = lstm(*given)
        curves.append((_norms(backward, T, 2, slice(1, 2)), colour, f"bias {bias:g}"))
    _through_time(figure, curves)


def draw_gru(figure: Figure, palette: Palette) -> None:
    """Draw how a state follows an input that comes and goes, for three biases of the update gate."""
    T = 60
    x = np.zeros((1, T, 1))
    x[0, 10:30] = 1
    axes = plain_axes(figure, "step")
    axes.axvspan(10, 30, color=palette.edge, alpha=0.6, linewidth=0)
    for bias, colour, at in (
        (0.0, palette.blue, (15, 0.9)),
        (2.0, palette.green, (33, 0.74)),
        (4.0, palette.red, (45, 0.28)),
    ):
        W, U = np.array([[0.0, 0.0, 2.0]]), np.zeros((1, 3))
        h, _ = gru(x, np.zeros((1, 1)), W, U, np.array([0.0, bias, 0.0]), np.zeros(1))
        axes.plot(np.arange(T), h[0, :, 0], color=colour)
        label(axes, *at, f"bias {bias:g}", colour)
    label(axes, 11, 1.05, "input is 1", palette.soft)
    axes.set_ylim(-0.05, 1.15)


def draw_causal_attention(figure: Figure, palette: Palette) -> None:
    """Draw the weights with which each position looks at those up to it."""
    rng = np.random.default_rng(1)
    q, k = rng.normal(0, 1.6, (2, 8, 4))
    left, right = figure.subplots(1, 2, width_ratios=[1, 1.35])
    _weights(left, attention_weights(q, k), palette, "")
    v = np.sin(np.arange(8.0))[:, np.newaxis]
    a, _ = causal_attention(q, k, v)
    right.grid(True)
    right.plot(range(1, 9), v[:, 0], "o-", color=palette.soft, linewidth=1)
    right.plot(range(1, 9), a[:, 0], "o-", color=palette.red)
    right.set_xlabel("position")
    right.set_ylim(-1.15, 1.45)
    right.text(0.45, 0.92, "values", color=palette.soft, transform=right.transAxes)
    right.text(0.75, 0.92, "means", color=palette.red, transform=right.transAxes)


def draw_multi_head_attention(figure: Figure, palette: Palette) -> None:
    """Draw the weights of two heads over the same positions."""
    place = np.eye(8)
    before = 6 * np.eye(8, k=1)  # the key of a position fits the query of the next
    for axes, key, name in zip(
        figure.subplots(1, 2), (before, np.zeros((8, 8))), ("one head: the position before", "another: all alike")
    ):
        _weights(axes, attention_weights(place, place @ key), palette, name)


def draw_rotary(figure: Figure, palette: Palette) -> None:
    """Draw the first entry of three pairs that are turned, by position."""
    T, D = 64, 6
    y, _ = rotary(np.tile([1.0, 0.0], (T, D // 2)))
    axes = plain_axes(figure, "position")
    for k, colour in enumerate((palette.red, palette.green, palette.blue)):
        axes.plot(np.arange(T), y[:, 2 * k], color=colour)
        label(axes, 64, (0.8, -0.93, 1.05)[k], f"pair {k + 1}", colour)
    axes.set(xlim=(0, 74), ylim=(-1.15, 1.2))


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


def _norms(backward: Callable[..., Any], T: int, numbers: int, of: slice = slice(None)) -> Array:
    """Return the norm of the gradient of the first state, for a gradient of norm 1 at each step in turn."""
    found = []
    for t in range(T):
        upstream = np.zeros((1, T, numbers))
        upstream[0, t, of] = 1
        upstream /= np.linalg.norm(upstream)
        found.append(np.linalg.norm(backward(upstream)[1][0, of]))
    return np.array(found)


def _through_time(figure: Figure, curves: Sequence[tuple[Array, str, str]]) -> None:
    axes = plain_axes(figure, "steps back")
    for norms, colour, text in curves:
        steps = np.arange(1, len(norms) + 1)
        axes.semilogy(steps, norms, color=colour)
        last = int((norms > LEAST).nonzero()[0][-1])
        label(axes, last + 2, float(norms[last]), text, colour)
    axes.set_xlim(0, 1.45 * len(curves[0][0]))
    if min(norms.min() for norms, _, _ in curves) < LEAST:
        axes.set_ylim(LEAST / 10, None)


def _weights(axes: Axes, p: Array, palette: Palette, name: str) -> None:
    for i, row in enumerate(p):
        for j, weight in enumerate(row[: i + 1]):
            cell = Rectangle((j + 0.5, i + 0.5), 1, 1, facecolor=palette.blue, alpha=float(weight), linewidth=0)
            axes.add_patch(cell)
    axes.set(xlim=(0.5, len(p) + 0.5), ylim=(len(p) + 0.5, 0.5), aspect="equal", xlabel="looked at", ylabel="looks")
    axes.set_xticks(range(2, len(p) + 1, 2))
    axes.set_title(name, fontsize=12, color=palette.soft)
