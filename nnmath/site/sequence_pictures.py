"""The pictures of layers of sequences: what is left of a gradient or a signal from step to step, who looks at whom."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from nnmath.primitives import (
    causal_attention,
    gru,
    lstm,
    rnn,
    rotary,
)
from nnmath.primitives.attention.causal_attention import attention_weights
from nnmath.site.picture_style import Palette, label, plain_axes
from nnmath.typing import Array

#: Gradients that are smaller are not shown.
LEAST = 1e-9


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
