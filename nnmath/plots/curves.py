"""Loss and accuracy over the epochs."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter, NullLocator, PercentFormatter

from nnmath.plots.style import ACCENT, FOREGROUND, new_figure, png
from nnmath.training.metrics import Score

#: Scores by how many epochs had gone by.
History = Mapping[float, Score]


def curve_png(training: History, test: History) -> bytes:
    """Draw loss and accuracy, on the training data and on other data, one above the other."""
    with new_figure(9, 6.5) as figure:
        draw_curves(figure.subplots(2), training, test)
        return png(figure)


def comparison_png(table: Sequence[tuple[int, Score, Score]], title: str) -> bytes:
    """Draw the scores on training and on test data after some numbers of epochs, side by side."""
    counts = [epochs for epochs, _, _ in table]
    with new_figure(11, 4.6) as figure:
        left, right = figure.subplots(1, 2)
        figure.suptitle(title, x=0.02, ha="left", fontsize=15)
        for axes, name, index in ((left, "accuracy", 1), (right, "loss", 0)):
            axes.semilogx(
                counts, [training[index] for _, training, _ in table], "o-", color=FOREGROUND, label="training data"
            )
            axes.semilogx(counts, [test[index] for _, _, test in table], "s--", color=ACCENT, label="fresh data")
            axes.set_xticks(counts, [f"{count:,}" for count in counts])
            axes.xaxis.set_minor_formatter(NullFormatter())
            axes.xaxis.set_minor_locator(NullLocator())
            axes.set_xlabel("epochs")
            axes.set_title(name)
            axes.grid(True)
        left.yaxis.set_major_locator(MaxNLocator(steps=[1, 2, 5, 10]))
        left.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        right.set_ylim(bottom=0)
        left.legend(loc="lower right", frameon=False)
        return png(figure)


def draw_curves(panels: Sequence[Axes], training: History, test: History) -> None:
    """Draw loss into the upper of two panels, on a logarithmic scale where it goes far; accuracy into the lower."""
    upper, lower = panels
    last = max(training)
    for axes, index in ((upper, 0), (lower, 1)):
        axes.plot(list(training), [score[index] for score in training.values()], color=FOREGROUND, linewidth=1.3)
        axes.plot(list(test), [score[index] for score in test.values()], color=ACCENT, linewidth=1.3, linestyle="--")
        axes.set_xlim(0, last)
        axes.grid(True)
    here, there = training[last], test[last]
    losses = [score.loss for score in (*training.values(), *test.values())]
    if max(losses) > 10 * min(losses):
        upper.set_yscale("log")
        upper.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        upper.yaxis.set_major_formatter(FuncFormatter(lambda loss, _: f"{loss:g}"))
        upper.yaxis.set_minor_locator(NullLocator())
    upper.tick_params(labelbottom=False)
    upper.set_title(f"loss: training {here.loss:.3f}, test {there.loss:.3f}")
    upper.legend(
        ("training data", "test data"),
        loc="lower right",
        bbox_to_anchor=(1, 1),
        borderaxespad=0,
        frameon=False,
        ncols=2,
    )
    lower.set_title(f"accuracy: training {here.accuracy:.1%}, test {there.accuracy:.1%}")
    lower.yaxis.set_major_locator(MaxNLocator(steps=[1, 2, 5, 10]))
    lower.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    lower.xaxis.set_major_locator(MaxNLocator(integer=True))
    lower.xaxis.set_major_formatter(FuncFormatter(lambda epoch, _: f"{epoch:,.0f}"))
    lower.set_xlabel("epochs")
