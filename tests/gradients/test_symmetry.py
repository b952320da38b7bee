"""Identities that tie values and gradients at different inputs together."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nnmath import binary_cross_entropy, dense, sigmoid, softmax, softmax_cross_entropy
from nnmath.sampling import Input, drawn_inputs
from tests.gradients.drawing import inputs_of

EPS = np.finfo(np.float64).eps
seeds = st.integers(0, 99).map(np.random.default_rng)


@given(inputs_of("sigmoid"))
def test_sigmoid_of_minus_z_is_one_minus_sigmoid_of_z(inputs: Any) -> None:
    """To one rounding, that of the difference."""
    (z,) = inputs
    np.testing.assert_allclose(sigmoid(-z)[0], 1 - sigmoid(z)[0], rtol=0, atol=EPS / 2)


@given(inputs_of("sigmoid"))
def test_slope_of_sigmoid_is_even(inputs: Any) -> None:
    (z,) = inputs
    np.testing.assert_array_equal(sigmoid(z)[1](np.ones_like(z)), sigmoid(-z)[1](np.ones_like(z)))


@given(inputs_of("softmax"), st.integers(-1000, 1000))
def test_softmax_is_unchanged_by_a_constant(inputs: Any, constant: int) -> None:
    z = np.round(inputs[0] * 1024) / 1024  # on a grid that makes the sum exact
    p, backward = softmax(z)
    shifted, shifted_backward = softmax(z + constant)
    np.testing.assert_array_equal(shifted, p)
    upstream = np.linspace(-1, 2, z.size).reshape(z.shape)
    np.testing.assert_array_equal(shifted_backward(upstream), backward(upstream))


@given(inputs_of("softmax"), seeds)
def test_rows_of_the_gradient_of_softmax_sum_to_zero(inputs: Any, rng: np.random.Generator) -> None:
    p, backward = softmax(inputs[0])
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=0, atol=4 * EPS)
    upstream = rng.standard_normal(p.shape)
    np.testing.assert_allclose(backward(upstream).sum(axis=1), 0, atol=32 * EPS)


@given(inputs_of("softmax_cross_entropy"))
def test_rows_of_the_gradient_of_softmax_cross_entropy_sum_to_zero(inputs: Any) -> None:
    np.testing.assert_allclose(softmax_cross_entropy(*inputs)[1]().sum(axis=1), 0, atol=32 * EPS)


@given(inputs_of("dense"), seeds)
def test_permuting_the_batch_permutes_dx_and_leaves_dW_and_db(inputs: Any, rng: np.random.Generator) -> None:
    x, W, b = inputs
    order = rng.permutation(len(x))
    z, backward = dense(x, W, b)
    upstream = rng.standard_normal(z.shape)
    dx, dW, db = backward(upstream)
    permuted_dx, permuted_dW, permuted_db = dense(x[order], W, b)[1](upstream[order])
    np.testing.assert_allclose(permuted_dx, dx[order], atol=1e-13 * (1 + np.max(np.abs(W))))
    np.testing.assert_allclose(permuted_dW, dW, atol=1e-13 * (1 + np.max(np.abs(x))))
    np.testing.assert_allclose(permuted_db, db, atol=1e-13)


@given(inputs_of("softmax_cross_entropy"), seeds)
def test_permuting_the_batch_permutes_dlogits(inputs: Any, rng: np.random.Generator) -> None:
    logits, targets = inputs
    order = rng.permutation(len(logits))
    loss, backward = softmax_cross_entropy(logits, targets)
    permuted_loss, permuted_backward = softmax_cross_entropy(logits[order], targets[order])
    np.testing.assert_allclose(permuted_loss, loss, rtol=8 * EPS)
    np.testing.assert_array_equal(permuted_backward(), backward()[order])


@given(inputs_of("softmax_cross_entropy"), seeds)
def test_permuting_classes_with_their_targets_permutes_dlogits(inputs: Any, rng: np.random.Generator) -> None:
    logits, targets = inputs
    order = rng.permutation(logits.shape[1])
    permuted_targets = np.argsort(order)[targets] if targets.ndim == 1 else targets[:, order]
    loss, backward = softmax_cross_entropy(logits, targets)
    permuted_loss, permuted_backward = softmax_cross_entropy(logits[:, order], permuted_targets)
    np.testing.assert_allclose(permuted_loss, loss, rtol=16 * EPS, atol=1e-300)
    np.testing.assert_allclose(permuted_backward(), backward()[:, order], rtol=16 * EPS, atol=16 * EPS)


@given(inputs_of("softmax_cross_entropy"))
def test_repeating_the_batch_keeps_the_loss_and_halves_each_gradient(inputs: Any) -> None:
    _repeat(softmax_cross_entropy, *inputs)


@given(inputs_of("binary_cross_entropy").filter(lambda inputs: inputs[0].ndim > 0))
def test_repeating_the_batch_of_binary_cross_entropy(inputs: Any) -> None:
    _repeat(binary_cross_entropy, *inputs)


def _repeat(loss_function: Any, logits: Any, targets: Any) -> None:
    loss, backward = loss_function(logits, targets)
    twice, backward_twice = loss_function(np.concatenate([logits, logits]), np.concatenate([targets, targets]))
    np.testing.assert_allclose(twice, loss, rtol=16 * EPS)
    np.testing.assert_allclose(backward_twice(), np.concatenate([backward(), backward()]) / 2, rtol=4 * EPS)


@given(drawn_inputs([Input("z", ("N",))], largest=700), st.lists(st.booleans(), min_size=5, max_size=5))
def test_two_classes_are_binary_cross_entropy(inputs: Any, answers: list[bool]) -> None:
    (z,) = inputs
    yes = np.array(answers[: len(z)])
    loss, backward = softmax_cross_entropy(np.stack([np.zeros_like(z), z], axis=1), yes.astype(int))
    binary, binary_backward = binary_cross_entropy(z, yes)
    np.testing.assert_allclose(loss, binary, rtol=16 * EPS, atol=0)
    np.testing.assert_allclose(backward()[:, 1], binary_backward(), rtol=16 * EPS, atol=0)
    np.testing.assert_allclose(backward()[:, 0], -binary_backward(), rtol=16 * EPS, atol=0)
