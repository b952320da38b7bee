"""What the classifier and the regressor share: a network of dense layers, trained by the loop of `nnmath.training`."""

from collections.abc import Iterable, Sequence
from math import inf
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from nnmath.data.split import held_out
from nnmath.progress import progress
from nnmath.training.initial_weights import initialize
from nnmath.training.loop import train
from nnmath.training.metrics import outputs
from nnmath.training.network import ACTIVATIONS, flatten, unflatten
from nnmath.training.optimizers import OPTIMIZERS, constant
from nnmath.typing import Array, Layers, Loss

#: Rows of a mini-batch where `batch_size` is "auto": so many, and more in a table so large that an epoch would
#: otherwise have more steps than this.
AUTO_ROWS, AUTO_STEPS = 32, 1000


class NetworkEstimator(BaseEstimator):
    """A network that is fitted to the rows of a table; a subclass says what its outputs mean.

    Attributes
    ----------
    layers_ : list of (W, b)
        The weights, shape (inputs, outputs), and the biases of each dense layer.
    n_iter_ : int
        The epochs that were trained.
    best_iter_ : int
        The epoch after which the loss on the held-out rows was smallest, and whose weights are kept; without held-out
        rows the last epoch.
    loss_curve_ : list of float
        The training loss in each epoch, without the penalty.
    validation_loss_curve_ : list of float
        The loss on the held-out rows after each epoch; empty where none are held out.
    n_features_in_ : int
        The columns of X.
    feature_names_in_ : array of str
        Their names, where X is a data frame.
    """

    hidden_layer_sizes: Sequence[int]
    activation: str
    solver: str
    alpha: float
    batch_size: int | str
    learning_rate_init: float
    max_iter: int
    early_stopping: bool
    validation_fraction: float
    n_iter_no_change: int
    tol: float
    random_state: Any
    verbose: bool
    n_iter_: int
    best_iter_: int

    def _encode(self, y: NDArray[Any]) -> tuple[NDArray[Any], int]:
        """Learn from y what the outputs mean; return the targets of the loss and the number of outputs."""
        raise NotImplementedError

    def _targets(self, y: NDArray[Any]) -> NDArray[Any]:
        """Return the targets of the loss for further rows."""
        raise NotImplementedError

    def _loss(self) -> Loss:
        """Return the loss of the outputs and the targets."""
        raise NotImplementedError

    def _fit(self, X: ArrayLike, y: ArrayLike, numeric: bool) -> None:
        """Train from new weights, and stop where the loss no longer falls."""
        self._check_parameters()
        x, y = self._validated(X, y, numeric, reset=True)
        targets, width = self._encode(y)
        self._initialize(x, width)
        kept_back = np.zeros(len(x), bool)
        if self.early_stopping:
            groups = np.zeros(len(x), int) if numeric else np.unique(y, return_inverse=True)[1]
            kept_back = held_out(groups, self.validation_fraction, self._generator)
        x_kept_back, targets_kept_back = x[kept_back], targets[kept_back]
        learned = (x[~kept_back], targets[~kept_back]) if kept_back.any() else (x, targets)
        best, best_theta, waited = inf, self._theta.copy(), 0
        epochs = self._epochs(*learned, self.max_iter)
        name = type(self).__name__
        for _ in progress(epochs, name, "epochs", self.max_iter, hidden=not self.verbose):
            loss = self.loss_curve_[-1]
            if kept_back.any():
                predicted = outputs(x_kept_back, self.layers_, ACTIVATIONS[self.activation])
                loss = float(self._loss()(predicted, targets_kept_back)[0])
                self.validation_loss_curve_.append(loss)
            waited = 0 if loss < best - self.tol else waited + 1
            if loss < best:
                best, self.best_iter_ = loss, self.n_iter_
                best_theta[:] = self._theta
            if waited >= self.n_iter_no_change:
                break
        if kept_back.any():
            self._theta[:] = best_theta
        else:
            self.best_iter_ = self.n_iter_

    def _partial_fit(self, X: ArrayLike, y: ArrayLike, numeric: bool, first: bool) -> None:
        """Go through some rows once, from the weights as they are; nothing is held out."""
        self._check_parameters()
        x, y = self._validated(X, y, numeric, reset=first)
        if first:
            targets, width = self._encode(y)
            self._initialize(x, width)
        else:
            targets = self._targets(y)
        for _ in self._epochs(x.astype(self._theta.dtype, copy=False), targets, 1):
            self.best_iter_ = self.n_iter_

    def _validated(self, X: ArrayLike, y: ArrayLike, numeric: bool, reset: bool) -> tuple[Array, NDArray[Any]]:
        x, checked = validate_data(
            self, X, y, reset=reset, dtype=[np.float64, np.float32], y_numeric=numeric, ensure_min_samples=2 * reset
        )
        return x, checked

    def _initialize(self, x: Array, width: int) -> None:
        seed = check_random_state(self.random_state).randint(np.iinfo(np.int32).max)
        self._generator = np.random.default_rng(seed)
        self._sizes = (x.shape[1], *self.hidden_layer_sizes, width)
        weights = "he" if self.activation == "relu" else "glorot"
        self._theta = flatten(initialize(self._sizes, self._generator, weights)).astype(x.dtype)
        self._remembered: dict[str, NDArray[Any]] = {}
        self.n_iter_ = self.best_iter_ = 0
        self.loss_curve_: list[float] = []
        self.validation_loss_curve_: list[float] = []

    def _epochs(self, x: Array, targets: NDArray[Any], count: int) -> Any:
        """Train for so many epochs; yields after each."""
        strength = np.zeros_like(self._theta)
        for W, _ in unflatten(strength, self._sizes):
            W[...] = self.alpha / len(x)
        batch = max(AUTO_ROWS, -(-len(x) // AUTO_STEPS)) if self.batch_size == "auto" else int(self.batch_size)
        with np.errstate(over="ignore", invalid="ignore"):  # a loss that is not finite raises a DivergenceError
            for epoch in train(
                self._theta,
                self._sizes,
                x,
                None,
                targets=targets,
                loss_of=self._loss(),
                activation=ACTIVATIONS[self.activation],
                update=OPTIMIZERS[self.solver](self._theta, state=self._remembered),
                rate_at=constant(self.learning_rate_init),
                strength=strength,
                batch=min(batch, len(x)),
                rng=self._generator,
                epochs=count,
            ):
                self.n_iter_ += 1
                self.loss_curve_.append(epoch.loss)
                yield epoch

    @property
    def layers_(self) -> Layers:
        """The weights and biases of each dense layer."""
        if not hasattr(self, "_theta"):
            raise AttributeError(f"{type(self).__name__} has no layers_ before it is fitted")
        return unflatten(self._theta, self._sizes)

    def _outputs(self, X: ArrayLike) -> Array:
        """Return the outputs of the network for each row of X."""
        check_is_fitted(self)
        x = validate_data(self, X, reset=False, dtype=self._theta.dtype)
        return outputs(x, self.layers_, ACTIVATIONS[self.activation])

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "_theta")

    def _check_parameters(self) -> None:
        """Refuse parameters that make no sense, by name; scikit-learn wants that in `fit`."""
        batch = self.batch_size
        for name, right, expected in (
            ("hidden_layer_sizes", all_positive(self.hidden_layer_sizes), "a sequence of positive integers"),
            ("activation", self.activation in ACTIVATIONS, f"one of {', '.join(ACTIVATIONS)}"),
            ("solver", self.solver in OPTIMIZERS, f"one of {', '.join(OPTIMIZERS)}"),
            ("alpha", between(0, self.alpha) or self.alpha == 0, "a number, 0 or more"),
            ("batch_size", batch == "auto" or all_positive([batch]), 'a positive integer or "auto"'),
            ("learning_rate_init", between(0, self.learning_rate_init), "a positive number"),
            ("max_iter", all_positive([self.max_iter]), "a positive integer"),
            ("validation_fraction", between(0, self.validation_fraction, 1), "a number between 0 and 1"),
            ("n_iter_no_change", all_positive([self.n_iter_no_change]), "a positive integer"),
            ("early_stopping", isinstance(self.early_stopping, bool | np.bool_), "True or False"),
            ("tol", between(0, self.tol) or self.tol == 0, "a number, 0 or more"),
        ):
            if not right:
                raise ValueError(f"{name}: expected {expected}, got {getattr(self, name)!r}")


def between(low: float, value: Any, high: float = inf) -> bool:
    """Whether a value is a number between two others."""
    return isinstance(value, Real) and low < float(value) < high


def all_positive(values: Any) -> bool:
    """Whether all of some values are positive integers."""
    return isinstance(values, Iterable) and all(isinstance(value, int | np.integer) and value > 0 for value in values)
