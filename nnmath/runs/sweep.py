"""Sweeps: the same recipe with several values of one setting, side by side."""

from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any, NamedTuple

from nnmath.runs.recipe import UPDATES, Recipe
from nnmath.runs.run import carry_out, snapshot_scores
from nnmath.training.checkpoints import CheckpointFolder
from nnmath.training.loop import DivergenceError
from nnmath.training.metrics import Score

#: The rate of each optimizer by default: with one rate for all, a sweep would show which of them that rate suits.
DEFAULT_RATES: Mapping[str, float] = {"descent": 0.5, "momentum": 0.05, "rmsprop": 0.005, "adam": 0.01}

#: The factors that learning rates and widths are multiplied by where a sweep names no values.
RATE_FACTORS, WIDTH_FACTORS = (0.01, 0.1, 0.3, 1.0, 3.0, 10.0), (0.125, 0.25, 0.5, 1.0, 2.0, 4.0)


class Variant(NamedTuple):
    """One value of the setting that is compared, and the recipe with it."""

    name: str
    recipe: Recipe


class Sweep(NamedTuple):
    """A sweep over one setting.

    Attributes
    ----------
    kind : str
        "rates", "optimizers", "widths" or "epochs".
    variants : list of Variant
    """

    kind: str
    variants: list[Variant]


class SweepRow(NamedTuple):
    """The scores of one variant: the median of the seeds, on the training data and on the test data."""

    name: str
    training: Score
    test: Score
    diverged: int = 0
    """Seeds whose training diverged; they count as the worst accuracy."""


class SweepTable(NamedTuple):
    """What came of a sweep."""

    kind: str
    rows: list[SweepRow]


def parse_sweep(text: str, recipe: Recipe) -> Sweep:
    """Read a sweep such as "rates=0.1,0.5", "widths=16,32-32", or "optimizers" for values that suit the recipe.

    Raises
    ------
    ValueError
        There is no such sweep, or a value makes no sense.
    """
    kind, _, values = text.partition("=")
    if kind not in SWEEPS:
        raise ValueError(
            f"--compare: expected one of {', '.join(SWEEPS)}, with values or without, such as rates=0.1,0.5; got {text}"
        )
    names = [name.strip() for name in values.split(",")] if values else SWEEPS[kind].defaults(recipe)
    if len(set(names)) < len(names):
        raise ValueError(f"--compare: expected values that differ, got {text}")
    try:
        return Sweep(kind, [Variant(name, SWEEPS[kind].vary(recipe, name)) for name in names])
    except ValueError as error:
        raise ValueError(f"--compare {text}: {error}") from None


class Kind(NamedTuple):
    """How one kind of sweep changes a recipe."""

    vary: Callable[[Recipe, str], Recipe]
    defaults: Callable[[Recipe], list[str]]


def default_widths(recipe: Recipe) -> list[str]:
    """Multiply the widths of all hidden layers by the same factors."""
    hidden = recipe.sizes[1:-1]
    widths = [[max(1, round(factor * width)) for width in hidden] for factor in WIDTH_FACTORS]
    return list(dict.fromkeys("-".join(map(str, row)) for row in widths))


def default_epochs(recipe: Recipe) -> list[str]:
    """Return 1, 2, 5, 10, 20, 50, ... up to the epochs of the recipe."""
    steps = [digit * 10**power for power in range(len(str(recipe.epochs))) for digit in (1, 2, 5)]
    return [str(count) for count in (*(count for count in steps if count < recipe.epochs), recipe.epochs)]


def with_widths(recipe: Recipe, name: str) -> Recipe:
    """Replace the hidden layers; "16-8" is two of them."""
    return recipe.override(sizes=(recipe.sizes[0], *(int(width) for width in name.split("-")), recipe.sizes[-1]))


def with_optimizer(recipe: Recipe, name: str) -> Recipe:
    """Replace the optimizer; "adam:0.01" gives its learning rate, too, and without one it is one that suits it."""
    update, _, rate = name.partition(":")
    if update not in UPDATES:
        raise ValueError(f"expected one of {', '.join(UPDATES)}, got {update!r}")
    own = recipe.rate if update == recipe.update else DEFAULT_RATES[update]
    return recipe.override(update=update, rate=float(rate) if rate else own)


