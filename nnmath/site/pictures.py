"""The pictures of the derivations: what each primitive does, its slope, and how many digits its gradient keeps."""

from collections.abc import Callable
from functools import cache

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import NullLocator

from nnmath.primitives import binary_cross_entropy, relu, sigmoid, softmax, softmax_cross_entropy
from nnmath.site import accuracy
from nnmath.site.picture_style import Draw, Palette, label, plain_axes
from nnmath.typing import Array

#: How far the inputs go on both sides: just short of where exp overflows.
REACH = 700.0


def draw_sigmoid(figure: Figure, palette: Palette) -> None:
    """Draw the sigmoid and its slope."""
    z = np.linspace(-8, 8, 161)
    a, backward = sigmoid(z)
    axes = plain_axes(figure, "$z$")
    axes.plot(z, a, color=palette.blue)
    axes.plot(z, backward(np.ones_like(z)), color=palette.red)
    label(axes, 2.6, 0.86, r"value $a$", palette.blue)
    label(axes, 2.2, 0.2, r"slope $\partial a/\partial z$, at most $\frac{1}{4}$", palette.red)


def draw_relu(figure: Figure, palette: Palette) -> None:
    """Draw ReLU and its slope, which jumps."""
    z = np.linspace(-2, 2, 81)
    axes = plain_axes(figure, "$z$")
    axes.plot(z, relu(z)[0], color=palette.blue)
    for side in (z[z < 0], z[z > 0]):
        axes.plot(side, relu(side)[1](np.ones_like(side)), color=palette.red)
    axes.plot([0], [0], "o", color=palette.red, markersize=7)
    axes.plot([0], [1], "o", markerfacecolor="none", markeredgewidth=1.8, color=palette.red, markersize=7)
    label(axes, 1.5, 1.75, r"value $a$", palette.blue, "right")
    label(axes, 0.08, 1.17, r"slope $\partial a/\partial z$", palette.red)
    label(axes, 0.14, -0.16, "0 at the kink, by convention", palette.red)
    axes.set_ylim(-0.35, 2.1)


def draw_kink(figure: Figure, palette: Palette) -> None:
    """Draw what finite differences make of the slope of ReLU near its kink."""
    h = np.geomspace(1e-8, 10, 200)
    axes = plain_axes(figure, "step $h$ of the difference")
    axes.axhspan(0, 1, color=palette.edge, alpha=0.45, linewidth=0)
    for z, colour, text, at in (
        (0.0, palette.red, "at 0: one half, whatever the step", (1.2e-8, 0.57)),
        (1e-3, palette.blue, r"at $10^{-3}$: 1, until the step reaches over the kink", (1.2e-8, 1.07)),
        (-1e-5, palette.green, r"at $-10^{-5}$: 0, until then", (1.2e-8, 0.07)),
    ):
        slope = (relu(z + h)[0] - relu(z - h)[0]) / (2 * h)
        axes.semilogx(h, slope, color=colour)
        label(axes, *at, text, colour)
    label(axes, 8, 0.22, "between the one-sided slopes", palette.soft, "right")
    axes.set_ylim(-0.12, 1.2)


def draw_dense(figure: Figure, palette: Palette) -> None:
    """Draw the products of the dense layer as rectangles of their shapes."""
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    axes.set(xlim=(0, 6.4), ylim=(0, 4.6), aspect="equal")
    N, D, M = 1.0, 0.8, 0.55
    rows = (
        (3.85, "$z$", (N, M), "$x$", (N, D), "$W$", (D, M), palette.blue),
        (2.3, r"$\frac{\partial L}{\partial x}$", (N, D), r"$\bar z$", (N, M), r"$W^\top$", (M, D), palette.red),
        (0.75, r"$\frac{\partial L}{\partial W}$", (D, M), r"$x^\top$", (D, N), r"$\bar z$", (N, M), palette.red),
    )
    names = {N: "N", D: "D", M: "M"}
    for y, result, shape, left, left_shape, right, right_shape, colour in rows:
        for x, name, (height, width) in ((1.1, result, shape), (2.9, left, left_shape), (4.3, right, right_shape)):
            corner = (x - width / 2, y - height / 2)
            axes.add_patch(Rectangle(corner, width, height, facecolor=colour, alpha=0.16, linewidth=0))
            axes.add_patch(Rectangle(corner, width, height, fill=False, edgecolor=colour, linewidth=1.5))
            axes.text(x, y, name, ha="center", va="center", fontsize=17 if "frac" in name else 15)
            axes.text(
                corner[0] - 0.08, y, f"${names[height]}$", ha="right", va="center", color=palette.soft, fontsize=12
            )
            top = y + height / 2 + 0.05
            axes.text(x, top, f"${names[width]}$", ha="center", va="bottom", color=palette.soft, fontsize=12)
        axes.text(1.95, y, "=", ha="center", va="center", fontsize=17)
    axes.text(4.95, 3.85, r"$+\;\;b$ in each row", va="center", color=palette.ink)


