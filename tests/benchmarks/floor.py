"""The floor: a loop written by hand for one network, each result into a buffer that was made before the first step.

The mathematics is the textbook's: it is neither checked nor accurate in the last digits.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from nnmath.training.network import unflatten
from tests.benchmarks.work import BETA1, BETA2, Work


class Floor:
    """One training run; the buffers of a step are sized for a whole batch."""

    name = "floor"

    def __init__(self, work: Work, shuffle: bool) -> None:
        self.work, self.rng = work, np.random.default_rng(2) if shuffle else None
        self.theta = work.theta.copy()
        self.gradient = np.empty_like(self.theta)
        self.layers = [*unflatten(self.theta, work.sizes), *unflatten(self.gradient, work.sizes)]  # views
        self.move = adam(self.theta, work) if work.adam else descent(self.theta, work.rate)
        self.buffers = {size: Buffers(work, size) for size in {work.size, work.count % work.size} if size}

    def epochs(self, count: int) -> float:
        """Train for so many epochs and return the mean loss of the last."""
        work, (x, labels) = self.work, self.work.data
        for _ in range(count):
            total, order = 0.0, self.rng.permutation(work.count) if self.rng and work.batch else None
            for start in range(0, work.count, work.size):
                size = min(work.size, work.count - start)
                buffers = (
                    self.buffers.setdefault(size, Buffers(work, size)) if size != work.size else self.buffers[size]
                )
                if order is None:
                    xs, ys = x[start : start + size], labels[start : start + size]
                else:
                    chosen = order[start : start + size]
                    xs = np.take(x, chosen, axis=0, out=buffers.x, mode="clip")
                    ys = np.take(labels, chosen, out=buffers.y, mode="clip")
                total += step(xs, ys, self.layers, buffers) * size
                self.move(self.gradient)
        return total / work.count


class Buffers:
    """The arrays that a step on so many rows writes into."""

    def __init__(self, work: Work, rows: int) -> None:
        (D, H, K), dtype = work.sizes, work.dtype
        self.sigmoid = work.hidden == "sigmoid"
        self.x, self.y, self.rows = np.empty((rows, D), dtype), np.empty(rows, np.intp), np.arange(rows)
        self.z, self.a, self.da = (np.empty((rows, H), dtype) for _ in range(3))
        self.mask, self.logits = np.empty((rows, H), bool), np.empty((rows, K), dtype)
        self.column = np.empty((rows, 1), dtype)


def step(xs: NDArray, ys: NDArray, layers: list[tuple[NDArray, NDArray]], to: Buffers) -> float:
    """Write the gradient of one step, into the second half of `layers`, and return its loss."""
    (W1, b1), (W2, b2), (dW1, db1), (dW2, db2) = layers
    a, p, column = to.a, to.logits, to.column
    np.matmul(xs, W1, out=to.z)
    to.z += b1
    if to.sigmoid:
        np.negative(to.z, out=a)
        np.exp(a, out=a)
        a += 1
        np.reciprocal(a, out=a)
    else:
        np.maximum(to.z, 0, out=a)
    np.matmul(a, W2, out=p)
    p += b2
    np.maximum.reduce(p, axis=1, keepdims=True, out=column)
    p -= column
    np.exp(p, out=p)
    np.add.reduce(p, axis=1, keepdims=True, out=column)
    p /= column
    loss = -float(np.add.reduce(np.log(p[to.rows, ys]))) / len(xs)
    p[to.rows, ys] -= 1
    p /= len(xs)
    np.matmul(a.T, p, out=dW2)
    np.add.reduce(p, axis=0, out=db2)
    np.matmul(p, W2.T, out=to.da)
    if to.sigmoid:
        to.da *= a
        np.subtract(1, a, out=a)
        to.da *= a
    else:
        np.greater(to.z, 0, out=to.mask)
        to.da *= to.mask
    np.matmul(xs.T, to.da, out=dW1)
    np.add.reduce(to.da, axis=0, out=db1)
    return loss


def descent(theta: NDArray, rate: float) -> Callable[[NDArray], None]:
    """Gradient descent, in place."""

    def move(gradient: NDArray) -> None:
        nonlocal theta
        gradient *= rate
        theta -= gradient

    return move


def adam(theta: NDArray, work: Work) -> Callable[[NDArray], None]:
    """Adam, in place, with one scratch array."""
    m, v, scratch, t = np.zeros_like(theta), np.zeros_like(theta), np.empty_like(theta), 0

    def move(gradient: NDArray) -> None:
        nonlocal m, v, t, theta
        t += 1
        m *= BETA1
        np.multiply(gradient, 1 - BETA1, out=scratch)
        m += scratch
        v *= BETA2
        np.multiply(gradient, gradient, out=scratch)
        np.multiply(scratch, 1 - BETA2, out=scratch)
        v += scratch
        np.divide(v, 1 - BETA2**t, out=scratch)
        np.sqrt(scratch, out=scratch)
        np.add(scratch, work.epsilon, out=scratch)
        np.divide(m, scratch, out=scratch)
        np.multiply(scratch, work.rate / (1 - BETA1**t), out=scratch)
        theta -= scratch

    return move
