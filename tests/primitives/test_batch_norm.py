"""Batch normalization: columns with a large mean, and the statistics that take the place of a batch."""

from typing import Any

import numpy as np
import pytest

from nnmath import batch_norm
from nnmath.primitives.normalization.batch_norm import normalized_by, running_statistics
from tests.primitives.large_means import digits_are_kept_beside_a_row_far_away, normalized

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'nnmath[torch]'")


@pytest.mark.parametrize(("dtype", "spread"), [(np.float64, 1.0), (np.float64, 1e-6), (np.float32, 64.0)])
def test_a_column_with_a_large_mean_keeps_its_digits(dtype: Any, spread: float) -> None:
    x = (1e8 + spread * np.random.default_rng(0).standard_normal((50, 1))).astype(dtype)
    y, _ = batch_norm(x, np.ones(1, dtype), np.zeros(1, dtype))
    expected = normalized(x)
    assert np.abs(y[:, 0] - expected).max() <= 8 * np.finfo(dtype).eps * np.abs(expected).max()


def test_rows_keep_their_digits_where_the_first_one_lies_far_away() -> None:
    assert digits_are_kept_beside_a_row_far_away(batch_norm)


def test_running_statistics_and_what_is_normalized_by_them_are_those_of_pytorch() -> None:
    rng = np.random.default_rng(0)
    layer = torch.nn.BatchNorm1d(3).double()
    mean, variance = np.zeros(3), np.ones(3)
    for N in (2, 5, 40):
        x = rng.normal(7, 3, (N, 3))
        layer(torch.tensor(x))
        mean, variance = running_statistics(x, mean, variance)
        np.testing.assert_allclose(mean, layer.running_mean.numpy(), rtol=1e-13)
        np.testing.assert_allclose(variance, layer.running_var.numpy(), rtol=1e-13)
    x = torch.tensor(rng.normal(7, 3, (4, 3)), requires_grad=True)
    layer.eval()
    y, backward = normalized_by(x.detach().numpy(), np.ones(3), np.zeros(3), mean, variance)
    dy = rng.normal(size=(4, 3))
    layer(x).backward(torch.tensor(dy))
    np.testing.assert_allclose(y, layer(x).detach(), rtol=1e-12)
    theirs = (x.grad, layer.weight.grad, layer.bias.grad)
    for one, other in zip(backward(dy), theirs):
        np.testing.assert_allclose(one, other, rtol=1e-11, atol=1e-12)


def test_a_row_of_its_own_has_no_variance() -> None:
    mean, variance = running_statistics(np.array([[3.0, 4.0]]), np.zeros(2), np.ones(2), 0.5)
    assert mean.tolist() == [1.5, 2.0]
    assert variance.tolist() == [0.5, 0.5]
