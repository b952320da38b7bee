"""From the values of a table to the inputs of a network, by figures that the training part alone has settled.

A missing number becomes the median, a missing category the most frequent one. A number becomes an input with mean 0
and standard deviation 1; a category becomes one-hot: an input for each, 1 for the one that it is. An input that never
changes in the training part teaches nothing about what a change would mean: it is 0, there and ever after.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnmath.data.columns import Column

#: Differences below this would overflow when they are divided by, and are taken for none.
SMALLEST = 1e-100

ALL = slice(None)


class Feature(NamedTuple):
    """A column that the network learns from.

    Attributes
    ----------
    name : str
    categories : tuple of str
        None for a column of numbers.
    fill : float
        What stands in for a missing value: the median, or the position of the most frequent category.
    """

    name: str
    categories: tuple[str, ...]
    fill: float

    @property
    def inputs(self) -> list[str]:
        """The name of each input of the network that the column makes."""
        return [f"{self.name}={category}" for category in self.categories] or [self.name]

    @property
    def filling(self) -> str:
        """What stands in for a missing value, as a person reads it."""
        return repr(self.categories[int(self.fill)]) if self.categories else f"{self.fill:g}"


class Preprocessing(NamedTuple):
    """What makes inputs of raw values: input d is (value - mean[d]) / scale[d], or 0 where scale[d] is 0.

    Attributes
    ----------
    target : str
        The name of the column that is predicted.
    features : tuple of Feature
        The columns, in the order of the inputs that they make.
    mean, scale : float array, shape (D,)
        For the inputs of a category the mean is 0 and the scale is 1, or 0 where the training part has none of it.
    """

    target: str
    features: tuple[Feature, ...]
    mean: NDArray[np.float64]
    scale: NDArray[np.float64]


def width(columns: Sequence[Column] | Sequence[Feature]) -> int:
    """Return how many inputs columns make: one for numbers, one for each category."""
    return sum(len(column.categories) or 1 for column in columns)


def fit(columns: Sequence[Column], rows: NDArray[np.integer], target: str) -> Preprocessing:
    """Settle on figures by some rows of a table, and by nothing else.

    Parameters
    ----------
    columns : sequence of Column
    rows : integer array
        The rows of the training part.
    target : str
        The name of the column that is predicted.
    """
    features, means, scales = [], [np.empty(0)], [np.empty(0)]
    for name, values, categories in columns:
        part = values[rows]
        if categories:
            counts = np.bincount(part[part >= 0], minlength=len(categories))
            fill = float(counts.argmax())
            counts[int(fill)] += np.count_nonzero(part < 0)
            mean, scale = np.zeros(len(categories)), (counts > 0).astype(float)
        else:
            present = part[~np.isnan(part)]
            fill = float(np.median(present)) if len(present) else 0.0
            part[np.isnan(part)] = fill
            mean, scale = mean_and_deviation(part)
        features.append(Feature(name, categories, fill))
        means.append(mean)
        scales.append(scale)
    return Preprocessing(target, tuple(features), np.concatenate(means), np.concatenate(scales))


def mean_and_deviation(x: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and standard deviation, shape (1,); the latter is 0 where rounding alone would make it differ."""
    low, high = x.min(), x.max()
    if high - low <= SMALLEST + 1e-14 * max(abs(low), abs(high)):
        return np.array([low]), np.zeros(1)
    return x.mean(keepdims=True), x.std(keepdims=True)


def apply(
    preprocessing: Preprocessing, values: Sequence[NDArray[Any]], rows: NDArray[np.integer] | slice = ALL
) -> NDArray[np.float64]:
    """Make inputs of raw values.

    Parameters
    ----------
    preprocessing : Preprocessing
    values : sequence of array
        For each feature, as a `Column` holds them.
    rows : integer array, shape (N,), or slice
        Which of them; by default all.

    Returns
    -------
    x : float array, shape (N, D)
    """
    features = preprocessing.features
    x = np.zeros((len(values[0][rows]), width(features)))
    d = 0
    for (_, categories, fill), column in zip(features, values, strict=True):
        raw = column[rows]  # one column at a time: a second copy of the whole table need not fit in memory
        mean, scale = preprocessing.mean[d], preprocessing.scale[d]
        if categories:
            codes = np.where(raw < 0, int(fill), raw)
            x[np.arange(len(x)), d + codes] = preprocessing.scale[d + codes] > 0
        elif scale > 0:
            x[:, d] = (np.where(np.isnan(raw), fill, raw) - mean) / scale
        d += len(categories) or 1
    return x
