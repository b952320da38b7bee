"""Learning a table of the user's own: rows are held out, a pipeline is fitted to the others, and both are scored."""

import platform
import time
import warnings
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import mean_absolute_error, r2_score

from nnmath.data.split import held_out
from nnmath.data.table import Table
from nnmath.estimators import NetworkClassifier, NetworkRegressor
from nnmath.estimators.network_estimator import NetworkEstimator
from nnmath.estimators.pipeline import model_of, table_pipeline
from nnmath.training.metrics import confusion_matrix, precision_and_recall
from nnmath.training.model import Model

#: The share of the rows that is tested on, unless it is said.
HELD_OUT = 0.25


class TableRun(NamedTuple):
    """What came of a table.

    Attributes
    ----------
    table : Table
    model : Model
    network : NetworkEstimator
        With its parameters and the losses of each epoch.
    tested : array of bool, shape (N,)
        The rows that were held out.
    answers : array, shape (N,)
        The label or the quantity that the model predicts for each row.
    seconds : float
        That fitting took.
    """

    table: Table
    model: Model
    network: NetworkEstimator
    tested: NDArray[np.bool_]
    answers: NDArray[Any]
    seconds: float


def learn(table: Table, share: float = HELD_OUT, seed: int = 0, **settings: Any) -> TableRun:
    """Hold out a share of the rows, of each class at least one, and fit a pipeline to the others alone.

    Parameters
    ----------
    table : Table
    share : float, in (0, 1)
    seed : int
        Where the held-out rows, the initial weights and the order of the rows come from.
    **settings
        Parameters of `NetworkClassifier` or `NetworkRegressor`.

    Raises
    ------
    ValueError
        A setting makes no sense, or no column differs from row to row.
    DivergenceError
        The loss is no longer finite.
    """
    if not 0 < share < 1:
        raise ValueError(f"held_out: expected a number between 0 and 1, got {share}")
    values, classes = table.target.values, table.target.classes
    groups = values if classes else np.zeros(len(values), int)
    tested = held_out(groups, share, np.random.default_rng(seed), least=1)
    learned = table.frame[~tested]
    network = (NetworkClassifier if classes else NetworkRegressor)(random_state=seed, **settings)
    begun = time.perf_counter()
    pipeline = table_pipeline(learned, network)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The number of unique classes")  # what the target is has been decided
        pipeline.fit(learned, values[~tested])
    seconds = time.perf_counter() - begun
    model = model_of(pipeline, table.frame, table.target.name, classes)
    return TableRun(table, model, network, tested, pipeline.predict(table.frame), seconds)


def scores(run: TableRun) -> dict[str, Any]:
    """Return how good the answers are, on the rows learned from and on those held out, and what guessing would be."""
    truth, classes, tested = run.table.target.values, run.table.target.classes, run.tested
    learned = ~tested
    if not classes:
        mean = truth[learned].mean()
        return {
            "r2": float(r2_score(truth[learned], run.answers[learned])),
            "test_r2": r_squared(truth[tested], run.answers[tested]),
            "mean_absolute_error": float(mean_absolute_error(truth[learned], run.answers[learned])),
            "test_mean_absolute_error": float(mean_absolute_error(truth[tested], run.answers[tested])),
            "mean": float(mean),
            "mean_error": float(np.abs(truth[tested] - mean).mean()),
        }
    confusion = confusion_matrix(truth[tested], run.answers[tested], len(classes))
    precision, recall = precision_and_recall(confusion)
    guess = int(np.bincount(truth[learned]).argmax())
    return {
        "accuracy": float(np.mean(truth[learned] == run.answers[learned])),
        "test_accuracy": float(np.mean(truth[tested] == run.answers[tested])),
        "largest_class": classes[guess],
        "largest_class_accuracy": float(np.mean(truth[tested] == guess)),
        "classes": list(classes),
        "confusion": confusion.tolist(),
        "precision": [None if np.isnan(share) else float(share) for share in precision],
        "recall": [None if np.isnan(share) else float(share) for share in recall],
    }


def r_squared(truth: NDArray[np.float64], answers: NDArray[np.float64]) -> float | None:
    """Return the share of the variance that is explained; None where there is no variance."""
    return float(r2_score(truth, answers)) if len(truth) > 1 and truth.min() < truth.max() else None


def metrics(run: TableRun, name: str, reading: dict[str, Any]) -> dict[str, Any]:
    """Return the content of metrics.json: what was learned and how, and what came out."""
    network = run.network
    settings = {key: value for key, value in network.get_params().items() if key != "verbose"}
    return {
        "experiment": name,
        "task": "classification" if run.table.target.classes else "regression",
        "settings": {**reading, **settings, "sizes": list(run.model.sizes), "epochs": network.n_iter_},
        "best_epoch": network.best_iter_,
        "parameters": sum(W.size + b.size for W, b in run.model.layers),
        "training_examples": int(np.count_nonzero(~run.tested)),
        "test_examples": int(np.count_nonzero(run.tested)),
        **scores(run),
        "losses": network.loss_curve_,
        "validation_losses": network.validation_loss_curve_,
        "training_seconds": round(run.seconds, 3),
        "versions": {"python": platform.python_version(), "numpy": np.__version__, "machine": platform.machine()},
    }