def draw_softmax(figure: Figure, palette: Palette) -> None:
    """Draw how three probabilities move with the first of three logits."""
    z = np.linspace(-6, 6, 121)
    p = softmax(np.stack([z, np.zeros_like(z), np.ones_like(z)], axis=1))[0]
    axes = plain_axes(figure, r"logit $z_1$; the others are $z_2 = 0$ and $z_3 = 1$")
    for k, colour in enumerate((palette.blue, palette.green, palette.red)):
        axes.plot(z, p[:, k], color=colour)
        slope = p[:, 0] * ((k == 0) - p[:, k])
        axes.plot(z, slope, color=colour, linestyle=(0, (4, 2)), linewidth=1.4)
    label(axes, 3.6, 0.84, "$p_1$", palette.blue)
    label(axes, -5.8, 0.19, "$p_2$", palette.green)
    label(axes, -5.8, 0.64, "$p_3$", palette.red)
    label(axes, 5.8, 0.4, r"dashed: $\partial p_k/\partial z_1$", palette.soft, "right")


def draw_binary(figure: Figure, palette: Palette) -> None:
    """Draw the cost of a logit and its slope, for three targets."""
    z = np.linspace(-6, 6, 121)
    axes = plain_axes(figure, "logit $z$")
    for t, colour, at in (
        (1.0, palette.blue, (-4.6, 5.3)),
        (0.25, palette.green, (-5.9, 2.1)),
        (0.0, palette.red, (4.4, 5.3)),
    ):
        cost = [float(binary_cross_entropy(np.array(x), np.array(t))[0]) for x in z]
        axes.plot(z, cost, color=colour)
        slope = binary_cross_entropy(z, np.full_like(z, t))[1]() * len(z)
        axes.plot(z, slope, color=colour, linestyle=(0, (4, 2)), linewidth=1.4)
        label(axes, *at, f"$t = {t:g}$", colour, "right" if t == 0 else "left")
    label(axes, 5.9, -0.45, "dashed: the slope", palette.soft, "right")


def draw_cross_entropy(figure: Figure, palette: Palette) -> None:
    """Draw the cost of an example and its slope, by the logit of the true class."""
    z = np.linspace(-6, 8, 141)
    logits = np.stack([z, np.zeros_like(z), np.ones_like(z)], axis=1)
    labels = np.zeros(1, dtype=int)
    passes = [softmax_cross_entropy(row[np.newaxis], labels) for row in logits]
    axes = plain_axes(figure, "logit of the true class; the others are 0 and 1")
    axes.plot(z, [float(loss) for loss, _ in passes], color=palette.blue)
    slopes = np.array([backward()[0] for _, backward in passes])
    for k, colour in enumerate((palette.blue, palette.green, palette.red)):
        axes.plot(z, slopes[:, k], color=colour, linestyle=(0, (4, 2)), linewidth=1.4)
    label(axes, -3.6, 5.4, "cost", palette.blue)
    axes.set_ylim(-1.9, 7.7)
    label(axes, 7.8, -1.4, "dashed: its slope with respect to each logit", palette.soft, "right")
    label(axes, -5.9, -0.6, "true class", palette.blue)


def draw_errors(
    figure: Figure, palette: Palette, z: Array, textbook: Array, ours: Array, formula: str, name: str
) -> None:
    """Draw the error of a textbook's formula and of the code over the whole range."""
    axes = plain_axes(figure, name)
    axes.set_yscale("log")
    axes.set_xscale("symlog", linthresh=10, linscale=1.2)
    axes.plot(z, textbook, color=palette.red)
    axes.plot(z, ours, color=palette.blue, linewidth=1.3)
    axes.set(ylim=(1e-18, 30), xlim=(-REACH, REACH))
    axes.set_xticks([-700, -100, -10, 0, 10, 37, 100, 700], ["−700", "−100", "−10", "0", "10", "37", "100", "700"])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_yticks([1e-16, 1e-12, 1e-8, 1e-4, 1], [r"$10^{-16}$", r"$10^{-12}$", r"$10^{-8}$", r"$10^{-4}$", "1"])
    axes.yaxis.set_minor_locator(NullLocator())
    axes.axvline(37, color=palette.edge, linewidth=1.2, zorder=0)
    label(axes, -600, 1.5e-1, "relative error of the gradient", palette.soft)
    label(axes, 24, 5e-3, formula, palette.red, "right")
    label(axes, 650, 2e-15, "the code", palette.blue, "right")
    label(axes, 650, 5, "nothing is left", palette.red, "right")


