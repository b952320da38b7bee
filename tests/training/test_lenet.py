"""LeNet-5: its gradients are those of PyTorch and of finite differences, whatever the number of threads."""

from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

from nnmath.primitives import softmax_cross_entropy
from nnmath.training.lenet import SHAPES, decay_of, feature_maps, initialize, lenet, weights_of
from nnmath.training.shards import loss_and_gradient_of, threads

RNG = np.random.default_rng(0)
X, LABELS = RNG.random((6, 784), dtype=np.float32), RNG.integers(10, size=6)


def gradient_of(theta: Any, x: Any) -> Any:
    gradient = np.full_like(theta, np.nan)
    logits, backward = lenet(x, weights_of(theta))
    loss, loss_backward = softmax_cross_entropy(logits, LABELS)
    backward(loss_backward(), weights_of(gradient))
    return float(loss), gradient


def test_the_gradient_is_the_slope_of_the_loss() -> None:
    theta = initialize(np.random.default_rng(1)).astype(np.float64)
    x = X.astype(np.float64)
    _, gradient = gradient_of(theta, x)
    rng, step = np.random.default_rng(2), 1e-6
    for _ in range(6):  # along random directions, each of which changes all weights
        direction = rng.standard_normal(theta.shape)
        ahead, behind = (gradient_of(theta + sign * step * direction, x)[0] for sign in (1, -1))
        assert gradient @ direction == pytest.approx((ahead - behind) / (2 * step), rel=1e-5)


def test_it_has_the_weights_of_the_paper() -> None:
    assert sum(int(np.prod(shape)) for shape in SHAPES) == 61_706
    theta = initialize(np.random.default_rng(0))
    w = weights_of(theta)
    assert w.C3.std() == pytest.approx((2 / 150) ** 0.5, rel=0.05)
    assert not w.b5.any()
    decay = weights_of(decay_of(0.5))
    assert [set(array.ravel()) for array in decay] == [{0.5} if array.ndim > 1 else {0.0} for array in decay]


@pytest.mark.parametrize("batch", [1, 6])
def test_the_number_of_threads_changes_no_bit(batch: Any) -> None:
    found = []
    for count in (1, 2):
        theta = initialize(np.random.default_rng(1))
        gradient = np.full_like(theta, np.nan)
        with threads(count) as run:
            function = loss_and_gradient_of(theta, gradient, weights_of, lenet, softmax_cross_entropy.mathematics, run)
            found.append((function(X[:batch], LABELS[:batch]), gradient.tobytes()))
    assert len(set(found)) == 1


def test_a_shifted_image_shifts_the_feature_maps() -> None:
    image = np.zeros((28, 28), np.float32)
    image[8:16, 8:16] = RNG.random((8, 8))
    w = weights_of(initialize(np.random.default_rng(1)))
    here, there = (feature_maps(moved.ravel(), w)[0] for moved in (image, np.roll(image, 4, axis=1)))
    np.testing.assert_allclose(there[:, 1:-1, 3:-1], here[:, 1:-1, 1:-3], atol=1e-6)


@pytest.mark.skipif(find_spec("torch") is None, reason="PyTorch is not installed")
def test_loss_and_gradient_are_those_of_pytorch() -> None:
    import torch

    from tests.training.torch_networks import TorchLeNet

    theta = initialize(np.random.default_rng(1))
    loss, gradient = gradient_of(theta, X)
    model = TorchLeNet(weights_of(theta))
    theirs = torch.nn.functional.cross_entropy(model(torch.from_numpy(X)), torch.from_numpy(LABELS))
    theirs.backward()
    assert loss == pytest.approx(theirs.item(), rel=1e-6)
    expected = model.gradient()
    np.testing.assert_allclose(gradient, expected, rtol=0, atol=2e-6 * np.abs(expected).max())
