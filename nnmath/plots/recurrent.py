"""What recurrent networks remember: how far gradients reach back in time, and the errors as they learn."""

from collections.abc import Mapping

import numpy as np

from nnmath.plots.curves import scale_losses
from nnmath.plots.steps import label_steps
from nnmath.plots.style import ACCENT, FOREGROUND, GRID, new_figure, png
from nnmath.training.metrics import Score
from nnmath.typing import Array

#: The colour and the name of each network.
DRAWN = {"lstm": (ACCENT, "LSTM"), "plain": (FOREGROUND, "plain")}

#: What is smaller is drawn as this: float32 has no smaller numbers of full precision.
SMALLEST = 1e-38


def norms_png(norms: Mapping[str, tuple[Array, Array]]) -> bytes:
    """Draw the norms of the gradients through time of each network, before training and after, on a log scale."""
    with new_figure(9, 5.2) as figure:
        axes = figure.subplots()
        for name, (before, after) in norms.items():
            colour, words = DRAWN[name]
            back = np.arange(len(before))[::-1]
            axes.plot(back, np.maximum(before, SMALLEST), "--", color=colour, linewidth=1.4, label=f"{words}, before")
            axes.plot(back, np.maximum(after, SMALLEST), color=colour, linewidth=1.8, label=f"{words}, after training")
        axes.set_yscale("log")
        axes.invert_xaxis()
        axes.set_xlabel("steps before the end")
        axes.set_ylabel("norm, log scale")
        axes.set_title("gradient of the answer with respect to the state, through time")
        axes.grid(True)
        axes.legend(frameon=False, ncols=2, loc="best")
        return png(figure)


def errors_png(tests: Mapping[str, Mapping[float, Score]], batch: int) -> bytes:
    """Draw the mean squared errors on the test sequences over the steps."""
    with new_figure(9, 5.2) as figure:
        axes = figure.subplots()
        for name, scores in tests.items():
            colour, words = DRAWN[name]
            errors = [score.loss for score in scores.values()]
            axes.plot(list(scores), errors, "o-", color=colour, label=f"{words}: {errors[-1]:.2g}", zorder=3)
        axes.axhline(1 / 24, color=GRID, linewidth=2, label="always answering 0.5: 0.042", zorder=1)
        scale_losses(axes, [score.loss for scores in tests.values() for score in scores.values()])
        label_steps(axes, max(max(scores) for scores in tests.values()))
        axes.set_xlabel(f"steps of {batch} sequences")
        axes.set_ylabel("error, log scale")
        axes.set_title("mean squared error on 2,000 test sequences")
        axes.grid(True)
        axes.legend(frameon=False)
        return png(figure)