@cache
def _softmax_errors() -> tuple[Array, tuple[Array, Array, Array]]:
    spreads = np.geomspace(0.3, REACH, 50)
    return spreads, accuracy.softmax_errors(spreads / 2)


def draw_softmax_errors(figure: Figure, palette: Palette) -> None:
    """Draw the worst error of the backward pass by the spread of the logits."""
    spreads, (plain, shifted, ours) = _softmax_errors()
    axes = plain_axes(figure, "spread of the logits")
    axes.loglog(spreads, plain, color=palette.soft, linewidth=1.4)
    axes.loglog(spreads, shifted, color=palette.red)
    axes.loglog(spreads, ours, color=palette.blue)
    axes.set_xticks([1, 10, 100, 700], ["1", "10", "100", "700"])
    axes.set_yticks([1, 8, 100], ["1 ε", "8 ε", "100 ε"])
    axes.yaxis.set_minor_locator(NullLocator())
    axes.axhline(8, color=palette.edge, linewidth=1.2, zorder=0)
    axes.set_ylim(0.3, 600)
    label(axes, 0.31, 320, "worst error of the gradient", palette.soft)
    label(axes, 95, 75, "with $z - \\max z$ rounded", palette.red, "right")
    label(axes, 650, 0.55, "the code", palette.blue, "right")
    label(axes, 0.31, 5.5, "8 ε are allowed", palette.soft)


@cache
def _dense_errors() -> tuple[Array, tuple[Array, Array]]:
    counts = np.unique(np.geomspace(1, 3000, 24).astype(int)).astype(float)
    return counts, accuracy.dense_errors(counts)


def draw_dense_errors(figure: Figure, palette: Palette) -> None:
    """Draw the worst error of the gradient of the weights by the number of examples."""
    counts, (running, ours) = _dense_errors()
    axes = plain_axes(figure, "examples $N$ in the sum")
    axes.loglog(counts, counts / 2 + 0.5, color=palette.soft, linestyle=(0, (4, 2)), linewidth=1.4)
    axes.loglog(counts, running, color=palette.red)
    axes.loglog(counts, ours, color=palette.blue)
    axes.set_yticks([0.1, 1, 10, 100, 1000], ["0.1 ε", "1 ε", "10 ε", "100 ε", "1000 ε"])
    axes.yaxis.set_minor_locator(NullLocator())
    label(axes, 60, 75, "the bound", palette.soft, "right")
    label(axes, 2800, 2.2, "term by term", palette.red, "right")
    axes.set_ylim(0.03, 3000)
    label(axes, 2800, 0.06, "the code", palette.blue, "right")


def errors_drawn(errors: Callable[[Array], tuple[Array, Array]], formula: str, name: str) -> Draw:
    """Return what draws the errors of a formula, and computes them once."""

    @cache
    def computed() -> tuple[Array, Array, Array]:
        z = accuracy.spaced(REACH)
        return (z, *errors(z))

    def draw(figure: Figure, palette: Palette) -> None:
        draw_errors(figure, palette, *computed(), formula, name)

    return draw


@cache
def value_and_slope_drawn(primitive: Callable[[Array], tuple[Array, Callable[[Array], Array]]]) -> Draw:
    """Return what draws a function of one number and its slope, as the code computes them."""

    def draw(figure: Figure, palette: Palette) -> None:
        z = np.linspace(-6, 6, 241)
        value, backward = primitive(z)
        slope = backward(np.ones_like(z))
        axes = plain_axes(figure, "input")
        axes.plot(z, value, color=palette.blue)
        axes.plot(z, slope, color=palette.red)
        lowest, highest = min(value.min(), slope.min()), max(value.max(), slope.max())
        axes.set_ylim(lowest - 0.08 * (highest - lowest), highest + 0.2 * (highest - lowest))
        label(axes, -5.8, highest + 0.1 * (highest - lowest), "value", palette.blue)
        label(axes, -4.4, highest + 0.1 * (highest - lowest), "slope", palette.red)

    return draw
