"""A scikit-learn pipeline for a table: fill in what is missing, scale numbers, make categories one-hot, then a network.

The fitted pipeline becomes a `Model`, whose file holds plain arrays and no pickle.
"""

from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from nnmath.data.preprocessing import Feature, Preprocessing
from nnmath.estimators.network_estimator import NetworkEstimator
from nnmath.estimators.regressor import NetworkRegressor
from nnmath.training.model import Model


def table_pipeline(frame: Any, network: NetworkEstimator) -> Pipeline:
    """Make a pipeline for the columns of a data frame, floats or pandas' categories, that differ from row to row.

    Parameters
    ----------
    frame : pandas.DataFrame
        The rows that are learned from, and no others.
    network : NetworkClassifier or NetworkRegressor
    """
    varied = [name for name in frame.columns if frame[name].nunique() > 1]
    categories = [name for name in varied if frame[name].dtype == "category"]
    numbers = [name for name in varied if name not in categories]
    columns = ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
            (
                "categories",
                make_pipeline(
                    SimpleImputer(strategy="most_frequent"),
                    OneHotEncoder(handle_unknown="ignore", sparse_output=False),
                ),
                categories,
            ),
        ]
    )
    return Pipeline([("columns", columns), ("network", network)])


def model_of(pipeline: Pipeline, frame: Any, target: str, classes: tuple[str, ...]) -> Model:
    """Return a fitted pipeline as a model that can be saved.

    A category that only rows outside of the training part have is an input of the model that is always 0. A quantity is
    scaled back by the last layer.

    Parameters
    ----------
    pipeline : Pipeline
        Of `table_pipeline`, fitted.
    frame : pandas.DataFrame
        The table, with all categories that are known.
    target : str
        The name of the column that is predicted.
    classes : tuple of str
        The name of each class, or () for a quantity.
    """
    columns, network = pipeline.named_steps["columns"], pipeline.named_steps["network"]
    number_names, category_names = (names for _, _, names in columns.transformers)
    features: list[Feature] = []
    mean, scale = np.zeros(0), np.zeros(0)
    places: list[int] = []  # of each input of the pipeline's network among those of the model
    if number_names:
        imputer, scaler = (step for _, step in columns.named_transformers_["numbers"].steps)
        features += [Feature(name, (), float(fill)) for name, fill in zip(number_names, imputer.statistics_)]
        mean, scale = scaler.mean_, scaler.scale_
        places += range(len(mean))
    if category_names:
        imputer, encoder = (step for _, step in columns.named_transformers_["categories"].steps)
        for name, fill, learned in zip(category_names, imputer.statistics_, encoder.categories_):
            known = tuple(frame[name].cat.categories)
            places += [len(mean) + known.index(category) for category in learned]
            features.append(Feature(name, known, float(known.index(fill))))
            mean = np.append(mean, np.zeros(len(known)))
            scale = np.append(scale, np.isin(np.array(known, object), learned).astype(np.float64))
    (W, b), *others = network.layers_
    first = np.zeros((len(mean), W.shape[1]), W.dtype)
    first[places] = W
    layers = [(first, b), *others]
    if isinstance(network, NetworkRegressor):
        W, b = layers[-1]
        layers[-1] = (W * network.y_scale_, b * network.y_scale_ + network.y_mean_)
    output = "identity" if not classes else "sigmoid" if len(classes) == 2 else "softmax"
    return Model(layers, network.activation, output, classes, Preprocessing(target, tuple(features), mean, scale))
