"""The same quantity by two ways: fused and composed, labels and rows, float32 and float64, ours and SciPy's."""

from typing import Any

import numpy as np
import pytest
import scipy.special
from hypothesis import given, settings
from hypothesis import strategies as st

from nnmath import binary_cross_entropy, dense, relu, sigmoid, softmax, softmax_cross_entropy
from nnmath.primitives import PRIMITIVES
from tests.conftest import FEW_EXAMPLES
from tests.gradients.drawing import inputs_of, logits_and_labels, matrices

EPS = np.finfo(np.float64).eps
large_rows = matrices(700)


@given(inputs_of("softmax_cross_entropy"))
def test_fused_softmax_cross_entropy_equals_composed(inputs: Any) -> None:
    """Cross-entropy written out after softmax, its gradient sent back through softmax's own backward pass."""
    logits, targets = inputs
    rows = targets if targets.ndim == 2 else np.eye(logits.shape[1])[targets]
    p, back_p = softmax(logits)  # at 30 apart no probability underflows
    composed = -np.sum(rows * np.log(p)) / len(logits)
    loss, backward = softmax_cross_entropy(logits, targets)
    np.testing.assert_allclose(loss, composed, rtol=1e-13, atol=4 * EPS)
    np.testing.assert_allclose(backward(), back_p(-rows / p / len(logits)), rtol=1e-12, atol=64 * EPS)


@given(inputs_of("binary_cross_entropy"))
def test_fused_binary_cross_entropy_equals_composed(inputs: Any) -> None:
    logits, t = inputs
    n = logits.shape[0] if logits.ndim else 1
    p, back_p = sigmoid(logits)
    q = sigmoid(-logits)[0]  # 1 - p without its rounding
    composed = -np.sum(t * np.log(p) + (1 - t) * np.log(q)) / n
    loss, backward = binary_cross_entropy(logits, t)
    np.testing.assert_allclose(loss, composed, rtol=1e-13, atol=4 * EPS * logits.size)
    np.testing.assert_allclose(backward(), back_p(((1 - t) / q - t / p) / n), rtol=1e-12, atol=16 * EPS)


@given(logits_and_labels(700))
def test_one_hot_rows_equal_labels(inputs: Any) -> None:
    logits, targets = inputs
    one_hot = np.eye(logits.shape[1])[targets]
    loss, backward = softmax_cross_entropy(logits, targets)
    row_loss, row_backward = softmax_cross_entropy(logits, one_hot)
    np.testing.assert_allclose(row_loss, loss, rtol=4 * EPS, atol=0)
    np.testing.assert_allclose(row_backward(), backward(), rtol=8 * EPS, atol=4 * EPS)


@given(large_rows)
def test_values_are_those_of_scipy(z: Any) -> None:
    n, k = z.shape
    np.testing.assert_allclose(sigmoid(z)[0], scipy.special.expit(z), rtol=8 * EPS)
    spread = 1 + np.ptp(z)  # SciPy does not carry the rounding error of z - max along
    np.testing.assert_allclose(softmax(z)[0], scipy.special.softmax(z, axis=1), rtol=4 * EPS * spread, atol=1e-300)
    log_p = scipy.special.log_softmax(z, axis=1)
    for label in range(k):
        loss = softmax_cross_entropy(z, np.full(n, label))[0]
        np.testing.assert_allclose(loss, -np.mean(log_p[:, label]), rtol=1e-13, atol=4 * EPS * spread)
    for t in (0.0, 0.25, 1.0):
        entropy = -t * scipy.special.log_expit(z) - (1 - t) * scipy.special.log_expit(-z)
        loss = binary_cross_entropy(z, np.full(z.shape, t))[0]
        np.testing.assert_allclose(loss, np.sum(entropy) / n, rtol=1e-13)


@given(inputs_of("relu"))
def test_relu_is_the_positive_part(inputs: Any) -> None:
    (z,) = inputs
    np.testing.assert_array_equal(relu(z)[0], np.where(z > 0, z, 0))


@given(inputs_of("dense"))
def test_dense_is_the_sum_over_its_inputs(inputs: Any) -> None:
    x, W, b = inputs
    z = [[sum(x[n, d] * W[d, m] for d in range(x.shape[1])) + b[m] for m in range(W.shape[1])] for n in range(len(x))]
    np.testing.assert_allclose(dense(x, W, b)[0], z, rtol=0, atol=1e-11)


@pytest.mark.parametrize("primitive", PRIMITIVES, ids=lambda p: p.__name__)
@settings(max_examples=FEW_EXAMPLES)
@given(data=st.data())
def test_float32_agrees_with_float64(primitive: Any, data: st.DataObject) -> None:
    """The same float32 numbers go in, so that all that differs is the arithmetic."""
    drawn = data.draw(inputs_of(primitive.__name__))
    small = [x.astype(np.float32) if x.dtype.kind == "f" else x for x in drawn]
    large = [x.astype(np.float64) if x.dtype.kind == "f" else x for x in small]
    value, backward = primitive(*small)
    exact, exact_backward = primitive(*large)
    assert value.dtype == np.float32
    size = 1 + max(np.max(np.abs(x)) for x in large) ** 2
    tolerance = 32 * np.finfo(np.float32).eps * size
    np.testing.assert_allclose(value, exact, rtol=1e-5, atol=tolerance)
    upstream = np.random.default_rng(0).standard_normal(np.shape(value)).astype(np.float32)
    found, expected = backward(upstream), exact_backward(upstream.astype(np.float64))
    for one, other in zip(
        np.atleast_1d(found) if not isinstance(found, tuple) else found,
        expected if isinstance(expected, tuple) else np.atleast_1d(expected),
    ):
        assert one.dtype == np.float32
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=tolerance)
