"""The training runs: their pictures and their figures, from `results`."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PIL import Image

from nnmath.files import read_json

#: The pictures that a run may have, in the order in which they are shown, and what each one shows.
PICTURES = {
    "boundary.gif": "The regions of the classes as they form, from the first weights to the last.",
    "regions.png": "The points and the region of each class after training.",
    "curve.png": "Loss and accuracy over the epochs, on the training data and on data that was not learnt from.",
    "comparison.png": "Accuracy and loss after different numbers of epochs.",
    "confusion.png": "The confusion matrix: how often each true class got each answer.",
    "wrong.png": "The digits whose answer was wrong and most certain, each with its true class and the answer.",
    "weights.png": "The weights of hidden units as images: where ink excites the unit, and where it inhibits.",
    "filters.png": "The windows of weights of two convolutions, each in units of its largest weight.",
    "maps.png": "What images become after each convolution and pooling.",
    "gradients.png": "The norms of the gradients through time, before training and after.",
    "sizes.png": "The sizes of signals and gradients by layer, before training and after.",
    "attention.png": "The weight with which each position of a text looks at those before it.",
    "data.png": "Some of the data to learn from.",
}
#: What stands in for the animation where no motion is wanted.
STILL = {"boundary.gif": "regions.png"}


@dataclass(frozen=True)
class Shown:
    """One picture of a run."""

    file: str
    still: str
    alt: str
    says: str
    width: int
    height: int


@dataclass(frozen=True)
class ShownRun:
    """One run: its name, what it was, what came out, its pictures."""

    name: str
    says: str
    figures: list[tuple[str, str]]
    pictures: list[Shown]


def read_runs(results: Path) -> tuple[list[ShownRun], dict[str, bytes], list[str]]:
    """Read the runs under a folder.

    Returns
    -------
    runs : list of ShownRun
    files : dict
        The pictures, by their names on the pages.
    problems : list of str
        What cannot be read, and why; it is left out.
    """
    runs, files, problems = [], {}, []
    for path in sorted(results.glob("*/metrics.json")):
        try:
            found = read_json(path)
        except (OSError, ValueError) as error:
            problems.append(f"{error}; the run is left out")
            continue
        try:
            name, says, figures = path.parent.name, _says(found), _figures(found)
        except (ValueError, TypeError, AttributeError, KeyError, OverflowError) as error:
            problems.append(f"{path}: not what a run writes ({error}); the run is left out")
            continue
        pictures = []
        for file, alt in PICTURES.items():
            try:
                content = (path.parent / file).read_bytes()
                width, height = Image.open(io.BytesIO(content), formats=("PNG", "GIF")).size
            except FileNotFoundError:
                continue
            except (OSError, ValueError, Image.DecompressionBombError) as error:
                problems.append(f"{path.parent / file}: {error}; the picture is left out")
                continue
            address = f"runs/{name}/{file}"
            files[address] = content
            pictures.append(Shown(address, "", f"{name}: {alt}", alt, width, height))
        runs.append(ShownRun(name, says, figures, [_with_still(one, files) for one in pictures]))
    runs.sort(key=lambda run: not any(picture.still for picture in run.pictures))  # what moves comes first
    return runs, files, problems


def _with_still(shown: Shown, files: Mapping[str, bytes]) -> Shown:
    """Return a picture with the one that stands in for it where no motion is wanted."""
    folder, _, file = shown.file.rpartition("/")
    still = f"{folder}/{STILL.get(file, '')}"
    return replace(shown, still=still) if still in files else shown


def _says(found: dict[str, Any]) -> str:
    settings = found.get("settings", {})
    parts = []
    if "sizes" in settings:
        parts.append("-".join(map(str, settings["sizes"])))
    if "hidden" in settings:
        parts.append(f"{settings['hidden']} between the layers")
    if "epochs" in settings:
        parts.append(f"{settings['epochs']:,} epochs")
    if "steps" in settings:
        parts.append(f"{settings['steps']:,} steps of {settings['batch']}")
    return ", ".join(parts)


def _figures(found: dict[str, Any]) -> list[tuple[str, str]]:
    figures = []
    for key, name in (("accuracy", "training accuracy"), ("test_accuracy", "test accuracy")):
        if isinstance(found.get(key), float):
            figures.append((name, f"{found[key]:.2%}"))
    if isinstance(found.get("loss"), float):
        figures.append(("training loss", f"{found['loss']:.4f}"))
    if isinstance(found.get("training_seconds"), int | float):
        figures.append(("time", f"{found['training_seconds']:.1f} s"))
    if found.get("published"):
        figures.append(("published", str(found["published"])))
    return figures
