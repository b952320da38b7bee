"""The recipes: what they are, what they reach, that they repeat, and what they refuse."""

import io
import sys
from typing import Any

import numpy as np
import pytest

from nnmath.runs.experiments import BINARY, MNIST, MNIST_SIGMOID, RADIAL, RECIPES, SPIRAL
from nnmath.runs.recipe import CHOICES
from nnmath.runs.results import median_run, metrics, snapshot_epochs
from nnmath.runs.run import carry_out, snapshot_scores, strengths
from nnmath.runs.sweep import SWEEPS, carry_out_sweep, parse_sweep
from nnmath.training.loop import DivergenceError
from nnmath.training.losses import targets
from nnmath.training.metrics import outputs, score
from nnmath.training.network import ACTIVATIONS, unflatten


def settings(recipe: Any, *names: Any) -> Any:
    return tuple(recipe.settings()[name] for name in names)


def test_the_spiral_is_that_of_the_book() -> None:
    assert settings(SPIRAL, "sizes", "hidden", "output", "epochs", "batch") == (
        (2, 64, 3),
        "relu",
        "softmax",
        10_001,
        0,
    )
    assert settings(SPIRAL, "update", "rate", "schedule", "decay") == ("adam", 0.05, "1/t", 5e-7)
    assert settings(SPIRAL, "beta1", "beta2", "epsilon", "points", "noise") == (0.9, 0.999, 1e-7, 100, 0.2)
    assert RECIPES["spiral"] is SPIRAL


def test_the_books_own_recipes_start_from_the_books_weights() -> None:
    for name in ("spiral", "binary"):
        book, improved = RECIPES[f"{name}-book"], RECIPES[name]
        assert settings(book, "weights", "scale") == ("normal", 0.01)
        assert settings(book, "seeds") == settings(improved, "seeds") == (tuple(range(10)),)
        changed = {key for key, value in improved.settings().items() if value != book.settings()[key]}
        assert changed <= {"weights", "scale", "smoothing"}


def test_metrics_keep_the_history_and_the_spread() -> None:
    runs = [carry_out(SPIRAL.override(epochs=450, points=5, fresh=5), seed) for seed in range(4)]
    found = metrics(runs)
    for name, scores in (("training", median_run(runs).training), ("test", median_run(runs).test)):
        kept = found["history"][name]
        assert len(kept["epochs"]) == len(kept["loss"]) == len(kept["accuracy"]) <= 202
        assert all(scores[e] == (c, a) for e, c, a in zip(kept["epochs"], kept["loss"], kept["accuracy"]))
        assert kept["epochs"][-1] == 450
    accuracies = [run.last[1].accuracy for run in runs]
    assert found["quartiles"]["test_accuracy"] == pytest.approx(np.percentile(accuracies, [25, 75]))


def test_the_others_are_as_published() -> None:
    assert settings(RADIAL, "sizes", "hidden", "batch", "epochs", "points") == ((2, 4, 2), "sigmoid", 1, 100, 500)
    assert settings(BINARY, "sizes", "output", "epochs", "points") == ((2, 64, 1), "sigmoid", 10_001, 100)
    assert settings(BINARY, "update", "rate", "schedule", "decay") == ("adam", 0.001, "1/t", 5e-7)
    assert settings(BINARY, "l2", "l2_on") == (1e-3, "first-layer")
    assert settings(MNIST, "sizes", "batch", "update", "schedule") == ((784, 10, 10), 0, "descent", "step")
    assert settings(MNIST_SIGMOID, "sizes", "hidden", "output") == ((784, 30, 10), "sigmoid", "sigmoid")
    assert settings(MNIST_SIGMOID, "batch", "rate", "l2", "l2_on") == (10, 0.5, 1e-4, "weights")
    assert settings(MNIST_SIGMOID, "epochs", "images", "update") == (30, 50_000, "descent")


def test_no_recipe_looks_at_the_held_back_images_and_each_can() -> None:
    digits = [recipe for recipe in RECIPES.values() if recipe.sizes[0] == 784]
    assert [recipe.settings()["validate"] for recipe in digits] == [False] * 3


def test_the_spiral_reaches_what_was_published() -> None:
    run = carry_out(SPIRAL, 0)
    assert run.last[0].accuracy >= 0.96
    assert run.last[0].loss < 0.1


def test_the_same_seed_gives_the_same_numbers_bit_for_bit() -> None:
    recipe = SPIRAL.override(epochs=15, batch=50)
    one, same, other = (carry_out(recipe, seed) for seed in (3, 3, 4))
    assert all(a.tobytes() == b.tobytes() for pair in zip(one.model.layers, same.model.layers) for a, b in zip(*pair))
    assert (one.training, one.test) == (same.training, same.test)
    assert one.model.layers[0][0].tobytes() != other.model.layers[0][0].tobytes()
    assert one.data.x.tobytes() != other.data.x.tobytes()


def test_data_and_weights_come_from_streams_of_their_own() -> None:
    few, many = (carry_out(SPIRAL.override(epochs=1, points=points), 0, {0}) for points in (10, 20))
    assert few.snapshots[0].tobytes() == many.snapshots[0].tobytes()


