"""A deep network of dense layers, plain or with batch normalization before each activation.

    a = relu(x W + b)                           a plain layer
    a = relu(batch_norm(x W, gamma, b))         a normalized one: mean and variance are those of the batch

The output of a layer is the input of the next; the last one has no activation, and is plain. Each line is a primitive
with its derivation; the backward pass calls theirs in reverse. Two layers are derived in
derivations/training/deep_network.md.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import sqrt
from typing import NamedTuple, TypeAlias

import numpy as np

from nnmath.primitives.activations.relu import relu
from nnmath.primitives.linear.dense import dense
from nnmath.primitives.linear.linear import linear
from nnmath.primitives.normalization.batch_norm import batch_norm
from nnmath.training.initial_weights import STANDARD_DEVIATIONS
from nnmath.training.parameters import vector, views
from nnmath.typing import Array, Layers

# The mathematics alone: what goes in is checked once, before training.
affine, project, rectify, normalize = dense.mathematics, linear.mathematics, relu.mathematics, batch_norm.mathematics

#: Added to the variance.
EPSILON = 1e-5


class Layer(NamedTuple):
    """The parameters of a layer of M units, or their gradients."""

    W: Array
    """(D, M)"""
    b: Array
    """(M,)"""
    gamma: Array
    """(M,); the scale after normalization. A plain layer has none, and its gradient is 0."""


#: From x, shape (N, D), and a layer to its output, shape (N, M), and a backward pass: ``backward(da, d)`` returns dx
#: and writes the gradients of the layer into d.
HiddenLayer: TypeAlias = Callable[[Array, Layer], tuple[Array, Callable[[Array, Layer], Array]]]


def plain(x: Array, w: Layer) -> tuple[Array, Callable[[Array, Layer], Array]]:
    """relu(x W + b)."""
    z, back_z = affine(x, w.W, w.b)
    a, back_a = rectify(z)

    def backward(da: Array, d: Layer) -> Array:
        dx, _, _ = back_z(back_a(da), out=(d.W, d.b))
        d.gamma[...] = 0
        return dx

    return a, backward


def normalized(x: Array, w: Layer) -> tuple[Array, Callable[[Array, Layer], Array]]:
    """relu(batch_norm(x W, gamma, b))."""
    z, back_z = project(x, w.W)  # (1)
    y, back_y = normalize(z, w.gamma, w.b, EPSILON)  # (2)
    a, back_a = rectify(y)  # (3)

    def backward(da: Array, d: Layer) -> Array:
        dz, d.gamma[...], d.b[...] = back_y(back_a(da))  # (9), (10), (11), (12)
        dx, _ = back_z(dz, out=d.W)  # (13), (14)
        return dx

    return a, backward


def deep_network(
    x: Array, layers: Sequence[Layer], hidden: HiddenLayer
) -> tuple[Array, Callable[[Array, Sequence[Layer]], None]]:
    """Logits of a deep network.

    Parameters
    ----------
    x : float array, shape (N, D)
    layers : sequence of Layer
    hidden : callable
        `plain` or `normalized`: what all layers but the last are.

    Returns
    -------
    logits : float array, shape (N, K)
    backward : callable
        ``backward(dlogits, d)`` takes the upstream gradient, shape (N, K), and writes the gradients into d.
    """
    backs = []
    for layer in layers[:-1]:
        x, back = hidden(x, layer)
        backs.append(back)
    logits, back_logits = affine(x, layers[-1].W, layers[-1].b)  # (4)

    def backward(dlogits: Array, d: Sequence[Layer]) -> None:
        dx, _, _ = back_logits(dlogits, out=(d[-1].W, d[-1].b))  # (6), (7), (8)
        d[-1].gamma[...] = 0
        for back, gradients in zip(reversed(backs), reversed(d[:-1]), strict=True):
            dx = back(dx, gradients)

    return logits, backward


def sizes_by_layer(
    x: Array, layers: Sequence[Layer], hidden: HiddenLayer, dlogits_of: Callable[[Array], Array]
) -> tuple[list[float], list[float]]:
    """Return the root mean square of each hidden layer's output, and of the gradient with respect to it.

    Parameters
    ----------
    x, layers, hidden
        As in `deep_network`.
    dlogits_of : callable
        From logits to the gradient of the loss with respect to them.
    """
    signals, backs = [], []
    for layer in layers[:-1]:
        x, back = hidden(x, layer)
        signals.append(root_mean_square(x))
        backs.append(back)
    logits, back_logits = affine(x, layers[-1].W, layers[-1].b)
    da, _, _ = back_logits(dlogits_of(logits))
    gradients, unused = [], [Layer(*map(np.empty_like, layer)) for layer in layers]
    for back, into in zip(reversed(backs), reversed(unused[:-1]), strict=True):
        gradients.append(root_mean_square(da))
        da = back(da, into)
    return signals, gradients[::-1]


def root_mean_square(a: Array) -> float:
    """Return the size of the entries of an array, from a mean in double precision."""
    return sqrt(float(np.square(a, dtype=np.float64).mean()))


def folded(layers: Sequence[Layer], x: Array) -> Layers:
    """Return the plain layers that do what normalized ones do with the means and variances of x, shape (N, D).

    After training these are constants: (z - mean) r + b with r = gamma / sqrt(variance + epsilon) is a dense layer with
    weights W r and biases b - mean r.
    """
    found = []
    for W, b, gamma in layers[:-1]:
        z = x @ W
        mean = z.mean(axis=0)
        r = gamma / np.sqrt(z.var(axis=0) + gamma.dtype.type(EPSILON))
        found.append((W * r, b - mean * r))
        x = rectify(affine(x, *found[-1])[0])[0]
    return [*found, (layers[-1].W, layers[-1].b)]


def shapes(sizes: Sequence[int]) -> list[tuple[int, ...]]:
    """Return the shape of each array of each layer."""
    return [shape for D, M in pairwise(sizes) for shape in ((D, M), (M,), (M,))]


def layers_of(theta: Array, sizes: Sequence[int]) -> list[Layer]:
    """Return the layers that a vector holds, as views."""
    arrays = views(theta, shapes(sizes))
    return [Layer(*arrays[i : i + 3]) for i in range(0, len(arrays), 3)]


def initialize(sizes: Sequence[int], rng: np.random.Generator, kind: str = "glorot") -> Array:
    """Draw the weights, float32, as one vector; kind is a name in `STANDARD_DEVIATIONS`. Biases are 0, scales 1."""
    theta = vector(shapes(sizes))
    for W, _, gamma in layers_of(theta, sizes):
        W[...] = rng.normal(0, STANDARD_DEVIATIONS[kind](*W.shape), W.shape)
        gamma[...] = 1
    return theta
