"""A network: dense layers, activations between them, and the chain rule.

Derivation: derivations/training/network.md.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import numpy as np

from nnmath.primitives import dense, relu, sigmoid
from nnmath.primitives.primitive import without_checks
from nnmath.training.parameters import views
from nnmath.typing import Activation, Array, Layers

#: What may stand between the layers, by the name that a saved model has for it.
ACTIVATIONS: Mapping[str, Activation] = {"relu": relu, "sigmoid": sigmoid}

#: The dense layer without its checks.
affine = dense.mathematics


def network(x: Array, layers: Layers, activation: Activation = relu) -> tuple[Array, Callable[..., Layers]]:
    """Logits of a network of dense layers with an activation function between them.

    Parameters
    ----------
    x : float array, shape (N, D)
        One row an example.
    layers : sequence of (W, b), each W of shape (D, M), b of shape (M,)
        The M of one layer is the D of the next.
    activation : primitive
        relu, for which the derivation is written, or sigmoid in its place.

    Returns
    -------
    logits : float array, shape (N, K)
        K is the M of the last layer.
    backward : callable
        ``backward(dlogits)`` takes the upstream gradient, shape (N, K), and returns (dW, db) of each layer, first layer
        first; ``backward(dlogits, out=layers)`` writes them into such arrays. The gradient with respect to x, which no
        update needs, is not computed.

    Nothing is checked here: `train` does so, once, and `load_model`.
    """
    activation = without_checks(activation)
    z, first_backward = affine(x, *layers[0])  # (22)
    backwards = []
    for W, b in layers[1:]:
        a, activation_backward = activation(z)  # (2)
        z, dense_backward = affine(a, W, b)  # (23)
        backwards.append((activation_backward, dense_backward))

    def backward(dz: Array, out: Layers | None = None) -> Layers:
        gradients = []
        outs = [None] * len(layers) if out is None else list(out)
        for (activation_backward, dense_backward), into in zip(reversed(backwards), reversed(outs)):
            da, dW, db = dense_backward(dz, out=into)  # (26), (27), (28)
            dz = activation_backward(da)  # (30)
            gradients.append((dW, db))
        _, dW, db = first_backward(dz, skip_dx=True, out=outs[0])  # (31), (32)
        gradients.append((dW, db))
        return gradients[::-1]

    return z, backward


def flatten(layers: Layers) -> Array:
    """Join all weights and biases, or their gradients, in one vector: W and b of the first layer, of the second, ..."""
    return np.concatenate([array.ravel() for layer in layers for array in layer])


def unflatten(theta: Array, sizes: Sequence[int]) -> Layers:
    """Undo `flatten`. W and b are views: a change of theta in place is a change of the layers."""
    expected = sum((D + 1) * M for D, M in pairwise(sizes))
    if theta.shape != (expected,):
        raise ValueError(f"theta: expected shape ({expected},), for sizes {tuple(sizes)}, got {theta.shape}")
    arrays = views(theta, [shape for D, M in pairwise(sizes) for shape in ((D, M), (M,))])
    return list(zip(arrays[::2], arrays[1::2]))
