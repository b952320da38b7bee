"""The textbook without NumPy: every sum is a loop over numbers, as the formulas with indices stand in a book."""

from itertools import chain
from math import exp, log, sqrt

import numpy as np
from numpy.typing import NDArray

from nnmath.training.network import unflatten
from tests.benchmarks.work import BETA1, BETA2, Work

#: Multiplications of a step forward, beyond which a loop is not timed: it would take longer than the rest together.
MOST = 200_000


class Loops:
    """One training run."""

    name = "loops"

    def __init__(self, work: Work, shuffle: bool) -> None:
        self.work, self.rng, self.t = work, np.random.default_rng(2) if shuffle else None, 0
        self.parameters: list[float] = work.theta.tolist()
        self.m, self.v = [0.0] * len(self.parameters), [0.0] * len(self.parameters)
        x, labels = work.data
        self.x, self.labels = x.tolist(), labels.tolist()

    @property
    def theta(self) -> NDArray:
        """All weights and biases."""
        return np.array(self.parameters, self.work.dtype)

    def epochs(self, count: int) -> float:
        """Train for so many epochs and return the mean loss of the last."""
        work = self.work
        for _ in range(count):
            total = 0.0
            order = self.rng.permutation(work.count).tolist() if self.rng and work.batch else list(range(work.count))
            for start in range(0, work.count, work.size):
                chosen = order[start : start + work.size]
                loss, gradient = self.gradient([self.x[n] for n in chosen], [self.labels[n] for n in chosen])
                self.update(gradient)
                total += loss * len(chosen)
        return total / work.count

    def gradient(self, x: list[list[float]], labels: list[int]) -> tuple[float, list[float]]:
        """Return the loss and the gradient of all parameters, as one list."""
        (D, H, K), N = self.work.sizes, len(x)
        (W1, b1), (W2, b2) = [(W.tolist(), b.tolist()) for W, b in unflatten(self.theta, self.work.sizes)]
        dW1, db1 = [[0.0] * H for _ in range(D)], [0.0] * H
        dW2, db2 = [[0.0] * K for _ in range(H)], [0.0] * K
        loss = 0.0
        for row, label in zip(x, labels):
            z = [b1[h] + sum(row[d] * W1[d][h] for d in range(D)) for h in range(H)]
            a = [1 / (1 + exp(-u)) if self.work.hidden == "sigmoid" else max(u, 0.0) for u in z]
            logits = [b2[k] + sum(a[h] * W2[h][k] for h in range(H)) for k in range(K)]
            largest = max(logits)
            e = [exp(u - largest) for u in logits]
            total = sum(e)
            loss -= log(e[label] / total) / N
            dlogits = [(e[k] / total - (k == label)) / N for k in range(K)]
            for k in range(K):
                db2[k] += dlogits[k]
            for h in range(H):
                da = 0.0
                for k in range(K):
                    dW2[h][k] += a[h] * dlogits[k]
                    da += dlogits[k] * W2[h][k]
                dz = da * a[h] * (1 - a[h]) if self.work.hidden == "sigmoid" else (da if z[h] > 0 else 0.0)
                db1[h] += dz
                for d in range(D):
                    dW1[d][h] += row[d] * dz
        return loss, [*chain(*dW1), *db1, *chain(*dW2), *db2]

    def update(self, gradient: list[float]) -> None:
        """Gradient descent or Adam, a number at a time."""
        work, w, m, v = self.work, self.parameters, self.m, self.v
        self.t += 1
        for i, g in enumerate(gradient):
            if work.adam:
                m[i] = BETA1 * m[i] + (1 - BETA1) * g
                v[i] = BETA2 * v[i] + (1 - BETA2) * g * g
                root = sqrt(v[i] / (1 - BETA2**self.t)) + work.epsilon
                w[i] -= work.rate * m[i] / (1 - BETA1**self.t) / root
            else:
                w[i] -= work.rate * g


def worth_timing(work: Work) -> bool:
    """Whether a step is short enough."""
    D, H, K = work.sizes
    return work.size * H * (D + K) <= MOST