SWEEPS: Mapping[str, Kind] = {
    "rates": Kind(
        lambda recipe, name: recipe.override(rate=float(name)),
        lambda recipe: [f"{factor * recipe.rate:g}" for factor in RATE_FACTORS],
    ),
    "optimizers": Kind(with_optimizer, lambda recipe: list(UPDATES)),
    "widths": Kind(with_widths, default_widths),
    "epochs": Kind(lambda recipe, name: recipe.override(epochs=int(name)), default_epochs),
}


def carry_out_sweep(sweep: Sweep, folder: CheckpointFolder | None = None) -> SweepTable:
    """Train each variant with all seeds of the recipe.

    A variant whose training diverges is a row of the result, and does not end the sweep.
    """
    if sweep.kind == "epochs":
        return SweepTable(sweep.kind, compare_epochs(sweep.variants, folder))
    rows = []
    for name, recipe in sweep.variants:
        scores: list[tuple[Score, Score]] = []
        for seed in recipe.seeds:
            checkpoints = folder.of(f"{sweep.kind}-{name.replace(':', '-')}-seed-{seed}") if folder else None
            try:
                scores.append(carry_out(recipe, seed, checkpoints=checkpoints).last)
            except DivergenceError:
                if folder:
                    folder.forget()
        rows.append(row_of(name, scores, len(recipe.seeds) - len(scores)))
    return SweepTable(sweep.kind, rows)


def compare_epochs(variants: Sequence[Variant], folder: CheckpointFolder | None = None) -> list[SweepRow]:
    """Score one long run after several numbers of epochs: no schedule depends on how many there will be."""
    longest = max((recipe for _, recipe in variants), key=lambda recipe: recipe.epochs)
    counts = [recipe.epochs for _, recipe in variants]
    runs = [
        carry_out(longest, seed, counts, folder.of(f"comparison-seed-{seed}") if folder else None)
        for seed in longest.seeds
    ]
    return [row_of(name, [snapshot_scores(run, recipe.epochs) for run in runs]) for name, recipe in variants]


def row_of(name: str, scores: Sequence[tuple[Score, Score]], diverged: int = 0) -> SweepRow:
    """Return the median loss and the median accuracy of several seeds, on training and on test data."""
    worst = (Score(float("nan"), 0.0),) * 2
    training, test = zip(*(*scores, *[worst] * diverged), strict=True)
    return SweepRow(name, median_score(training), median_score(test), diverged)


def median_score(scores: Sequence[Score]) -> Score:
    """Return the median loss, of the seeds that have one, and the median accuracy."""
    losses = [score.loss for score in scores if score.loss == score.loss]
    return Score(median(losses) if losses else float("nan"), median(score.accuracy for score in scores))


def sweep_table(table: SweepTable) -> str:
    """Return the result of a sweep as a table in Markdown."""
    lines = [
        f"| {table.kind} | training loss | training accuracy | test loss | test accuracy |",
        "|---:|---:|---:|---:|---:|",
        *(
            f"| {row.name}{f' ({row.diverged} seeds diverged)' if row.diverged else ''} | {row.training.loss:.4f} "
            f"| {row.training.accuracy:.4f} | {row.test.loss:.4f} | {row.test.accuracy:.4f} |"
            for row in table.rows
        ),
    ]
    return "\n".join(lines) + "\n"


def sweep_figures(table: SweepTable) -> list[dict[str, Any]]:
    """Return the result of a sweep as metrics.json holds it."""
    return [
        {
            table.kind: row.name,
            "loss": finite(row.training.loss),
            "accuracy": row.training.accuracy,
            "test_loss": finite(row.test.loss),
            "test_accuracy": row.test.accuracy,
            "diverged": row.diverged,
        }
        for row in table.rows
    ]


def finite(number: float) -> float | None:
    """Return what JSON can hold: null in the place of NaN."""
    return None if number != number else number
