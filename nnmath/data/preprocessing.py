"""From the values of a table to the inputs of a network: plain figures, which a model file can hold.

`nnmath.estimators.pipeline` learns them with scikit-learn; here they are applied, so that `predict` depends neither on
a version of scikit-learn nor on pickle. skops, which saves a pipeline itself, was not taken: its files need the version
of scikit-learn that wrote them, the types in them have to be trusted one by one, and no export to ONNX follows from it.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


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

    def inputs(self, frame: Any) -> NDArray[np.float64]:
        """Make the inputs of the network of raw values.

        Parameters
        ----------
        frame : pandas.DataFrame, N rows
            Columns of floats, and of categories in the order of the features.

        Returns
        -------
        x : float array, shape (N, D)
        """
        x = np.zeros((len(frame), len(self.mean)))
        d = 0
        for name, categories, fill in self.features:
            if categories:
                codes = np.asarray(frame[name].cat.codes)
                codes = d + np.where(codes < 0, int(fill), codes)
                x[np.arange(len(x)), codes] = self.scale[codes] > 0
            elif self.scale[d] > 0:
                values = np.asarray(frame[name], np.float64)
                x[:, d] = (np.where(np.isnan(values), fill, values) - self.mean[d]) / self.scale[d]
            d += len(categories) or 1
        return x
