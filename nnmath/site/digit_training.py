"""Train the network that answers on the digit page, and write it as small as it can be: one byte a weight.

    python -m nnmath.site.digit_training nnmath/site/static/model.js

The images are those of MNIST, each distorted anew in every epoch (Simard, Steinkraus and Platt 2003), because what a
visitor draws differs from MNIST in slant, width and thickness. It takes some minutes, and needs MNIST on this machine.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np

from nnmath.data.mnist import mnist
from nnmath.primitives import softmax_cross_entropy
from nnmath.site.digits import packed
from nnmath.training.initial_weights import initialize
from nnmath.training.model import Model
from nnmath.training.network import flatten, network, unflatten
from nnmath.training.optimizers import momentum
from nnmath.typing import Array, Layers

SIZES = (784, 128, 10)
EPOCHS, BATCH, RATE = 40, 100, 0.05

_GRID = np.stack(np.meshgrid(np.arange(28), np.arange(28), indexing="ij"), axis=-1).reshape(784, 2).astype(np.float32)


def _weights_of_knots(knots: int) -> Array:
    """Return the matrix, shape (784, knots²), that interpolates a grid of knots at each pixel."""
    place = np.arange(28) / 27 * (knots - 1)
    one = np.maximum(0, 1 - np.abs(place[:, np.newaxis] - np.arange(knots)))
    weights: Array = np.einsum("ia,jb->ijab", one, one).reshape(784, knots**2).astype(np.float32)
    return weights


_KNOTS = 5
_INTERPOLATION = _weights_of_knots(_KNOTS)


def distorted(x: Array, rng: np.random.Generator) -> Array:
    """Return images, shape (N, 784), a little turned, slanted, stretched, bent and moved, with more or less ink."""
    N = len(x)
    angle, slant = rng.uniform(-0.2, 0.2, N), rng.uniform(-0.25, 0.25, N)
    height, width = rng.uniform(0.85, 1.2, (2, N))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    stretch = np.array([[height, np.zeros(N)], [slant, width]])
    linear = np.einsum("ijn,jkn->nik", turn, stretch).astype(np.float32)
    bent = _INTERPOLATION @ rng.normal(0, 0.9, (N, _KNOTS**2, 2)).astype(np.float32)
    moved = rng.uniform(-1, 1, (N, 1, 2)).astype(np.float32)
    at = (_GRID - 13.5) @ linear.transpose(0, 2, 1) + 13.5 + bent + moved
    ink = _interpolated(x.reshape(N, 28, 28), at)
    ink **= rng.uniform(0.6, 1.7, (N, 1)).astype(np.float32)
    return ink


def _interpolated(images: Array, at: Array) -> Array:
    """Return the ink between the pixels, at places of shape (N, 784, 2); there is none outside of an image."""
    padded = np.pad(images, ((0, 0), (1, 2), (1, 2)))
    at = np.clip(at + 1, 0, 29)
    corner = at.astype(np.int32)
    v, u = np.moveaxis(at - corner.astype(at.dtype), -1, 0)
    row, column = np.moveaxis(corner, -1, 0)
    n = np.arange(len(images))[:, np.newaxis]
    above = (1 - u) * padded[n, row, column] + u * padded[n, row, column + 1]
    below = (1 - u) * padded[n, row + 1, column] + u * padded[n, row + 1, column + 1]
    ink: Array = (1 - v) * above + v * below
    return ink


def train(seed: int = 0) -> tuple[Layers, float]:
    """Return the layers, and the share of MNIST's test images that they recognise."""
    rng = np.random.default_rng(seed)
    data = mnist(rng)
    theta = flatten(initialize(SIZES, rng)).astype(np.float32)
    update = momentum(theta)
    layers = unflatten(theta, SIZES)
    for epoch in range(EPOCHS):
        rate = RATE * 0.5 * (1 + np.cos(np.pi * epoch / EPOCHS))
        for chosen in np.array_split(rng.permutation(len(data.x)), len(data.x) // BATCH):
            logits, backward = network(distorted(data.x[chosen], rng), layers)
            _, back_loss = softmax_cross_entropy(logits, data.labels[chosen].astype(int))
            update(flatten(backward(back_loss())), rate)
        print(f"epoch {epoch + 1}: test accuracy {_accuracy(data, layers):.4f}", flush=True)
    return layers, _accuracy(data, layers)


def _accuracy(data: Any, layers: Layers) -> float:
    return float(np.mean(network(data.x_test, layers)[0].argmax(axis=1) == data.labels_test))


def main(path: Path) -> None:
    """Train, and write the script with the numbers."""
    layers, accuracy = train()
    model = Model(layers, "relu", "softmax", tuple("0123456789"))
    path.write_bytes(packed("", model, accuracy, bytes_a_weight=1).script())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
