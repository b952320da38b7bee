"""Ten epochs of the spiral as in chapter 10 of *Neural Networks from Scratch*, in a process of its own.

The package nnfs holds the book's data and its changes to NumPy, which are global; it does not hold the layers and the
optimizer. Those are written here after the book, on NumPy alone and with nothing of nnmath.
"""

import sys
from typing import Any

import nnfs
import numpy as np
from nnfs.datasets import spiral_data


def forward(X: Any, y: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
    z1 = np.dot(X, W1) + b1
    a1 = np.maximum(0, z1)
    z2 = np.dot(a1, W2) + b2
    exponentials = np.exp(z2 - np.max(z2, axis=1, keepdims=True))
    p = exponentials / np.sum(exponentials, axis=1, keepdims=True)
    loss = np.mean(-np.log(np.clip(p, 1e-7, 1 - 1e-7)[range(len(p)), y]))
    return z1, a1, p, loss


def backward(X: Any, y: Any, W2: Any, z1: Any, a1: Any, p: Any) -> Any:
    dz2 = p.copy()
    dz2[range(len(p)), y] -= 1
    dz2 = dz2 / len(p)
    da1 = np.dot(dz2, W2.T)
    da1[z1 <= 0] = 0
    return [np.dot(X.T, da1), da1.sum(axis=0, keepdims=True), np.dot(a1.T, dz2), dz2.sum(axis=0, keepdims=True)]


def main(path: Any) -> None:
    nnfs.init(dot_precision_workaround=False, default_dtype="float64")
    X, y = spiral_data(samples=100, classes=3)
    draw = np.random.randn  # as in the book; nnfs has changed it
    parameters = [0.01 * draw(2, 64), np.zeros((1, 64)), 0.01 * draw(64, 3), np.zeros((1, 3))]
    momentums, caches = ([np.zeros_like(p) for p in parameters] for _ in range(2))
    start, after, losses = [p.copy() for p in parameters], [], []
    for iteration in range(10):
        z1, a1, p, loss = forward(X, y, *parameters)
        gradients = backward(X, y, parameters[2], z1, a1, p)
        rate = 0.05 * (1.0 / (1.0 + 5e-7 * iteration))
        for k, gradient in enumerate(gradients):
            momentums[k] = 0.9 * momentums[k] + (1 - 0.9) * gradient
            caches[k] = 0.999 * caches[k] + (1 - 0.999) * gradient**2
            momentum = momentums[k] / (1 - 0.9 ** (iteration + 1))
            cache = caches[k] / (1 - 0.999 ** (iteration + 1))
            parameters[k] += -rate * momentum / (np.sqrt(cache) + 1e-7)
        after.append(np.concatenate([p.ravel() for p in parameters]))
        losses.append(loss)
    np.savez(path, X=X, y=y, start=np.concatenate([p.ravel() for p in start]), after=after, losses=losses)


if __name__ == "__main__":
    main(sys.argv[1])
