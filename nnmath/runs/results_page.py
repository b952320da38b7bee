"""The page of all results: what was reported beside what came out, with seeds, time and pictures."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nnmath.files import read_json
from nnmath.runs.experiments import FIRST_PASS, RECIPES
from nnmath.runs.recipe import Recipe
from nnmath.runs.step_runs import STEP_RUNS

#: The figures of metrics.json, by the words for them.
FIGURES = {
    "accuracy": "training accuracy",
    "loss": "training loss",
    "test_accuracy": "test accuracy",
    "best_test_accuracy": "test accuracy in the best epoch",
}
PICTURES = (
    "regions.png", "boundary.gif", "wrong.png", "weights.png", "comparison.png", "curve.png", "confusion.png",
    "data.png",
)  # fmt: skip

INTRODUCTION = """# Results

What has been computed on this machine: what was reported elsewhere for each run, what must be reached, and what came
out. A figure is that of the last epoch unless it says otherwise. Where there are several seeds it is the median, with
the lower and the upper quartile in brackets. The settings of the MNIST runs were chosen on the last 10,000 training
images; those of `spiral` and `binary` on other seeds.
"""


def page(folder: Path) -> str:
    """Return the page for the results that lie in a folder."""
    found = load(folder, RECIPES)
    table = ["| run | reported | must reach | ours | seeds | time a seed |", "|---|---|---|---|---|---:|"]
    sections = []
    for name, metrics in found.items():
        with written_by_a_run(folder / name):
            table.append(row(RECIPES[name], metrics))
            sections.append(section(RECIPES[name], metrics, folder / name))
    sections += [path.read_text() for path in sorted(folder.glob("*/summary.md"))]
    if (folder / FIRST_PASS.name / "first-pass.txt").exists():
        link = f"{FIRST_PASS.name}/first-pass.txt"
        sections.append(f"## {FIRST_PASS.name}\n\n{sentence(FIRST_PASS.summary)}: [{link}]({link}).\n")
    return "\n".join([INTRODUCTION, *table, "", *sections])


def load(folder: Path, names: Iterable[str]) -> dict[str, Any]:
    """Read the metrics of those of the runs that a folder holds, in their order."""
    paths = {name: folder / name / "metrics.json" for name in names}
    return {name: read_json(path) for name, path in paths.items() if path.exists()}


@contextmanager
def written_by_a_run(folder: Path) -> Iterator[None]:
    """Say of which run the figures are, where they are not of the form that a run writes."""
    try:
        yield
    except (ValueError, TypeError, AttributeError, LookupError, OverflowError) as error:
        raise ValueError(
            f"{folder / 'metrics.json'}: not what a run writes ({error}); remove it, or carry out the run again"
        ) from None


def missed_requirements(folder: Path) -> list[str]:
    """Return a sentence for each figure that is not what it must be."""
    missed = []
    for name, metrics in load(folder, RECIPES).items():
        with written_by_a_run(folder / name):
            missed += [
                f"{name}: the {FIGURES[figure]} is {metrics['median'][figure]:.4f}, and {least} is wanted"
                for figure, least in RECIPES[name].required.items()
                if metrics["median"][figure] < least
            ]
    for name, metrics in load(folder, STEP_RUNS).items():
        goal = STEP_RUNS[name].recipe.goal
        with written_by_a_run(folder / name):
            value = metrics["median"][goal.figure]
            if goal.missed(value):
                missed.append(f"{name}: the {goal.words} is {value:.4f}, and {goal.sentence()} is wanted")
    return missed


def row(recipe: Recipe, metrics: dict[str, Any]) -> str:
    """Return a line of the table."""
    required = "; ".join(f"{FIGURES[figure]} ≥ {least}" for figure, least in recipe.required.items())
    shown = dict.fromkeys((*recipe.required, "accuracy", "test_accuracy"))
    seeds = ", ".join(str(run["seed"]) for run in metrics["runs"])
    cells = (
        f"[{recipe.name}](#{recipe.name})",
        recipe.published or "–",
        required or "–",
        "; ".join(figure_with_quartiles(metrics, figure) for figure in shown),
        seeds,
        f"{metrics['median']['training_seconds']:.0f} s",
    )
    return f"| {' | '.join(cells)} |"


def figure_with_quartiles(metrics: dict[str, Any], figure: str) -> str:
    """Return a median, with the quartiles where there are several seeds."""
    text = f"{FIGURES[figure]} **{metrics['median'][figure]:.4f}**"
    if len(metrics["runs"]) < 2:
        return text
    low, high = metrics["quartiles"][figure]
    return f"{text} ({low:.4f} to {high:.4f})"


def section(recipe: Recipe, metrics: dict[str, Any], folder: Path) -> str:
    """Return what there is to see of a run: its settings in a line, its classes one by one, and its pictures."""
    versions = metrics["versions"]
    lines = [
        f"## {recipe.name}",
        "",
        f"{sentence(recipe.summary)}. {settings_line(metrics)}",
        "",
        f"{metrics['training_examples']:,} examples to learn from, {metrics['test_examples']:,} to test on. "
        f"{metrics['training_seconds']:.1f} s with Python {versions['python']}, NumPy {versions['numpy']}, "
        f"{versions['machine']}. The model of seed {metrics['seed']}, the median, is saved and shown; all figures are "
        f"in [metrics.json]({recipe.name}/metrics.json).",
        "",
        "| class | precision | recall |",
        "|---|---:|---:|",
        *(
            f"| {name} | {share(precision)} | {share(recall)} |"
            for name, precision, recall in zip(metrics["classes"], metrics["precision"], metrics["recall"], strict=True)
        ),
        "",
        *(f"![{recipe.name}, {name}]({recipe.name}/{name})" for name in PICTURES if (folder / name).exists()),
        "",
    ]
    if "comparison" in metrics:
        lines += [(folder / "comparison.md").read_text()]
    return "\n".join(lines)


def settings_line(metrics: dict[str, Any]) -> str:
    """Return the settings of a run in a line; those that do nothing in it are left out."""
    of = metrics["settings"]
    sizes = "-".join(map(str, of["sizes"]))
    batch = f"{of['batch']} examples a step" if of["batch"] else "all examples in each step"
    scale = f" times {of['scale']:g}" if of["scale"] != 1 else ""
    schedules = {
        "constant": "",
        "1/t": f" with 1/t decay {of['decay']:g}",
        "step": f" times {of['factor']:g} every {of['every']:,} epochs",
    }
    parts = [
        f"Network {sizes}, {metrics['parameters']:,} parameters, {of['hidden']}, {of['output']} output",
        f"{of['update']}, learning rate {of['rate']:g}{schedules[of['schedule']]}",
        f"{of['epochs']:,} epochs, {batch}",
        f"{of['weights']} initial weights{scale}",
    ]
    if of["l2"]:
        parts.append(f"L2 penalty {of['l2']:g} on {'all weights' if of['l2_on'] == 'weights' else 'the first layer'}")
    if of["smoothing"]:
        parts.append(f"label smoothing {of['smoothing']:g}")
    return "; ".join(parts) + "."


def share(number: float | None) -> str:
    """Return a share, or a dash where there is none."""
    return "–" if number is None else f"{number:.4f}"


def sentence(summary: str) -> str:
    """Return a summary as the beginning of a sentence."""
    return summary[0].upper() + summary[1:]
