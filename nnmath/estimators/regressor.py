"""A network that predicts a quantity."""

from functools import partial
from math import inf
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import RegressorMixin

from nnmath.estimators.network_estimator import NetworkEstimator
from nnmath.primitives.losses.huber import huber
from nnmath.primitives.losses.mean_squared_error import mean_squared_error
from nnmath.typing import Array, Loss


class NetworkRegressor(RegressorMixin, NetworkEstimator):
    """A network of dense layers for regression.

    It has one output without an activation. The quantity is scaled to mean 0 and standard deviation 1 for training, and
    scaled back by `predict`, so that the defaults fit prices as well as shares. By default a fifth of the rows is held
    out of training: training stops when the loss on them no longer falls, and the weights of the best epoch are kept.
    Scale the columns of X first, with `StandardScaler` for example.

    Parameters
    ----------
    hidden_layer_sizes : sequence of int
        The width of each hidden layer; () for none.
    loss : {"squared_error", "huber"}
        The mean squared error, or the Huber loss, which outliers do not decide.
    delta : float, positive
        Where the Huber loss turns from a square to a line, in standard deviations of y.
    activation, solver, alpha, batch_size, learning_rate_init, max_iter, early_stopping, validation_fraction
        As those of `NetworkClassifier`.
    n_iter_no_change, tol, random_state, verbose
        As those of `NetworkClassifier`.

    Attributes
    ----------
    y_mean_, y_scale_ : float
        Mean and standard deviation of y; of the first rows, where `partial_fit` was called. The losses in
        `loss_curve_` are those of the scaled quantity. The other attributes are those of `NetworkEstimator`.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from nnmath.estimators import NetworkRegressor
    >>> X, y = load_diabetes(return_X_y=True)
    >>> model = make_pipeline(StandardScaler(), NetworkRegressor(random_state=0)).fit(X, y)
    >>> model.score(X, y) > 0.4
    True
    """

    def __init__(
        self,
        hidden_layer_sizes: Any = (32,),
        *,
        loss: str = "squared_error",
        delta: float = 1.0,
        activation: str = "relu",
        solver: str = "adam",
        alpha: float = 3.0,
        batch_size: int | str = "auto",
        learning_rate_init: float = 0.005,
        max_iter: int = 400,
        early_stopping: bool = True,
        validation_fraction: float = 0.2,
        n_iter_no_change: int = 20,
        tol: float = 1e-4,
        random_state: Any = None,
        verbose: bool = False,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.loss = loss
        self.delta = delta
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate_init = learning_rate_init
        self.max_iter = max_iter
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.tol = tol
        self.random_state = random_state
        self.verbose = verbose

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Train from new weights.

        Parameters
        ----------
        X : array, shape (N, D), finite
        y : array, shape (N,), finite
            The quantity of each row.

        Raises
        ------
        ValueError
            A parameter, X or y is not what is expected.
        DivergenceError
            The loss is no longer finite; a smaller `learning_rate_init` helps.
        """
        self._fit(X, y, numeric=True)
        return self

    def partial_fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Go through some rows once, from the weights as they are; the first rows settle the scale of y.

        Parameters
        ----------
        X : array, shape (N, D), finite
        y : array, shape (N,), finite
        """
        self._partial_fit(X, y, numeric=True, first=not self.__sklearn_is_fitted__())
        return self

    def predict(self, X: ArrayLike) -> Array:
        """Return the quantity of each row, shape (N,)."""
        scaled = self._outputs(X)[:, 0]
        return scaled * scaled.dtype.type(self.y_scale_) + scaled.dtype.type(self.y_mean_)

    def _encode(self, y: NDArray[Any]) -> tuple[NDArray[Any], int]:
        values = y.astype(np.float64)
        self.y_mean_, self.y_scale_ = float(values.mean()), float(values.std()) or 1.0
        return self._targets(y), 1

    def _targets(self, y: NDArray[Any]) -> NDArray[Any]:
        return ((y.astype(np.float64) - self.y_mean_) / self.y_scale_)[:, np.newaxis]

    def _loss(self) -> Loss:
        return mean_squared_error if self.loss == "squared_error" else partial(huber, delta=self.delta)

    def _check_parameters(self) -> None:
        super()._check_parameters()
        if self.loss not in ("squared_error", "huber"):
            raise ValueError(f"loss: expected 'squared_error' or 'huber', got {self.loss!r}")
        if not 0 < self.delta < inf:
            raise ValueError(f"delta: expected a positive number, got {self.delta!r}")