@pytest.mark.parametrize("output", ["softmax", "sigmoid"])
def test_the_last_scores_are_those_of_the_model(output: Any) -> None:
    recipe = SPIRAL.override(epochs=7, batch=32, output=output, smoothing=0.1, sizes=(2, 9, 8, 3))
    run = carry_out(recipe, 0)
    for x, labels, found in ((run.data.x, run.data.labels, 0), (run.data.x_test, run.data.labels_test, 1)):
        logits = outputs(x, run.model.layers, ACTIVATIONS["relu"])
        assert score(logits, targets(labels, output, 3, float, 0.1), labels, output) == run.last[found]
    assert run.model.classes == ("red", "green", "blue")


def test_with_full_batches_the_course_is_that_after_so_many_epochs() -> None:
    run = carry_out(SPIRAL.override(epochs=40), 0, snapshot_epochs(40))
    assert list(run.training) == list(range(41))
    assert list(run.test) == list(range(1, 41))
    assert list(run.snapshots) == sorted(snapshot_epochs(40))
    for n in run.snapshots:
        assert run.training[n] == pytest.approx(snapshot_scores(run, n)[0], rel=1e-12)
        assert n == 0 or run.test[n] == snapshot_scores(run, n)[1]


def test_with_mini_batches_the_course_stands_in_the_middle_of_the_steps() -> None:
    run = carry_out(SPIRAL.override(epochs=2, batch=75), 0)  # 4 steps an epoch: 0, 1/4, 1/2, 3/4 of it have gone by
    assert list(run.training) == [0.375, 1.375, 2]


def test_moments_are_the_denser_the_earlier() -> None:
    chosen = sorted(snapshot_epochs(10_001))
    assert chosen[:5] == [0, 1, 2, 3, 4]
    assert chosen[-1] == 10_001
    assert 50 < len(chosen) <= 73
    assert sorted(snapshot_epochs(1)) == [0, 1]


def test_long_runs_are_not_scored_after_every_epoch() -> None:
    run = carry_out(SPIRAL.override(epochs=1501, points=2, fresh=2, sizes=(2, 3)), 0)
    assert len(run.test) == 215
    assert list(run.test)[-2:] == [1498, 1501]


def test_metrics_say_what_was_run_and_what_came_out() -> None:
    recipe = SPIRAL.override(epochs=20, noise=0.1, seeds=(9, 4, 2))
    runs = [carry_out(recipe, seed) for seed in recipe.seeds]
    found = metrics(runs)
    assert found["experiment"] == "spiral"
    assert found["settings"] == SPIRAL.settings() | {"epochs": 20, "noise": 0.1, "seeds": (9, 4, 2)}
    assert found["parameters"] == 2 * 64 + 64 + 64 * 3 + 3
    assert [run["seed"] for run in found["runs"]] == [9, 4, 2]
    accuracies = [run["test_accuracy"] for run in found["runs"]]
    assert found["test_accuracy"] == found["median"]["test_accuracy"] == sorted(accuracies)[1]
    shown = median_run(runs)
    assert (found["loss"], found["accuracy"], found["seed"]) == (*shown.last[0], shown.seed)
    assert np.trace(found["confusion"]) / np.sum(found["confusion"]) == pytest.approx(found["test_accuracy"])
    assert found["best_test_accuracy"] == max(scores.accuracy for scores in shown.test.values())
    assert shown.test[found["best_epoch"]].accuracy == found["best_test_accuracy"]
    assert len(found["precision"]) == len(found["recall"]) == 3
    assert found["versions"]["numpy"] == np.__version__


def test_a_comparison_of_epochs_is_that_of_runs_of_that_length() -> None:
    recipe = RADIAL.override(points=20, fresh=10, seeds=(0,))
    table = carry_out_sweep(parse_sweep("epochs=1,3", recipe))
    assert [row.name for row in table.rows] == ["1", "3"]
    for row in table.rows:
        assert (row.training, row.test) == carry_out(recipe.override(epochs=int(row.name)), 0).last


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("rates=0.1,0.02", [{"rate": 0.1}, {"rate": 0.02}]),
        ("widths=3,4-5", [{"sizes": (2, 3, 2)}, {"sizes": (2, 4, 5, 2)}]),
        ("optimizers=adam:0.1,descent", [{"update": "adam", "rate": 0.1}, {}]),
    ],
)
def test_a_sweep_trains_each_variant_with_every_seed(text: Any, changed: Any) -> None:
    recipe = RADIAL.override(points=20, fresh=10, seeds=(0, 1, 2), epochs=2)
    for row, settings in zip(carry_out_sweep(parse_sweep(text, recipe)).rows, changed, strict=True):
        accuracies = [carry_out(recipe.override(**settings), seed).last[1].accuracy for seed in recipe.seeds]
        assert row.test.accuracy == sorted(accuracies)[1]


