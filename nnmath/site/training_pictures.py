"""The pictures of the derivations on networks, training and finite differences."""

from functools import cache
from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from nnmath.primitives import relu
from nnmath.site.picture_style import Palette, label, plain_axes
from nnmath.training.l2_penalty import l2_penalty
from nnmath.training.optimizers import adam, descent, momentum
from nnmath.typing import Array


def draw_network(figure: Figure, palette: Palette) -> None:
    """Draw two layers, forward and back."""
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    axes.set(xlim=(0, 6.4), ylim=(0, 3.5), aspect="equal")
    columns = [(0.8, 3), (2.6, 4), (4.4, 3)]
    places = [[(x, 1.95 + 0.55 * (i - (count - 1) / 2)) for i in range(count)] for x, count in columns]
    for left, right in pairwise(places):
        for a in left:
            for b in right:
                axes.plot([a[0], b[0]], [a[1], b[1]], color=palette.edge, linewidth=1, zorder=0)
    for column, colour in zip(places, (palette.soft, palette.green, palette.blue), strict=True):
        axes.plot(*zip(*column, strict=True), "o", color=colour, markersize=15)
    for x, text in (
        (0.8, "$x$"),
        (1.7, r"$W^{(1)}, b^{(1)}$"),
        (2.6, "relu"),
        (3.5, r"$W^{(2)}, b^{(2)}$"),
        (4.4, "$z^{(2)}$"),
    ):
        axes.text(x, 3.25, text, ha="center", va="center")
    axes.text(5.6, 1.95, "loss", ha="center", va="center")
    axes.annotate("", (5.25, 1.95), (4.75, 1.95), arrowprops={"arrowstyle": "->", "color": palette.ink})
    axes.annotate("", (0.8, 0.5), (5.6, 0.5), arrowprops={"arrowstyle": "->", "color": palette.red, "linewidth": 1.8})
    axes.text(3.2, 0.25, "gradients, by the chain rule", ha="center", va="center", color=palette.red)


def draw_penalty(figure: Figure, palette: Palette) -> None:
    """Draw a loss, the penalty, and their sum, whose minimum is nearer to 0."""
    theta = np.linspace(-1, 3, 161)
    loss = (theta - 2) ** 2 / 2
    penalty = np.array([float(l2_penalty(np.array([t]), np.array([0.7]))[0]) for t in theta])
    axes = plain_axes(figure, r"one parameter $\theta$")
    axes.plot(theta, loss, color=palette.blue)
    axes.plot(theta, penalty, color=palette.red)
    axes.plot(theta, loss + penalty, color=palette.green)
    best = 2 / 1.7
    axes.plot([2, best], [0, (best - 2) ** 2 / 2 + 0.35 * best**2], "o", color=palette.ink, markersize=5)
    axes.set_ylim(-0.2, 4)
    label(axes, 1.85, 0.28, "loss", palette.blue)
    label(axes, -0.95, 0.8, "penalty", palette.red)
    label(axes, 0.1, 2.6, "sum: its minimum is nearer to 0", palette.green)


def draw_initial_weights(figure: Figure, palette: Palette) -> None:
    """Draw how large the signal is in each of twenty layers, by the standard deviation of the weights."""
    layers, D = np.arange(21), 128
    axes = plain_axes(figure, "layer")
    for factor, colour, text, at in (
        (0.7, palette.red, r"$0.7 \sqrt{2/D}$: it dies away", (11, 2e-3)),
        (1.0, palette.blue, r"$\sqrt{2/D}$ (He): it stays", (20, 2.6)),
        (1.4, palette.green, r"$1.4 \sqrt{2/D}$: it explodes", (12, 300)),
    ):
        axes.semilogy(layers, _signal(factor * np.sqrt(2 / D), len(layers), D), color=colour)
        label(axes, at[0], at[1], text, colour, "right")
    axes.set_xticks([0, 5, 10, 15, 20])
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_ylim(2e-4, 1e4)
    label(axes, 0, 4000, "root of the mean square of the signal", palette.soft)


@cache
def _signal(spread: float, layers: int, D: int) -> list[float]:
    random = np.random.default_rng(0)
    x: Array = random.normal(size=(16, D))
    sizes = []
    for _ in range(layers):
        sizes.append(float(np.sqrt(np.mean(x**2))))
        x = relu(x @ random.normal(0, spread, (D, D)))[0]
    return sizes


def draw_optimizers(figure: Figure, palette: Palette) -> None:
    """Draw the ways of three optimizers down a long valley."""
    curvature: Array = np.array([1.0, 20.0])
    axes = plain_axes(figure, r"$\theta_1$")
    u, v = np.meshgrid(np.linspace(-4.4, 1.2, 120), np.linspace(-1.7, 1.7, 120))
    levels = np.geomspace(0.05, 40, 9)
    axes.contour(
        u, v, (curvature[0] * u**2 + curvature[1] * v**2) / 2, levels=levels, colors=palette.edge, linewidths=1
    )
    ways = (
        (descent, 0.09, palette.red, "descent", (-3.9, -1.45)),
        (momentum, 0.012, palette.blue, "momentum", (-2.55, -1.45)),
        (adam, 0.3, palette.green, "Adam", (-0.75, -1.45)),
    )
    for method, rate, colour, name, at in ways:
        theta = np.array([-4.0, 1.3])
        update, way = method(theta), [theta.copy()]
        for _ in range(60):
            update(curvature * theta, rate)
            way.append(theta.copy())
        axes.plot(*np.array(way).T, color=colour, linewidth=1.5, marker=".", markersize=4)
        label(axes, *at, name, colour)
    axes.plot([0], [0], "+", color=palette.ink, markersize=10)
    axes.grid(False)
    axes.set_ylabel(r"$\theta_2$")


def draw_differences(figure: Figure, palette: Palette) -> None:
    """Draw the error of difference quotients by the step: truncation on the right, rounding on the left."""
    h = np.geomspace(1e-13, 0.5, 200)
    axes = plain_axes(figure, "step $h$")
    forward = np.abs((np.exp(1 + h) - np.exp(1)) / h - np.exp(1))
    central = np.abs((np.exp(1 + h) - np.exp(1 - h)) / (2 * h) - np.exp(1))
    for error, colour in ((forward, palette.red), (central, palette.blue)):
        axes.loglog(h, np.maximum(_smoothed(error), 1e-13), color=colour)
    axes.set_xticks([1e-12, 1e-8, 1e-4, 1], [r"$10^{-12}$", r"$10^{-8}$", r"$10^{-4}$", "1"])
    axes.set_yticks([1e-12, 1e-8, 1e-4, 1], [r"$10^{-12}$", r"$10^{-8}$", r"$10^{-4}$", "1"])
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_minor_locator(NullLocator())
    label(axes, 3e-6, 1e-3, "one-sided quotient", palette.red, "right")
    label(axes, 0.3, 3e-12, "central quotient", palette.blue, "right")
    axes.set_ylim(1e-13, 50)
    label(axes, 2e-13, 3e-8, "rounding", palette.soft)
    label(axes, 0.5, 8, "truncation", palette.soft, "right")


def _smoothed(errors: Array) -> Array:
    """Return the median of each value and its neighbours, for rounding errors jump."""
    padded = np.pad(errors, 4, mode="edge")
    return np.asarray(np.median(np.lib.stride_tricks.sliding_window_view(padded, 9), axis=-1))
