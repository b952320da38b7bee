"""LeNet-5: a network that reads handwritten digits with small windows of weights, the same everywhere in the image.

    s2 = relu(max_pool(conv(x)))          6 maps of 28 by 28, pooled to 14 by 14
    s4 = relu(max_pool(conv(s2)))         16 maps of 10 by 10, pooled to 5 by 5
    c5 = relu(s4 C5 + b5)                 120 units that see all of them
    f6 = relu(c5 F6 + b6)                 84 units
    logits = f6 W + b                     one for each digit

This is the network of LeCun, Bottou, Bengio and Haffner (1998), figure 2, in today's form: max pooling and ReLU for the
scaled mean and tanh, all of S2's maps for each map of C3, and softmax cross-entropy for Gaussian connections. Each line
is a primitive with its derivation; the backward pass calls theirs in reverse. The whole is derived in
derivations/training/lenet.md.
"""

from collections.abc import Callable
from math import prod, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnmath.primitives.activations.relu import relu
from nnmath.primitives.convolution.conv2d import conv2d
from nnmath.primitives.convolution.max_pool import max_pool
from nnmath.primitives.linear.dense import dense
from nnmath.training.parameters import vector, views
from nnmath.typing import Array

# The mathematics alone: what goes in is checked once, before training.
conv, pool, affine, rectify = conv2d.mathematics, max_pool.mathematics, dense.mathematics, relu.mathematics


class Weights(NamedTuple):
    """All weights and biases, or their gradients, by the names that the paper has for the layers."""

    C1: Array
    """(6, 1, 5, 5)"""
    b1: Array
    C3: Array
    """(16, 6, 5, 5)"""
    b3: Array
    C5: Array
    """(400, 120)"""
    b5: Array
    F6: Array
    """(120, 84)"""
    b6: Array
    W: Array
    """(84, 10)"""
    b: Array


SHAPES = ((6, 1, 5, 5), (6,), (16, 6, 5, 5), (16,), (400, 120), (120,), (120, 84), (84,), (84, 10), (10,))


def lenet(x: Array, w: Weights) -> tuple[Array, Callable[[Array, Weights], None]]:
    """Logits of the ten digits.

    Parameters
    ----------
    x : float array, shape (N, 784)
        Images of 28 by 28 pixels, row by row.
    w : Weights

    Returns
    -------
    logits : float array, shape (N, 10)
    backward : callable
        ``backward(dlogits, d)`` takes the upstream gradient, shape (N, 10), and writes the gradients into d.
    """
    c1, back_c1 = conv(x.reshape(-1, 1, 28, 28), w.C1, w.b1, padding=2)  # (4)
    p2, back_p2 = pool(c1)  # (5)
    s2, back_s2 = rectify(p2)  # (6)
    c3, back_c3 = conv(s2, w.C3, w.b3)  # (7)
    p4, back_p4 = pool(c3)  # (8)
    s4, back_s4 = rectify(p4)  # (9)
    z5, back_z5 = affine(s4.reshape(len(x), 400), w.C5, w.b5)  # (10)
    c5, back_c5 = rectify(z5)
    z6, back_z6 = affine(c5, w.F6, w.b6)  # (11)
    f6, back_f6 = rectify(z6)
    logits, back_logits = affine(f6, w.W, w.b)  # (12)

    def backward(dlogits: Array, d: Weights) -> None:
        df6, _, _ = back_logits(dlogits, out=(d.W, d.b))
        dc5, _, _ = back_z6(back_f6(df6), out=(d.F6, d.b6))  # (14)
        ds4, _, _ = back_z5(back_c5(dc5), out=(d.C5, d.b5))  # (15), (16), (17)
        ds2, d.C3[...], d.b3[...] = back_c3(back_p4(back_s4(ds4.reshape(s4.shape))))  # (18), (19), (20), (21), (22)
        _, d.C1[...], d.b1[...] = back_c1(back_p2(back_s2(ds2)))  # (23), (24)

    return logits, backward


def weights_of(theta: Array) -> Weights:
    """Return the weights that a vector holds, as views."""
    return Weights(*views(theta, SHAPES))


def initialize(rng: np.random.Generator) -> Array:
    """Draw the weights, float32, as one vector: normal, of He's size for ReLU; biases are 0."""
    theta = vector(SHAPES)
    for array in weights_of(theta):
        if array.ndim > 1:
            inputs = prod(array.shape[1:]) if array.ndim == 4 else len(array)
            array[...] = rng.normal(0, sqrt(2 / inputs), array.shape)
    return theta


def decay_of(strength: float) -> Array:
    """Return the weight decay of each parameter: that of weights is given, biases have none."""
    decay = vector(SHAPES)
    for array in weights_of(decay):
        if array.ndim > 1:
            array[...] = strength
    return decay


def feature_maps(image: Array, w: Weights) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return what the two convolutions see of an image, shape (784,): maps (6, 14, 14) and (16, 5, 5)."""
    s2 = rectify(pool(conv(image.reshape(1, 1, 28, 28), w.C1, w.b1, padding=2)[0])[0])[0]
    s4 = rectify(pool(conv(s2, w.C3, w.b3)[0])[0])[0]
    return s2[0], s4[0]
