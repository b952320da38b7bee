"""A project to build pages of: the real derivations and modules, a check that held, runs and a model made up here."""

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from nnmath.site.library import read_library
from nnmath.training.model import Model, model_bytes

ROOT = Path(__file__).parents[2]


def check_of(root: Path) -> dict[str, Any]:
    """A check.json in which every derivation of a project held."""
    rows: list[dict[str, Any]] = [
        {
            "name": one.name,
            "ok": True,
            "equations": {"run": len(one.tags), "held": len(one.tags), "not_run": 0},
            "code": {
                "module": one.module.path if one.module else "",
                "examples": 56,
                "results": [
                    {"name": "value", "tag": max(one.tags), "unit": "ulp", "error": 1.25, "limit": 8.0, "where": "z[0]"}
                ],
            },
            "differences": {
                "examples": 200,
                "compared": 11786,
                "worst": 0.12,
                "worst_at": "z[1]",
                "widest": 7e-6,
                "kinks": 0,
                "not_judged": 3,
            },
        }
        for one in read_library(root)
    ]
    return {
        "ok": True,
        "rows": rows,
        "properties": {"tests/gradients": {"held": 47, "broken": 0}},
        "examples": 200,
        "seconds": 30.5,
        "versions": {"python": "3.11.7", "numpy": "2.4.6"},
        "finished": "2026-11-21T00:47:05Z",
    }


def digit_model() -> Model:
    """A network for digits that has learnt nothing, which is enough to compare numbers with."""
    rng = np.random.default_rng(0)
    sizes = ((784, 12), (12, 10))
    layers = [(rng.normal(size=shape) / 8, rng.normal(size=shape[1]) / 8) for shape in sizes]
    return Model(layers, "relu", "softmax", tuple("0123456789"))


def make_project(folder: Path, model: Model | None = None, *, only: Sequence[str] = ()) -> Path:
    """Make a project in a folder, of all derivations or of some, with results that are the same on every machine."""
    for name in ("derivations", "nnmath"):
        (folder / name).symlink_to(ROOT / name)
    if only:
        leave_derivations(folder, only)
    results = folder / "results"
    write(results / "check.json", json.dumps(check_of(folder)).encode())
    write(results / "digits" / "model.npz", model_bytes(model or digit_model()))
    write(results / "digits" / "metrics.json", json.dumps({"test_accuracy": 0.999, "settings": {}}).encode())
    metrics = {
        "accuracy": 0.97,
        "test_accuracy": 0.82,
        "loss": 0.07,
        "training_seconds": 4.25,
        "published": "0.967",
        "settings": {"sizes": [2, 64, 3], "hidden": "relu", "epochs": 10001},
    }
    write(results / "spiral" / "metrics.json", json.dumps(metrics).encode())
    for file in ("boundary.gif", "regions.png", "curve.png"):
        write(results / "spiral" / file, picture(file))
    return folder


def leave_derivations(folder: Path, paths: Sequence[str]) -> None:
    """Replace the derivations of a project by some of them and the table of contents: fewer pages are built sooner."""
    every = (folder / "derivations").resolve()
    (folder / "derivations").unlink()
    for name in ("README.md", *paths):
        write(folder / "derivations" / name, (every / name).read_bytes())


def picture(name: str) -> bytes:
    """A small picture of the kind that a name says."""
    file = io.BytesIO()
    Image.new("RGB", (64, 48), (16, 170, 130)).save(file, name.rpartition(".")[2].upper())
    return file.getvalue()


def write(path: Path, content: bytes) -> None:
    """Write a file, and the folders that it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
