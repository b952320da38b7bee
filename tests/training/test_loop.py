"""The training loop: what a step does, and what stops it."""

import numpy as np
import pytest

from nnmath.primitives import binary_cross_entropy, sigmoid, softmax_cross_entropy
from nnmath.training.initial_weights import initialize
from nnmath.training.loop import DivergenceError, batches, train
from nnmath.training.metrics import accuracy
from nnmath.training.network import flatten, network, unflatten
from nnmath.training.optimizers import descent

SIZES = (2, 8, 3)


def problem():
    rng = np.random.default_rng(5)
    return flatten(initialize(SIZES, rng)), rng.normal(size=(12, 2)), rng.integers(3, size=12)


def test_each_step_goes_down_the_gradient_and_reports_where_it_started():
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


def test_a_step_of_a_mini_batch_with_everything_else_too():
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
    ("count", "size", "lengths"), [(7, 3, [3, 3, 1]), (6, 3, [3, 3]), (3, 1, [1, 1, 1]), (2, 9, [2])]
)
def test_mini_batches_hold_each_example_once(count, size, lengths):
    found = list(batches(count, size, np.random.default_rng(0)))
    assert [len(rows) for rows in found] == lengths
    assert sorted(np.concatenate(found)) == list(range(count))


def test_the_order_is_drawn_anew_for_each_epoch_and_the_same_for_the_same_seed():
    def orders():
        rng = np.random.default_rng(4)
        return [np.concatenate(list(batches(20, 6, rng))).tolist() for _ in range(2)]

    assert orders() == orders()
    assert orders()[0] != orders()[1]


def test_without_a_generator_examples_are_taken_as_they_lie():
    assert [rows.tolist() for rows in batches(5, 2, None)] == [[0, 1], [2, 3], [4]]


def test_a_full_batch_copies_nothing():
    assert list(batches(5, 0, np.random.default_rng(0))) == [slice(None)]


def test_the_loss_falls():
    theta, x, labels = problem()
    epochs = list(train(theta, SIZES, x, labels, update=descent(theta), rate_at=lambda _: 0.1, epochs=200))
    assert epochs[-1].loss < 0.5 * epochs[0].loss


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_data_that_is_not_finite_is_refused(value):
    theta, x, labels = problem()
    x[3, 1] = value
    before = theta.copy()
    with pytest.raises(ValueError, match=rf"x: expected finite numbers, got {value} at index \(3, 1\)"):
        next(train(theta, SIZES, x, labels, update=descent(theta), rate_at=lambda _: 0.1, epochs=1))
    np.testing.assert_array_equal(theta, before)


def test_parameters_that_are_not_finite_are_refused():
    theta, x, labels = problem()
    theta[4] = np.nan
    with pytest.raises(ValueError, match=r"theta: expected finite numbers, got nan at index \(4,\)"):
        next(train(theta, SIZES, x, labels, update=descent(theta), rate_at=lambda _: 0.1, epochs=1))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_divergence_names_the_step_and_the_rate():
    theta, x, labels = problem()
    run = train(theta, SIZES, x, labels, update=descent(theta), rate_at=lambda _: 1e200, epochs=10)
    with pytest.raises(
        DivergenceError, match=r"the loss is nan at step 1, with learning rate 1e\+200; try a smaller rate"
    ):
        list(run)
