"""Updates and schedules against steps computed by hand."""

from typing import Any

import numpy as np
import pytest

from nnmath.training.optimizers import adam, constant, descent, inverse_decay, momentum, rmsprop, step_decay


def test_adam_by_hand_in_fractions() -> None:
    # g = 3, -3, 3 with beta1 = 1/2, beta2 = 3/4, epsilon = 1, rate = 1:
    # v_hat is 9 throughout, so each step is m_hat / (3 + 1); with epsilon inside the root it would be m_hat / sqrt(10).
    # m = 3/2, -3/4, 9/8 and m_hat = m / (1/2), m / (3/4), m / (7/8) = 3, -1, 9/7.
    theta = np.array([10.0])
    update = adam(theta, beta1=0.5, beta2=0.75, epsilon=1.0)
    expected = 10.0
    for gradient, step in ((3, 3 / 4), (-3, -1 / 4), (3, 9 / 28)):
        update(np.array([float(gradient)]), 1.0)
        expected -= step
        np.testing.assert_allclose(theta, [expected], rtol=1e-15)


def test_adam_by_hand_with_the_usual_settings() -> None:
    # First step: m_hat = g, v_hat = g^2, so the step is rate * g / (|g| + epsilon).
    # Second, for the first entry, g = 0.1 then 0.2:
    #   m_hat = (0.9 * 0.01 + 0.1 * 0.2) / 0.19 = 0.029 / 0.19
    #   v_hat = (0.999 * 1e-5 + 0.001 * 0.04) / 0.001999 = 4.999e-5 / 0.001999
    theta = np.array([1.0, -1.0])
    update = adam(theta)
    update(np.array([0.1, -1e-6]), 0.05)
    np.testing.assert_allclose(theta, [1 - 0.05 * 0.1 / 0.1000001, -1 + 0.05 / 1.1], rtol=1e-14)
    before = theta.copy()
    update(np.array([0.2, 0.0]), 0.01)
    step = 0.01 * (0.029 / 0.19) / (np.sqrt(4.999e-5 / 0.001999) + 1e-7)
    np.testing.assert_allclose(theta[0], before[0] - step, rtol=1e-14)
    assert theta[1] > before[1]  # what is left of the first gradient still moves it


def steps_of(update: Any, theta: Any, gradients: Any, rate: Any) -> Any:
    """Return where theta is after each step."""
    places = []
    for gradient in gradients:
        update(np.array([float(gradient)]), rate)
        places.append(theta[0])
    return places


def test_descent_by_hand() -> None:
    theta = np.array([1.0])
    assert steps_of(descent(theta), theta, (2, -4), 0.25) == [0.5, 1.5]


def test_momentum_by_hand() -> None:
    # m = 4, then 4/2 - 1 = 1, then 1/2 + 0 = 1/2; theta goes 0, -4/8, -5/8, -11/16
    theta = np.array([0.0])
    assert steps_of(momentum(theta, beta1=0.5), theta, (4, -1, 0), 0.125) == [-0.5, -0.625, -0.6875]


def test_momentum_is_not_scaled_by_rates_of_the_past() -> None:
    theta = np.array([0.0])
    update = momentum(theta, beta1=0.5)
    update(np.array([4.0]), 1.0)
    update(np.array([0.0]), 0.0)
    assert theta == [-4]
    update(np.array([0.0]), 0.5)
    assert theta == [-4.5]  # m = 4, 2, 1


def test_rmsprop_by_hand() -> None:
    # v = 3/4 * 0 + 1/4 * 16 = 4, root 2: step 4 / (2 + 2); then v = 3/4 * 4 + 1/4 * 52 = 16, root 4: step sqrt(52) / 6
    theta = np.array([0.0])
    found = steps_of(rmsprop(theta, beta2=0.75, epsilon=2.0), theta, (4, np.sqrt(52)), 1.0)
    np.testing.assert_allclose(found, [-1, -1 - np.sqrt(52) / 6], rtol=1e-15)


@pytest.mark.parametrize("make", [descent, momentum, rmsprop, adam])
def test_an_update_moves_the_array_it_was_given_and_keeps_its_precision(make: Any) -> None:
    whole = np.zeros(4, np.float32)
    update = make(whole[1:3])
    update(np.ones(2, np.float32), 0.5)
    assert whole[0] == whole[3] == 0
    assert (whole[1:3] < -0.49).all()
    assert whole.dtype == np.float32


@pytest.mark.parametrize("make", [descent, momentum, rmsprop, adam])
def test_an_update_leaves_the_gradient_alone(make: Any) -> None:
    gradient = np.array([1.0, 2.0])
    update = make(np.zeros(2))
    update(gradient, 0.1)
    update(gradient, 0.1)
    np.testing.assert_array_equal(gradient, [1, 2])


@pytest.mark.parametrize(("step", "rate"), [(0, 0.05), (2_000_000, 0.025), (6_000_000, 0.0125)])
def test_inverse_decay_counts_the_steps_taken_before(step: Any, rate: Any) -> None:
    assert inverse_decay(0.05, 5e-7)(step) == pytest.approx(rate, rel=1e-15)


def test_step_decay_goes_down_in_steps() -> None:
    rate_at = step_decay(8.0, 0.5, 3)
    assert [rate_at(step) for step in range(10)] == [8, 8, 8, 4, 4, 4, 2, 2, 2, 1]


def test_constant_is_constant() -> None:
    assert {constant(0.5)(step) for step in (0, 1, 10**9)} == {0.5}


@pytest.mark.parametrize("make", [descent, momentum, rmsprop, adam])
def test_an_update_continues_from_what_another_remembered(make: Any) -> None:
    gradients = np.random.default_rng(0).standard_normal((6, 3))
    at_once, in_two, state = np.ones(3), np.ones(3), {}
    whole, first = make(at_once), make(in_two, state=state)
    for g in gradients:
        whole(g, 0.1)
    for g in gradients[:3]:
        first(g, 0.1)
    second = make(in_two, state={name: array.copy() for name, array in state.items()})
    for g in gradients[3:]:
        second(g, 0.1)
    np.testing.assert_array_equal(at_once, in_two)
