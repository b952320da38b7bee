"""A network that chooses among classes."""

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted

from nnmath.estimators.network_estimator import NetworkEstimator
from nnmath.training.losses import LOSSES, predicted_classes, probabilities, targets
from nnmath.typing import Array, Loss


class NetworkClassifier(ClassifierMixin, NetworkEstimator):
    """A network of dense layers for classification.

    Two classes have one output, a sigmoid with binary cross-entropy; more have one each, with softmax and
    cross-entropy. By default a fifth of the rows of each class is held out of training: training stops when the loss on
    them no longer falls, and the weights of the best epoch are kept. Scale the columns first, with `StandardScaler`
    for example.

    Parameters
    ----------
    hidden_layer_sizes : sequence of int
        The width of each hidden layer; () for none.
    activation : {"relu", "sigmoid"}
        Between the layers.
    solver : {"adam", "momentum", "rmsprop", "descent"}
        How the gradient moves the weights.
    alpha : float, 0 or more
        Strength of the L2 penalty, α/(2n) Σ W² for n rows: α weighs about as much as so many rows.
    batch_size : int or "auto"
        Rows a step; "auto" is 32, and more where an epoch would otherwise have more than 1,000 steps.
    learning_rate_init : float, positive
        The learning rate, the same in each step.
    max_iter : int, positive
        The most epochs.
    early_stopping : bool
        Whether rows are held out to stop on. If not, the training loss is watched, and the last epoch is kept.
    validation_fraction : float, in (0, 1)
        The share of the rows that is held out.
    n_iter_no_change : int, positive
        Epochs without progress after which training stops.
    tol : float, 0 or more
        A loss that is lower by less than this is no progress.
    random_state : int, RandomState or None
        Where the initial weights, the held-out rows and the order of the rows come from.
    verbose : bool
        Whether progress is shown on standard error.

    Attributes
    ----------
    classes_ : array, shape (K,)
        The classes, sorted. The other attributes are those of `NetworkEstimator`.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from nnmath.estimators import NetworkClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> model = make_pipeline(StandardScaler(), NetworkClassifier(random_state=0)).fit(X, y)
    >>> model.score(X, y) > 0.9
    True
    """

    def __init__(
        self,
        hidden_layer_sizes: Any = (32,),
        *,
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
        y : array, shape (N,)
            The class of each row: numbers, strings or truth values.

        Raises
        ------
        ValueError
            A parameter, X or y is not what is expected, or y holds fewer than two classes.
        DivergenceError
            The loss is no longer finite; a smaller `learning_rate_init` helps.
        """
        self._fit(X, y, numeric=False)
        return self

    def partial_fit(self, X: ArrayLike, y: ArrayLike, classes: ArrayLike | None = None) -> Self:
        """Go through some rows once, from the weights as they are.

        Parameters
        ----------
        X : array, shape (N, D), finite
        y : array, shape (N,)
        classes : array, shape (K,), optional
            All classes that will come; needed in the first call, unless these rows have them all.
        """
        first = not self.__sklearn_is_fitted__()
        if first:
            self._expected = None if classes is None else np.unique(classes)
        elif classes is not None and not np.array_equal(np.unique(classes), self.classes_):
            raise ValueError(f"classes: expected {self.classes_}, those of the first call, got {np.unique(classes)}")
        try:
            self._partial_fit(X, y, numeric=False, first=first)
        finally:
            self.__dict__.pop("_expected", None)
        return self

    def decision_function(self, X: ArrayLike) -> Array:
        """Return the logits: shape (N,) for two classes, positive for the second; otherwise shape (N, K)."""
        logits = self._outputs(X)
        return logits[:, 0] if len(self.classes_) == 2 else logits

    def predict_proba(self, X: ArrayLike) -> Array:
        """Return the probability of each class, shape (N, K), in the order of `classes_`."""
        return probabilities(self._outputs(X), self._output())

    def predict_log_proba(self, X: ArrayLike) -> Array:
        """Return the logarithm of the probability of each class, shape (N, K)."""
        with np.errstate(divide="ignore"):  # a probability that is 0 has the logarithm -inf
            return np.log(self.predict_proba(X))

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the most probable class of each row, shape (N,)."""
        check_is_fitted(self)
        found: NDArray[Any] = self.classes_[predicted_classes(self._outputs(X))]
        return found

    def _encode(self, y: NDArray[Any]) -> tuple[NDArray[Any], int]:
        check_classification_targets(y)
        expected = getattr(self, "_expected", None)
        classes = np.unique(y) if expected is None else expected
        if len(classes) < 2:
            raise ValueError(f"y: expected two or more classes, got 1 class, {classes.tolist()[0]!r}")
        self.classes_ = classes
        return self._targets(y), 1 if len(classes) == 2 else len(classes)

    def _targets(self, y: NDArray[Any]) -> NDArray[Any]:
        labels = np.searchsorted(self.classes_, y).clip(max=len(self.classes_) - 1)
        unknown = self.classes_[labels] != y
        if unknown.any():
            raise ValueError(f"y: expected one of the classes {self.classes_}, got {y[unknown].tolist()[0]!r}")
        width = 1 if len(self.classes_) == 2 else len(self.classes_)
        return targets(labels, self._output(), width, np.float64)

    def _output(self) -> str:
        return "sigmoid" if len(self.classes_) == 2 else "softmax"

    def _loss(self) -> Loss:
        return LOSSES[self._output()]
