"""Loss and accuracy over the epochs."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter, NullLocator, PercentFormatter

from nnmath.plots.style import ACCENT, FOREGROUND, new_figure, png
from nnmath.training.metrics import Score

#: Scores by the number of epochs that had passed.
History = Mapping[float, Score]


class NamedScores(Protocol):
    """The scores of one value of a setting."""

    @property
    def name(self) -> str: ...
    @property
    def training(self) -> Score: ...
    @property
    def test(self) -> Score: ...


class SweepRows(Protocol):
    """The scores of several values of a setting."""

    @property
    def kind(self) -> str: ...
    @property
    def rows(self) -> Sequence[NamedScores]: ...


def curve_png(training: History, test: History) -> bytes:
    """Draw loss and accuracy, on the training data and on held-out data, one above the other."""
    with new_figure(9, 6.5) as figure:
        draw_curves(figure.subplots(2, sharex=True), training, test)
        return png(figure)


def comparison_png(tables: Sequence[SweepRows], title: str) -> bytes:
    """Draw accuracy and loss of each value of each setting that is compared: a row of two panels for a setting."""
    with new_figure(11, 0.6 + 4.2 * len(tables)) as figure:
        figure.suptitle(title, x=0.02, ha="left", fontsize=15)
        for table, (left, right) in zip(tables, figure.subplots(len(tables), 2, squeeze=False), strict=True):
            draw_sweep(left, right, table)
        return png(figure)


def draw_sweep(left: Axes, right: Axes, table: SweepRows) -> None:
    """Draw the accuracies into the left panel and the losses into the right; numbers lie on a logarithmic axis."""
    rows = table.rows
    numeric = table.kind in ("rates", "epochs")
    places = [float(row.name) for row in rows] if numeric else [float(place) for place in range(len(rows))]
    for axes, name, index in ((left, "accuracy", 1), (right, "loss", 0)):
        solid, dashed = ("-", "--") if table.kind != "optimizers" else ("", "")
        axes.plot(places, [row.training[index] for row in rows], f"o{solid}", color=FOREGROUND, label="training data")
        axes.plot(places, [row.test[index] for row in rows], f"s{dashed}", color=ACCENT, label="held-out data")
        if numeric:
            axes.set_xscale("log")
        axes.set_xticks(places, [row.name for row in rows], fontsize=10)
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_xlabel({"rates": "learning rate", "epochs": "epochs", "widths": "hidden layers"}.get(table.kind, ""))
        axes.set_title(name)
        axes.grid(True)
    left.yaxis.set_major_locator(MaxNLocator(steps=[1, 2, 5, 10]))
    left.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    losses = [score.loss for row in rows for score in (row.training, row.test) if 0 < score.loss < float("inf")]
    scale_losses(right, losses)
    if right.get_yscale() == "linear":
        right.set_ylim(bottom=0)
    left.legend(loc="best", frameon=False)


def scale_losses(axes: Axes, losses: Sequence[float]) -> None:
    """Use a logarithmic axis where losses differ by more than ten times; its ticks are labelled with plain numbers."""
    if not losses or max(losses) <= 10 * min(losses):
        return
    axes.set_yscale("log")
    subs = (1, 2, 5) if max(losses) < 1e4 * min(losses) else (1,)
    axes.yaxis.set_major_locator(LogLocator(subs=subs))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda loss, _: f"{loss:g}"))
    axes.yaxis.set_minor_locator(NullLocator())


def as_measured_in_training(training: History) -> History:
    """Leave the final score out where the others are averages over the steps of an epoch.

    With mini-batches the score of an epoch is the average over its steps, each before its update; the final one is
    that of the finished model. The two are not comparable, and drawn as one line they would show a jump.
    """
    earlier = list(training)[:-1]
    averages = any(epoch != int(epoch) for epoch in earlier)
    return {epoch: training[epoch] for epoch in earlier} if averages else training


def draw_curves(panels: Sequence[Axes], training: History, test: History) -> None:
    """Draw loss into the upper of two panels, on a logarithmic scale where it goes far; accuracy into the lower."""
    upper, lower = panels
    last, course = max(training), as_measured_in_training(training)
    best = max(test, key=lambda epoch: test[epoch].accuracy)
    for axes, index in ((upper, 0), (lower, 1)):
        axes.plot(list(course), [score[index] for score in course.values()], color=FOREGROUND, linewidth=1.3)
        axes.plot(list(test), [score[index] for score in test.values()], color=ACCENT, linewidth=1.3, linestyle="--")
        axes.set_xlim(0, last)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(True)
    here, there = training[last], test[last]
    losses = [score.loss for score in (*course.values(), *test.values())]
    scale_losses(upper, losses)
    upper.tick_params(labelbottom=False)
    upper.set_ylabel("loss, log scale" if upper.get_yscale() == "log" else "loss")
    upper.set_title(f"loss: training {here.loss:.3f}, held-out {there.loss:.3f}")
    lower.plot([best], [test[best].accuracy], "o", color=ACCENT, markersize=7, clip_on=False, zorder=4)
    where = f"best held-out epoch, {best:,.0f}: {test[best].accuracy:.1%}"
    lower.legend(("training data", "held-out data", where), loc="lower right", framealpha=0.9, edgecolor="none")
    lower.set_title(f"accuracy: training {here.accuracy:.1%}, held-out {there.accuracy:.1%}")
    lower.set_ylabel("accuracy")
    lower.yaxis.set_major_locator(MaxNLocator(steps=[1, 2, 5, 10]))
    lower.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    lower.xaxis.set_major_formatter(FuncFormatter(lambda epoch, _: f"{epoch:,.0f}"))
    lower.set_xlabel("epochs")
