"""The course of a run that is counted in steps."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, PercentFormatter

from nnmath.plots.curves import scale_losses
from nnmath.plots.style import ACCENT, FOREGROUND, GRID, new_figure, png
from nnmath.training.metrics import Score
from nnmath.typing import Array


def steps_curve_png(training: Mapping[float, Score], held_out: Mapping[float, Score], words: str) -> bytes:
    """Draw the loss of each batch and on what was held out, and the accuracy there, over the steps."""
    last = max(held_out)
    with new_figure(9, 6.5) as figure:
        upper, lower = figure.subplots(2, sharex=True)
        draw_losses(upper, training, held_out, words)
        shown = [score.loss for score in held_out.values()] + smoothed(training)[1].tolist()
        scale_losses(upper, shown)
        if upper.get_yscale() == "log":
            upper.set_ylim(min(shown) / 2, max(shown) * 1.5)  # single batches reach far below
        upper.set_ylabel("loss, log scale" if upper.get_yscale() == "log" else "loss")
        errors = [1 - score.accuracy for score in held_out.values()]
        lower.plot(list(held_out), errors, "o--", color=ACCENT, clip_on=False, zorder=4)
        scale_losses(lower, [error for error in errors if error > 0])
        lower.yaxis.set_major_formatter(PercentFormatter(1))
        lower.set_ylabel("wrong answers, log scale" if lower.get_yscale() == "log" else "wrong answers")
        lower.set_title(f"wrong answers: {1 - held_out[last].accuracy:.2%} of the {words}")
        lower.grid(True)
        label_steps(lower, last)
        return png(figure)


def draw_losses(axes: Axes, training: Mapping[float, Score], held_out: Mapping[float, Score], words: str) -> None:
    """Draw the loss of each batch, its running mean, and the loss on what was held out."""
    steps, losses = batch_losses(training)
    places, means = smoothed(training)
    last = max(held_out)
    axes.plot(steps, losses, color=GRID, linewidth=0.8, label="training, each batch")
    width = len(losses) - len(means) + 1
    axes.plot(places, means, color=FOREGROUND, linewidth=1.4, label=f"training, mean of {width} batches")
    axes.plot(list(held_out), [score.loss for score in held_out.values()], "o--", color=ACCENT, label=words)
    axes.set_title(f"loss: training {training[last].loss:.3f}, {words} {held_out[last].loss:.3f}")
    axes.grid(True)
    axes.legend(framealpha=0.9, edgecolor="none", loc="upper right")


def batch_losses(training: Mapping[float, Score]) -> tuple[Array, Array]:
    """Return numbers of steps and the losses of their batches; what was scored in the end is left out."""
    steps = sorted(training)[:-1]
    return np.array(steps, float), np.array([training[step].loss for step in steps])


def smoothed(training: Mapping[float, Score]) -> tuple[Array, Array]:
    """Return numbers of steps and running means of the losses, of a fiftieth of them each."""
    steps, losses = batch_losses(training)
    width = max(1, len(losses) // 50)
    return steps[width - 1 :], np.convolve(losses, np.ones(width) / width, "valid")


def label_steps(axes: Axes, last: float) -> None:
    """Label the axis of the steps."""
    axes.set_xlim(0, last)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda step, _: f"{step:,.0f}"))
    axes.set_xlabel("steps")
