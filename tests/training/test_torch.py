"""Our updates and our whole training step against PyTorch's, where it is installed: ten steps, float64, 1e-12."""

from typing import Any

import numpy as np
import pytest

from nnmath.primitives import relu, sigmoid
from nnmath.training.initial_weights import initialize
from nnmath.training.loop import train
from nnmath.training.losses import LOSSES, targets
from nnmath.training.network import flatten, unflatten
from nnmath.training.optimizers import adam, constant, descent, momentum, rmsprop

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install torch")

PAIRS = {
    "descent": (descent, lambda p: torch.optim.SGD(p, lr=0.05)),
    "momentum": (lambda t: momentum(t, 0.8), lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.8)),
    "rmsprop": (lambda t: rmsprop(t, 0.95, 1e-6), lambda p: torch.optim.RMSprop(p, lr=0.05, alpha=0.95, eps=1e-6)),
    "adam": (lambda t: adam(t, 0.8, 0.99, 1e-6), lambda p: torch.optim.Adam(p, lr=0.05, betas=(0.8, 0.99), eps=1e-6)),
}


@pytest.mark.parametrize("name", PAIRS)
def test_ten_updates(name: Any) -> None:
    rng = np.random.default_rng(0)
    ours, theirs = PAIRS[name]
    theta, gradients = rng.normal(size=50), rng.normal(size=(10, 50)) * np.geomspace(1e-6, 1e3, 50)
    parameter = torch.tensor(theta.copy(), requires_grad=True)
    update, optimizer = ours(theta), theirs([parameter])
    for gradient in gradients:
        update(gradient, 0.05)
        parameter.grad = torch.tensor(gradient)
        optimizer.step()
        np.testing.assert_allclose(theta, parameter.detach().numpy(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("output", LOSSES)
@pytest.mark.parametrize("activation", [relu, sigmoid], ids=["relu", "sigmoid"])
def test_ten_steps_of_a_network_with_a_penalty(name: Any, output: Any, activation: Any) -> None:
    rng, sizes = np.random.default_rng(1), (3, 7, 5, 4)
    x, labels = rng.normal(size=(20, 3)), rng.integers(4, size=20)
    theta = flatten(initialize(sizes, rng))
    y = targets(labels, output, 4, float)
    layers = [torch.tensor(a.copy(), requires_grad=True) for layer in unflatten(theta, sizes) for a in layer]
    ours, theirs = PAIRS[name]
    optimizer = theirs(layers)
    hidden = torch.relu if activation is relu else torch.sigmoid
    if output == "softmax":
        loss_of = torch.nn.CrossEntropyLoss()
    else:
        mean = torch.nn.BCEWithLogitsLoss()
        loss_of = lambda logits, t: 4 * mean(logits, t)  # noqa: E731  the mean over the batch of the sum over the ten
    run = train(
        theta, sizes, x, labels, targets=y, loss_of=LOSSES[output], activation=activation,
        strength=np.full_like(theta, 0.01), update=ours(theta), rate_at=constant(0.05), epochs=10,
    )  # fmt: skip
    for epoch in run:
        W1, b1, W2, b2, W3, b3 = layers
        optimizer.zero_grad()
        z = hidden(hidden(torch.tensor(x) @ W1 + b1) @ W2 + b2) @ W3 + b3
        loss = loss_of(z, torch.tensor(y))
        (loss + 0.005 * sum((array**2).sum() for array in layers)).backward()
        optimizer.step()
        assert epoch.loss == pytest.approx(loss.item(), rel=1e-12)
        expected = np.concatenate([array.detach().numpy().ravel() for array in layers])
        np.testing.assert_allclose(theta, expected, rtol=1e-12, atol=1e-12)
