"""The estimators keep scikit-learn's conventions, learn, stop in time and keep the best epoch."""

import pickle
from typing import Any

import numpy as np
import pytest
from sklearn import datasets
from sklearn.base import clone
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

from nnmath.data.split import held_out
from nnmath.estimators import NetworkClassifier, NetworkRegressor
from nnmath.training.loop import DivergenceError

ESTIMATORS = [
    NetworkClassifier(),
    NetworkClassifier(hidden_layer_sizes=(), activation="sigmoid", early_stopping=False),
    NetworkRegressor(),
    NetworkRegressor(loss="huber", solver="momentum"),
]


def moons(count: int = 300, noise: float = 0.3) -> tuple[Any, Any]:
    """Points of two half-moons that overlap."""
    x, y = datasets.make_moons(count, noise=noise, random_state=0)
    return x, y


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("estimator", ESTIMATORS, ids=str)
def test_every_check_of_scikit_learn_passes(estimator: Any) -> None:
    results = check_estimator(estimator, on_fail=None)
    assert [r["check_name"] for r in results if r["status"] not in ("passed", "skipped")] == []
    assert len(results) > 40


@pytest.mark.parametrize(
    ("estimator", "data", "least"),
    [
        (NetworkClassifier(random_state=0), datasets.load_breast_cancer(return_X_y=True), 0.96),
        (NetworkClassifier(random_state=0), datasets.load_iris(return_X_y=True), 0.93),
        (NetworkRegressor(random_state=0), datasets.load_diabetes(return_X_y=True), 0.35),
        (NetworkRegressor(random_state=0), datasets.make_friedman1(600, noise=1, random_state=0), 0.85),
        (NetworkRegressor(loss="huber", random_state=0), datasets.make_friedman1(600, random_state=0), 0.85),
    ],
    ids=["breast cancer", "iris", "diabetes", "friedman", "friedman, huber"],
)
def test_the_defaults_learn(estimator: Any, data: Any, least: float) -> None:
    assert cross_val_score(make_pipeline(StandardScaler(), estimator), *data, cv=3).mean() >= least


def test_the_weights_of_the_best_epoch_are_kept() -> None:
    x, y = moons(120)
    found = NetworkClassifier((64,), alpha=0, learning_rate_init=0.05, random_state=1).fit(x, y)
    curve = found.validation_loss_curve_
    assert found.best_iter_ == int(np.argmin(curve)) + 1 < found.n_iter_ == len(curve) == len(found.loss_curve_)
    shorter = clone(found).set_params(max_iter=found.best_iter_).fit(x, y)
    np.testing.assert_array_equal(found.predict_proba(x), shorter.predict_proba(x))


def test_without_held_out_rows_the_last_epoch_is_kept() -> None:
    x, y = moons(50)
    found = NetworkClassifier(early_stopping=False, max_iter=7, random_state=0).fit(x, y)
    assert (found.best_iter_, found.n_iter_, found.validation_loss_curve_) == (7, 7, [])


def test_rows_that_are_held_out_teach_nothing() -> None:
    x, y = moons(80)
    rng = np.random.default_rng(np.random.RandomState(5).randint(np.iinfo(np.int32).max))
    rng.normal(size=(2, 8)), rng.normal(size=(8, 1))  # the weights, drawn before
    kept_back = held_out(y, 0.2, rng)
    settings: dict[str, Any] = {"hidden_layer_sizes": (8,), "max_iter": 1, "random_state": 5}
    one = NetworkClassifier(**settings).fit(x, y)
    planted = np.where(kept_back[:, np.newaxis], 1e3, x)
    other = NetworkClassifier(**settings).fit(planted, y)
    np.testing.assert_array_equal(one.predict_proba(x), other.predict_proba(x))
    assert one.validation_loss_curve_ != other.validation_loss_curve_


