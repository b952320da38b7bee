"""What a model file holds of the preprocessing: plain arrays, all of which are validated when read.

`target`, the name of the column that is predicted; `columns`, the names of those learned from; `counts`, how many
categories each has, 0 for one of numbers; `categories`, those of all columns one after the other; `fill`, what stands
in for a missing value, the median or the position of the most frequent category; and `mean` and `scale` of each input.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.data.preprocessing import Feature, Preprocessing

Arrays = Mapping[str, NDArray[Any]]


def preprocessing_arrays(preprocessing: Preprocessing) -> dict[str, NDArray[Any]]:
    """Return what is put into the file."""
    target, features, mean, scale = preprocessing
    return {
        "target": np.array(target),
        "columns": np.array([feature.name for feature in features]),
        "counts": np.array([len(feature.categories) for feature in features]),
        "categories": np.array([word for feature in features for word in feature.categories], np.str_),
        "fill": np.array([feature.fill for feature in features]),
        "mean": mean,
        "scale": scale,
    }


def read_preprocessing(arrays: Arrays, inputs: int) -> Preprocessing | None:
    """Return the preprocessing that the arrays of a file hold, for a network with so many inputs; None for none.

    Raises
    ------
    ValueError
        The arrays do not fit each other, or the network.
    """
    if "columns" not in arrays:
        return None
    columns = vector(arrays, "columns", "U")
    counts = vector(arrays, "counts", "i", len(columns))
    if (counts < 0).any() or (counts > inputs).any() or int(np.maximum(counts, 1).sum()) != inputs:
        raise ValueError(f"counts: expected categories and numbers that make {inputs} inputs")
    words = vector(arrays, "categories", "U", int(counts.sum()))
    fill = numbers(arrays, "fill", len(columns))
    mean, scale = numbers(arrays, "mean", inputs), numbers(arrays, "scale", inputs)
    if (scale < 0).any():
        raise ValueError("scale: expected numbers that are 0 or more")
    target = arrays.get("target", np.array(0))
    if target.shape != () or target.dtype.kind != "U":
        raise ValueError("target: expected the name of a column")
    names = [str(target), *columns.tolist()]
    if len(set(names)) < len(names) or "" in names:
        raise ValueError("columns: expected a name of its own for each of them, and for the target")
    ends = np.cumsum(counts).tolist()
    features = tuple(
        feature(name, tuple(words[end - count : end].tolist()), value)
        for name, end, count, value in zip(columns.tolist(), ends, counts.tolist(), fill.tolist(), strict=True)
    )
    return Preprocessing(str(target), features, mean, scale)


def feature(name: str, categories: tuple[str, ...], fill: float) -> Feature:
    """Return a feature, if it makes sense."""
    if len(set(categories)) < len(categories) or "" in categories:
        raise ValueError(f"categories: expected those of {name[:80]!r} to differ, and none to be empty")
    if categories and fill not in range(len(categories)):
        raise ValueError(f"fill: expected the position of one of the categories of {name[:80]!r}, got {fill:g}")
    return Feature(name, categories, fill)


def vector(arrays: Arrays, name: str, kind: str, length: int | None = None) -> NDArray[Any]:
    """Return an array of one axis, of integers or of words, of that length or at least one long."""
    array = arrays.get(name, np.array(0))
    word = {"U": "words", "i": "integers"}[kind]
    if array.ndim != 1 or array.dtype.kind != kind or (len(array) < 1 if length is None else len(array) != length):
        count = "" if length is None else f"{length} "
        raise ValueError(f"{name}: expected {count}{word}, got {array.dtype} of shape {array.shape}")
    return array


def numbers(arrays: Arrays, name: str, length: int) -> NDArray[np.float64]:
    """Return an array of so many finite numbers."""
    array = arrays.get(name, np.array(0))
    if array.dtype != np.float64 or array.shape != (length,) or not np.isfinite(array).all():
        raise ValueError(f"{name}: expected {length} finite numbers, got {array.dtype} of shape {array.shape}")
    return array
