"""Deep networks side by side: sizes of signals and gradients by layer, and accuracies as they learn."""

from collections.abc import Mapping

import numpy as np
from matplotlib.ticker import MaxNLocator, PercentFormatter

from nnmath.plots.steps import label_steps
from nnmath.plots.style import COLOURS, FOREGROUND, new_figure, png
from nnmath.training.metrics import Score

#: A colour, a marker and a width of the line for each network: lines that coincide are both seen.
LINES = ((COLOURS[0], "o", 1.5), (FOREGROUND, "s", 4.0), (COLOURS[2], "^", 1.5), (COLOURS[1], "v", 1.5))

#: Root mean squares of the outputs of each layer, and of the gradients with respect to them.
Sizes = tuple[list[float], list[float]]


def sizes_png(networks: Mapping[str, tuple[Sizes, Sizes]]) -> bytes:
    """Draw the sizes by layer of each network: above before training, below after it, each on a log scale.

    Where all entries of a layer are 0, nothing is drawn.
    """
    with new_figure(12, 8.6) as figure:
        panels = figure.subplots(2, 2, sharex=True, sharey="col")
        for (words, sizes), (colour, marker, width) in zip(networks.items(), LINES, strict=True):
            for row, moment in enumerate(sizes):
                for axes, values in zip(panels[row], moment, strict=True):
                    layers = np.arange(1, len(values) + 1)
                    shown = np.where(np.array(values) > 0, values, np.nan)
                    axes.plot(layers, shown, color=colour, marker=marker, linewidth=width, markersize=5, label=words)
        for row, when in enumerate(("before training", "after training")):
            for axes, what in zip(panels[row], ("outputs", "gradients"), strict=True):
                axes.set_yscale("log")
                axes.set_title(f"{what}, {when}" + (" (no point: all are 0)" if row else ""))
                axes.xaxis.set_major_locator(MaxNLocator(integer=True))
                axes.grid(True)
                if row:
                    axes.set_xlabel("hidden layer")
            panels[row][0].set_ylabel("root mean square, log scale")
        handles, words_of = panels[0][0].get_legend_handles_labels()
        figure.legend(handles, words_of, loc="outside lower center", ncols=2, frameon=False)
        return png(figure)


def accuracies_png(tests: Mapping[str, Mapping[float, Score]]) -> bytes:
    """Draw the accuracy of each network on the test images over the steps."""
    with new_figure(11, 6.4) as figure:
        axes = figure.subplots()
        for (words, scores), (colour, marker, width) in zip(tests.items(), LINES, strict=True):
            values = [score.accuracy for score in scores.values()]
            label = f"{words}: {values[-1]:.1%}"
            axes.plot(list(scores), values, color=colour, marker=marker, linewidth=width, label=label, clip_on=False)
        axes.set_ylim(0, 1)
        axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        axes.set_title("accuracy on the test images")
        axes.grid(True)
        label_steps(axes, max(max(scores) for scores in tests.values()))
        figure.legend(loc="outside lower center", ncols=2, frameon=False)
        return png(figure)