def test_a_variant_that_diverges_is_a_row_of_the_sweep() -> None:
    recipe = SPIRAL.override(points=10, fresh=5, seeds=(0, 1), epochs=3)
    good, bad = carry_out_sweep(parse_sweep("rates=0.01,1e300", recipe)).rows
    assert (good.diverged, bad.diverged, bad.test.accuracy) == (0, 2, 0.0)


def test_a_sweep_without_values_suits_the_recipe() -> None:
    found = {kind: [name for name, _ in parse_sweep(kind, SPIRAL).variants] for kind in SWEEPS}
    assert found["epochs"][:4] == ["1", "2", "5", "10"]
    assert found["epochs"][-1] == "10001"
    assert "0.05" in found["rates"]
    assert "64" in found["widths"]
    assert found["optimizers"] == ["descent", "momentum", "rmsprop", "adam"]


@pytest.mark.parametrize(
    "text", ["speed", "rates=fast", "rates=-1", "widths=0", "epochs=0", "rates=1,1", "optimizers=x"]
)
def test_a_sweep_that_makes_no_sense_is_refused(text: Any) -> None:
    with pytest.raises(ValueError, match="--compare"):
        parse_sweep(text, SPIRAL)


def test_the_penalty_covers_what_the_recipe_says() -> None:
    theta = np.zeros(2 * 64 + 64 + 64 + 1)
    (W1, b1), (W2, b2) = unflatten(strengths(BINARY, theta), BINARY.sizes)
    assert ((W1 == 1e-3).all(), (b1 == 1e-3).all(), W2.any(), b2.any()) == (True, True, False, False)
    (W1, b1), (W2, b2) = unflatten(strengths(BINARY.override(l2_on="weights"), theta), BINARY.sizes)
    assert ((W1 == 1e-3).all(), b1.any(), (W2 == 1e-3).all(), b2.any()) == (True, False, True, False)


@pytest.mark.parametrize("update", CHOICES["update"])
@pytest.mark.parametrize("schedule", CHOICES["schedule"])
def test_every_update_and_schedule_learns(update: Any, schedule: Any) -> None:
    rate = 0.5 if update == "descent" else 0.01
    recipe = SPIRAL.override(epochs=20, update=update, schedule=schedule, rate=rate, decay=0.001, every=10)
    run = carry_out(recipe, 0)
    assert run.training[20].loss < run.training[0].loss


def test_noise_makes_it_harder_and_depth_works_everywhere() -> None:
    for recipe, sizes in ((SPIRAL, (2, 8, 8, 3)), (RADIAL, (2, 6, 5, 2)), (BINARY, (2, 8, 8, 1))):
        run = carry_out(recipe.override(epochs=3, points=10, fresh=10, noise=0.5, sizes=sizes), 0)
        assert run.model.sizes == sizes


@pytest.mark.parametrize(
    "wrong",
    [
        {"epochs": 0},
        {"rate": 0.0},
        {"rate": float("nan")},
        {"decay": -1e-9},
        {"beta1": 1.0},
        {"beta2": -0.1},
        {"epsilon": 0.0},
        {"seeds": ()},
        {"seeds": (1, -1)},
        {"batch": -1},
        {"scale": 0.0},
        {"factor": 1.5},
        {"every": 0},
        {"l2": -1.0},
        {"smoothing": 1.0},
        {"hidden": "tanh"},
        {"output": "linear"},
        {"weights": "zero"},
        {"update": "newton"},
        {"schedule": "cosine"},
        {"l2_on": "biases"},
        {"sizes": (2,)},
        {"sizes": (2, 0, 3)},
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(wrong))}: expected"):
        SPIRAL.override(**wrong)


@pytest.mark.parametrize("sizes", [(3, 8, 3), (2, 8, 4)])
def test_sizes_that_do_not_fit_the_data_are_refused(sizes: Any) -> None:
    with pytest.raises(ValueError, match="sizes: expected 2 first, the columns of the data, and 3 last, its classes"):
        carry_out(SPIRAL.override(sizes=sizes), 0)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("epochs", [1, 50])
def test_divergence_is_found_without_a_warning_and_in_the_last_step_too(epochs: Any) -> None:
    with pytest.raises(DivergenceError, match=r"step \d.* learning rate 1e\+300"):
        carry_out(SPIRAL.override(epochs=epochs, rate=1e300), 0)


class Terminal(io.StringIO):
    def isatty(self) -> Any:
        return True


@pytest.mark.parametrize("epochs", [5, 300])
def test_a_terminal_gets_a_progress_bar_with_loss_and_accuracy(monkeypatch: pytest.MonkeyPatch, epochs: Any) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    run = carry_out(SPIRAL.override(epochs=epochs), 0)
    last = sys.stderr.getvalue().split("\r")[-1]
    assert last.startswith("spiral: 100%")
    assert f"{epochs}/{epochs}" in last
    assert "rate 0.05, loss {:.4f}, accuracy {:.3f}".format(*run.training[epochs - 1]) in last


def test_no_terminal_gets_no_progress_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    carry_out(SPIRAL.override(epochs=5), 0)
    assert sys.stderr.getvalue() == ""
