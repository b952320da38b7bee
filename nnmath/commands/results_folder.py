"""Where results go: a worse model does not replace a better one, and no model replaces one of something else."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nnmath.files import finish_writing, read_json, sole, write_files

#: What says how good a model is, on rows or points that it has not learned from: the higher, the better.
SCORES = {"test_accuracy": "test accuracy", "test_r2": "test R²"}


def keep_results(out: Path, found: dict[str, Any], contents: Mapping[str, bytes]) -> tuple[Path, str]:
    """Write the files of some results, and return what `folder_of` does; of two processes one waits for the other."""
    with sole(out / ".run.lock", wait=True):
        folder, kept = folder_of(out, found)
        write_files(folder, contents)
    return folder, kept


def folder_of(out: Path, found: dict[str, Any]) -> tuple[Path, str]:
    """Choose the folder for some results.

    Parameters
    ----------
    out : Path
        The folder that was asked for.
    found : dict
        What metrics.json is to hold.

    Returns
    -------
    folder : Path
        `out`, or with a number after its name where `out` holds a model that must not be replaced.
    kept : str
        A sentence about that model, or "".
    """
    finish_writing(out)
    kept = why_kept(out, found)
    folder, number = out, 1
    while why_kept(folder, found):
        number += 1
        folder = out.with_name(f"{out.name}-{number}")
    return folder, f"{out}/ holds {kept} and was left as it is; this run is in {folder}/." if kept else ""


def why_kept(folder: Path, found: dict[str, Any]) -> str:
    """Say why the model in a folder must not be replaced; "" if it may be."""
    try:
        before = read_json(folder / "metrics.json")
    except (OSError, ValueError):
        return ""
    if not isinstance(before, dict) or not (folder / "model.npz").exists():
        return ""
    if learned(before) != learned(found):
        return "a model of something else"
    for key, score in SCORES.items():
        old, new = before.get(key), found.get(key)
        if isinstance(old, float) and isinstance(new, float) and old > new:
            return f"a better model, of {score} {old:.4f} against {new:.4f} now,"
    return ""


def learned(metrics: dict[str, Any]) -> tuple[Any, Any, Any]:
    """Return what a model has learned: the name of the data, the target and the task."""
    settings = metrics.get("settings")
    return (
        metrics.get("experiment"),
        settings.get("target") if isinstance(settings, dict) else None,
        metrics.get("task"),
    )