@pytest.mark.parametrize("classes", [2, 3])
def test_partial_fit_learns_in_parts(classes: int) -> None:
    x, y = datasets.make_blobs(300, centers=classes, random_state=0)
    names = np.array(["c", "a", "b"])[y]
    found = NetworkClassifier(random_state=0)
    for _ in range(20):
        for part in np.split(np.arange(300), 3):
            found.partial_fit(x[part], names[part], classes=np.unique(names))
    assert found.n_iter_ == 60
    assert found.score(x, names) > 0.9
    with pytest.raises(ValueError, match=r"y: expected one of the classes .*, got 'z'"):
        found.partial_fit(x, np.full(300, "z"))
    with pytest.raises(ValueError, match=r"classes: expected .* those of the first call"):
        found.partial_fit(x, names, classes=["a", "z"])


def test_a_regressor_goes_on_from_a_saved_copy() -> None:
    x, y = datasets.make_friedman1(200, random_state=0)
    found = NetworkRegressor(random_state=0).partial_fit(x[:100], y[:100])
    copy = pickle.loads(pickle.dumps(found))
    for model in (found, copy):
        model.partial_fit(x[100:], y[100:])
    np.testing.assert_array_equal(found.predict(x), copy.predict(x))


def test_the_quantity_may_have_any_size() -> None:
    x, y = datasets.make_friedman1(200, random_state=0)
    one = NetworkRegressor(random_state=0).fit(x, y).predict(x)
    other = NetworkRegressor(random_state=0).fit(x, 1e6 + 1e4 * y).predict(x)
    np.testing.assert_allclose(other, 1e6 + 1e4 * one, rtol=1e-6)


def test_an_outlier_does_not_decide_the_huber_loss() -> None:
    x = np.linspace(-1, 1, 100)[:, np.newaxis]
    y = x[:, 0].copy()
    y[::10] += 50
    errors = [
        np.abs(NetworkRegressor((), loss=loss, delta=0.01, random_state=0).fit(x, y).predict(x) - x[:, 0]).mean()
        for loss in ("huber", "squared_error")
    ]
    assert errors[0] < errors[1] / 3


def test_single_precision_stays_so() -> None:
    x, y = moons(60)
    found = NetworkClassifier(max_iter=3).fit(x.astype(np.float32), y)
    assert found.predict_proba(x).dtype == np.float32


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"hidden_layer_sizes": (0,)}, r"hidden_layer_sizes: expected a sequence of positive integers, got \(0,\)"),
        ({"hidden_layer_sizes": 8}, "hidden_layer_sizes: expected a sequence of positive integers, got 8"),
        ({"tol": "x"}, "tol: expected a number, 0 or more, got 'x'"),
        ({"early_stopping": "yes"}, "early_stopping: expected True or False, got 'yes'"),
        ({"activation": "tanh"}, "activation: expected one of relu, sigmoid, got 'tanh'"),
        ({"solver": "sgd"}, "solver: expected one of adam"),
        ({"alpha": float("nan")}, "alpha: expected a number, 0 or more, got nan"),
        ({"batch_size": "all"}, "batch_size: expected a positive integer or"),
        ({"learning_rate_init": -1}, "learning_rate_init: expected a positive number, got -1"),
        ({"validation_fraction": 1}, "validation_fraction: expected a number between 0 and 1, got 1"),
        ({"max_iter": 0}, "max_iter: expected a positive integer, got 0"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused_by_name(settings: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        NetworkClassifier(**settings).fit(*moons(20))


def test_what_cannot_be_learned_is_refused() -> None:
    x, y = moons(20)
    with pytest.raises(ValueError, match="y: expected two or more classes, got 1 class, 'a'"):
        NetworkClassifier().fit(x, ["a"] * 20)
    with pytest.raises(DivergenceError, match="training diverged"):
        NetworkRegressor(learning_rate_init=1e300, solver="descent").fit(x, y)
    with pytest.raises(ValueError, match="loss: expected 'squared_error' or 'huber', got 'l1'"):
        NetworkRegressor(loss="l1").fit(x, y)
    with pytest.raises(ValueError, match="delta: expected a positive number, got 0"):
        NetworkRegressor(delta=0).fit(x, y)
