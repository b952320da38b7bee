"""The page of all results: what was reported beside what came out, with seeds, time and pictures."""

import json
from pathlib import Path
from typing import Any

from nnmath.runs.experiments import FIRST_PASS, RECIPES
from nnmath.runs.recipe import Recipe

#: The figures of metrics.json, by the words for them.
FIGURES = {
    "accuracy": "training accuracy",
    "loss": "training loss",
    "test_accuracy": "test accuracy",
    "best_test_accuracy": "test accuracy in the best epoch",
}
PICTURES = ("regions.png", "wrong.png", "weights.png", "comparison.png", "curve.png", "confusion.png", "data.png")

INTRODUCTION = """# Results

What `make reproduce` has computed on this machine: what was reported elsewhere for each run, what must be reached, and
what came out. A figure is of the last epoch, or says otherwise, and the median where there are several seeds. The
settings of each run are in its `metrics.json` and in `nnmath/runs/experiments.py`; those of the MNIST runs were chosen
on the last 10,000 training images.
"""


def page(folder: Path) -> str:
    """Return the page for the results that lie in a folder."""
    found = load(folder)
    table = ["| run | reported | must reach | ours | seeds | time a seed |", "|---|---|---|---|---|---:|"]
    table += [row(RECIPES[name], metrics) for name, metrics in found.items()]
    sections = [section(RECIPES[name], metrics, folder / name) for name, metrics in found.items()]
    if (folder / FIRST_PASS.name / "first-pass.txt").exists():
        link = f"{FIRST_PASS.name}/first-pass.txt"
        sections.append(f"## {FIRST_PASS.name}\n\n{sentence(FIRST_PASS.summary)}: [{link}]({link}).\n")
    return "\n".join([INTRODUCTION, *table, "", *sections])


def load(folder: Path) -> dict[str, Any]:
    """Read the metrics of the runs that a folder holds, in the order of the recipes."""
    paths = {name: folder / name / "metrics.json" for name in RECIPES}
    return {name: json.loads(path.read_text()) for name, path in paths.items() if path.exists()}


def missed_requirements(folder: Path) -> list[str]:
    """Say which runs do not reach what they must."""
    return [
        f"{name}: the {FIGURES[figure]} is {metrics['median'][figure]:.4f}, and {least} is wanted"
        for name, metrics in load(folder).items()
        for figure, least in RECIPES[name].required.items()
        if metrics["median"][figure] < least
    ]


def row(recipe: Recipe, metrics: dict[str, Any]) -> str:
    """Return a line of the table."""
    required = "; ".join(f"{FIGURES[figure]} ≥ {least}" for figure, least in recipe.required.items())
    shown = dict.fromkeys((*recipe.required, "accuracy", "test_accuracy"))
    ours = "; ".join(f"{FIGURES[figure]} **{metrics['median'][figure]:.4f}**" for figure in shown)
    seeds = ", ".join(str(run["seed"]) for run in metrics["runs"])
    cells = (
        f"[{recipe.name}](#{recipe.name})",
        recipe.published or "–",
        required or "–",
        ours,
        seeds,
        f"{metrics['median']['training_seconds']:.0f} s",
    )
    return f"| {' | '.join(cells)} |"


def section(recipe: Recipe, metrics: dict[str, Any], folder: Path) -> str:
    """Return what there is to see of a run: its settings in a line, and its pictures."""
    sizes = "-".join(map(str, metrics["settings"]["sizes"]))
    lines = [
        f"## {recipe.name}",
        "",
        f"{sentence(recipe.summary)}. Network {sizes}, {metrics['parameters']:,} parameters, "
        f"{metrics['training_examples']:,} examples to learn from and {metrics['test_examples']:,} to test on; "
        f"all in [metrics.json]({recipe.name}/metrics.json).",
        "",
        *(f"![{recipe.name}, {name}]({recipe.name}/{name})" for name in PICTURES if (folder / name).exists()),
        "",
    ]
    if "comparison" in metrics:
        lines += [(folder / "comparison.md").read_text()]
    return "\n".join(lines)


def sentence(summary: str) -> str:
    """Return a summary as the beginning of a sentence."""
    return summary[0].upper() + summary[1:]
