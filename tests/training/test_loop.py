"""The training loop: what a step does, and what stops it."""

from functools import wraps
from typing import Any

import numpy as np
import pytest

from nnmath.primitives import binary_cross_entropy, sigmoid, softmax_cross_entropy
from nnmath.training import loop
from nnmath.training.initial_weights import initialize
from nnmath.training.loop import DivergenceError, batches, train
from nnmath.training.metrics import accuracy
from nnmath.training.network import flatten, network, unflatten
from nnmath.training.optimizers import descent

SIZES = (2, 8, 3)


def problem() -> Any:
    rng = np.random.default_rng(5)
    return flatten(initialize(SIZES, rng)), rng.normal(size=(12, 2)), rng.integers(3, size=12)


def test_each_step_goes_down_the_gradient_and_reports_where_it_started() -> None:
    theta, x, labels = problem()
    expected = theta.copy()
    rates = [0.5, 0.25, 0.125]
    run = train(theta, SIZES, x, labels, update=descent(theta), rate_at=rates.__getitem__, epochs=3)
    for number, (rate, epoch) in enumerate(zip(rates, run, strict=True), 1):
        logits, backward = network(x, unflatten(expected, SIZES))
        loss, loss_backward = softmax_cross_entropy(logits, labels)
        assert epoch == (number, rate, loss, accuracy(logits, labels))
        expected -= rate * flatten(backward(loss_backward()))
        np.testing.assert_array_equal(theta, expected)


def test_a_step_of_a_mini_batch_with_everything_else_too() -> None:
    """Sigmoids, binary cross-entropy, an L2 penalty, soft targets, and mini-batches of 8 and 4."""
    theta, x, labels = problem()
    expected, targets, strength = theta.copy(), np.eye(3)[labels] * 0.9, np.linspace(0, 0.1, len(theta))
    order = np.random.default_rng(8).permutation(12)
    (epoch,) = train(
        theta,
        SIZES,
        x,
        labels,
        targets=targets,
        loss_of=binary_cross_entropy,
        activation=sigmoid,
        strength=strength,
        update=descent(theta),
        rate_at=[0.5, 0.25].__getitem__,
        batch=8,
        rng=np.random.default_rng(8),
        epochs=1,
    )
    total, right = 0.0, 0
    for rows, rate in ((order[:8], 0.5), (order[8:], 0.25)):
        logits, backward = network(x[rows], unflatten(expected, SIZES), sigmoid)
        loss, loss_backward = binary_cross_entropy(logits, targets[rows])
        total += float(loss) * len(rows) / 12
        right += np.count_nonzero(logits.argmax(axis=1) == labels[rows])
        expected -= rate * (flatten(backward(loss_backward())) + strength * expected)
    np.testing.assert_array_equal(theta, expected)
    assert epoch == (1, 0.25, pytest.approx(total, rel=1e-14), right / 12)


@pytest.mark.parametrize(
    ("count", "size", "lengths"),
    [(7, 3, [3, 3, 1]), (6, 3, [3, 3]), (3, 1, [1, 1, 1]), (2, 9, [2]), (7, 0, [7])],
)
@pytest.mark.parametrize("gathered", [1, 2**20])  # bytes; a mini-batch at a time, or all of them
def test_mini_batches_hold_each_example_once_in_the_order_drawn(
    count: Any, size: Any, lengths: Any, gathered: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "BYTES_GATHERED", gathered)
    x, targets = np.arange(3.0 * count).reshape(count, 3), np.arange(count)
    order = np.random.default_rng(0).permutation(count)
    for rows, expected in ((order, order), (None, targets)):
        found = list(batches(x, targets, size, rows))
        assert [len(xs) for xs, _ in found] == [len(ts) for _, ts in found] == lengths
        np.testing.assert_array_equal(np.concatenate([xs for xs, _ in found]), x[expected])
        np.testing.assert_array_equal(np.concatenate([ts for _, ts in found]), expected)


