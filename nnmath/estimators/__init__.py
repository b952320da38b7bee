"""Networks as scikit-learn estimators: `fit` and `predict`, in pipelines, grid searches and cross-validation."""

from nnmath.extras import optional

optional("sklearn", "table", "nnmath.estimators")

from nnmath.estimators.classifier import NetworkClassifier  # noqa: E402
from nnmath.estimators.regressor import NetworkRegressor  # noqa: E402

__all__ = ["NetworkClassifier", "NetworkRegressor"]