@pytest.mark.parametrize("at_once", [1, 5, 6, 11])
def test_a_step_in_parts_is_the_same_step(at_once: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of one size and a smaller last one, with a penalty and soft targets: the same loss, and the same update."""
    found = []
    for most in (at_once, 12):
        monkeypatch.setattr(loop, "CHUNK", most)
        theta, x, labels = problem()
        settings = {"targets": 0.9 * np.eye(3)[labels] + 0.1 / 3, "strength": np.linspace(0, 0.1, len(theta))}
        run = train(theta, SIZES, x, labels, update=descent(theta), rate_at=lambda _: 0.5, epochs=3, **settings)
        found.append((theta, list(run)))
    (theta, parts), (expected, whole) = found
    np.testing.assert_allclose(theta, expected, rtol=1e-12)
    assert [epoch.accuracy for epoch in parts] == [epoch.accuracy for epoch in whole]
    assert [epoch.loss for epoch in parts] == pytest.approx([epoch.loss for epoch in whole], rel=1e-13)


def test_the_order_is_drawn_anew_for_each_epoch_and_the_same_for_the_same_seed() -> None:
    theta, x, labels = problem()

    def gradients() -> Any:
        """Those of single examples, in the order that they come in, of a network that stays as it is."""
        rng, found = np.random.default_rng(4), []

        def update(g: Any, rate: Any) -> None:
            found.append(g.copy())

        list(train(theta, SIZES, x, labels, update=update, rate_at=lambda _: 0.0, epochs=2, batch=1, rng=rng))
        return np.array(found[:12]), np.array(found[12:])

    first, second = gradients()
    np.testing.assert_array_equal(gradients(), (first, second))
    assert (first != second).any()
    np.testing.assert_allclose(first.sum(axis=0), second.sum(axis=0), atol=1e-12)  # of the same examples


def test_examples_that_are_taken_as_they_lie_are_not_copied() -> None:
    x = np.zeros((5, 2))
    assert all(np.shares_memory(xs, x) for xs, _ in batches(x, np.arange(5), 2, None))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"x": np.zeros((12, 3))}, r"W: expected 3 rows, one for each column of x \(1, 3\), got shape \(2, 8\)"),
        ({"labels": np.full(12, 3)}, r"targets: labels must lie in 0..2, got 3 at row 0"),
        ({"labels": np.zeros(11, int)}, r"labels: expected shape \(12,\), one for each row of x, got \(11,\)"),
        ({"theta": np.zeros(7)}, r"theta: expected shape \(51,\), for sizes \(2, 8, 3\), got \(7,\)"),
    ],
)
def test_arrays_that_do_not_fit_are_refused_at_the_edge(changed: Any, message: Any) -> None:
    theta, x, labels = problem()
    given = {"theta": theta, "sizes": SIZES, "x": x, "labels": labels} | changed
    with pytest.raises(ValueError, match=message):
        next(train(**given, update=descent(theta), rate_at=lambda _: 0.1, epochs=1))


def test_a_function_that_wraps_a_primitive_is_not_taken_for_it() -> None:
    @wraps(softmax_cross_entropy)
    def doubled(z: Any, y: Any) -> Any:
        loss, backward = softmax_cross_entropy(z, y)
        return 2 * loss, lambda upstream=1.0: 2 * backward(upstream)

    losses = []
    for loss_of in (softmax_cross_entropy, doubled):
        theta, x, labels = problem()
        losses += [next(train(theta, SIZES, x, labels, update=descent(theta), rate_at=lambda _: 0.1, epochs=1,
                              loss_of=loss_of)).loss]  # fmt: skip
    assert losses[1] == 2 * losses[0]


def test_a_loss_of_ones_own_gets_the_targets_as_they_are() -> None:
    def squares(z: Any, t: Any) -> Any:
        d = z[:, 0] - t
        return (d * d).mean(), lambda upstream=1.0: (upstream * 2 * d / len(d))[:, np.newaxis]

    theta, targets = np.zeros(4), np.array([0.5, 0.9, 0.25])
    run = train(theta, (3, 1), np.eye(3), np.zeros(3, int), update=descent(theta), rate_at=lambda _: 0.5, epochs=200,
                targets=targets, loss_of=squares)  # fmt: skip
    assert [epoch.loss for epoch in run][-1] < 1e-9
    np.testing.assert_allclose(theta[:3] + theta[3], targets, atol=1e-4)


@pytest.mark.parametrize("shape", [(-1,), (-1, 1)])
@pytest.mark.parametrize("dtype", [int, bool, float, np.uint8])
def test_binary_labels_may_have_one_axis_or_one_column(shape: Any, dtype: Any) -> None:
    x, found = np.random.default_rng(3).normal(size=(12, 2)), []
    y = (x[:, 0] > 0).astype(int)
    settings = {"rate_at": lambda _: 0.5, "epochs": 300}
    for labels, extra in (
        (y, {"targets": y[:, np.newaxis].astype(float), "loss_of": binary_cross_entropy}),
        (y.astype(dtype).reshape(shape), {}),
    ):
        theta = flatten(initialize((2, 4, 1), np.random.default_rng(5)))
        found.append([*train(theta, (2, 4, 1), x, labels, update=descent(theta), **settings, **extra)])
    assert found[0] == found[1]
    assert found[0][-1].accuracy == 1


@pytest.mark.parametrize("labels", [np.full(12, 2), np.full(12, np.nan), np.zeros((12, 2))])
def test_binary_labels_that_are_none_are_refused(labels: Any) -> None:
    x, theta = np.ones((12, 2)), np.zeros(17)
    with pytest.raises(ValueError, match="expected"):
        next(train(theta, (2, 4, 1), x, labels, update=descent(theta), rate_at=lambda _: 0.5, epochs=1))


def test_lists_and_foreign_byte_orders_will_do() -> None:
    theta, x, labels = problem()
    expected, swapped = theta.copy(), theta.astype(">f8")
    for moved, given in ((expected, x), (swapped, x.astype(">f8"))):
        list(
            train(moved, SIZES, given, labels.tolist(), update=descent(moved), rate_at=lambda _: 0.1, epochs=3, batch=5)
        )
    np.testing.assert_array_equal(swapped, expected)


def test_an_activation_or_a_loss_of_another_precision_is_refused_at_the_edge() -> None:
    theta, x, labels = (array.astype(np.float32) if array.dtype == float else array for array in problem())
    given = {"update": descent(theta), "rate_at": lambda _: 0.1, "epochs": 1}
    with pytest.raises(TypeError, match="W: expected float64, the dtype of x, got float32"):
        next(train(theta, SIZES, x, labels, activation=lambda z: sigmoid(z.astype(float)), **given))
    with pytest.raises(
        TypeError, match="loss_of: expected a gradient of dtype float32, that of the outputs, got float64"
    ):
        next(train(theta, SIZES, x, labels, loss_of=lambda z, y: softmax_cross_entropy(z.astype(float), y), **given))


def test_precisions_are_not_mixed() -> None:
    theta, x, labels = problem()
    with pytest.raises(TypeError, match="W: expected float32, the dtype of x, got float64"):
        next(train(theta, SIZES, x.astype(np.float32), labels, update=descent(theta), rate_at=lambda _: 0.1, epochs=1))


def test_the_loss_falls() -> None:
    theta, x, labels = problem()
    epochs = list(train(theta, SIZES, x, labels, update=descent(theta), rate_at=lambda _: 0.1, epochs=200))
    assert epochs[-1].loss < 0.5 * epochs[0].loss


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_data_that_is_not_finite_is_refused(value: Any) -> None:
    theta, x, labels = problem()
    x[3, 1] = value
    before = theta.copy()
    with pytest.raises(ValueError, match=rf"x: expected finite numbers, got {value} at index \(3, 1\)"):
        next(train(theta, SIZES, x, labels, update=descent(theta), rate_at=lambda _: 0.1, epochs=1))
    np.testing.assert_array_equal(theta, before)


def test_parameters_that_are_not_finite_are_refused() -> None:
    theta, x, labels = problem()
    theta[4] = np.nan
    with pytest.raises(ValueError, match=r"theta: expected finite numbers, got nan at index \(4,\)"):
        next(train(theta, SIZES, x, labels, update=descent(theta), rate_at=lambda _: 0.1, epochs=1))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_divergence_names_the_step_and_the_rate() -> None:
    theta, x, labels = problem()
    run = train(theta, SIZES, x, labels, update=descent(theta), rate_at=lambda _: 1e200, epochs=10)
    with pytest.raises(
        DivergenceError, match=r"the loss is inf at step 1, with learning rate 1e\+200; try a smaller rate"
    ):
        list(run)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_training_is_the_same_whatever_the_caller_does_about_underflow(dtype: Any) -> None:
    rng = np.random.default_rng(0)
    x, labels = (300 * rng.standard_normal((30, 2))).astype(dtype), rng.integers(0, 3, 30)
    start = flatten(initialize((2, 8, 3), rng, "he", 1.0)).astype(dtype)
    moved = []
    for setting in ("ignore", "raise"):
        theta = start.copy()
        with np.errstate(all=setting):  # type: ignore[call-overload]
            run = train(theta, (2, 8, 3), x, labels, update=descent(theta), rate_at=lambda _: 0.5, epochs=5)
            losses = [epoch.loss for epoch in run]
        moved.append((losses, theta.tolist()))
    assert moved[0] == moved[1]
