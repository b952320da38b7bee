"""The textbook: NumPy as courses and books write it, a new array for each result and a call for each parameter."""

import numpy as np
from numpy.typing import NDArray

from nnmath.training.network import flatten, unflatten
from tests.benchmarks.work import BETA1, BETA2, Work


class Textbook:
    """One training run."""

    name = "textbook"

    def __init__(self, work: Work, shuffle: bool) -> None:
        self.work, self.rng, self.t = work, np.random.default_rng(2) if shuffle else None, 0
        (W1, b1), (W2, b2) = unflatten(work.theta, work.sizes)
        self.parameters = {"W1": W1.copy(), "b1": b1.copy(), "W2": W2.copy(), "b2": b2.copy()}
        self.m = {name: np.zeros_like(array) for name, array in self.parameters.items()}
        self.v = {name: np.zeros_like(array) for name, array in self.parameters.items()}

    @property
    def theta(self) -> NDArray:
        """All weights and biases."""
        W1, b1, W2, b2 = self.parameters.values()
        return flatten([(W1, b1), (W2, b2)])

    def epochs(self, count: int) -> float:
        """Train for so many epochs and return the mean loss of the last."""
        work, (x, labels) = self.work, self.work.data
        for _ in range(count):
            total = 0.0
            order = self.rng.permutation(work.count) if self.rng and work.batch else np.arange(work.count)
            for start in range(0, work.count, work.size):
                chosen = order[start : start + work.size] if work.batch else slice(None)
                xs, ys = x[chosen], labels[chosen]
                loss, gradients = self.gradients(xs, ys)
                self.update(gradients)
                total += loss * len(xs)
        return total / work.count

    def gradients(self, x: NDArray, y: NDArray) -> tuple[float, dict[str, NDArray]]:
        """Return the loss and the gradient of each parameter."""
        W1, b1, W2, b2 = self.parameters.values()
        z1 = x @ W1 + b1
        a1 = 1 / (1 + np.exp(-z1)) if self.work.hidden == "sigmoid" else np.maximum(0, z1)
        logits = a1 @ W2 + b2
        e = np.exp(logits - np.max(logits, axis=1, keepdims=True))
        p = e / np.sum(e, axis=1, keepdims=True)
        loss = -np.mean(np.log(p[np.arange(len(y)), y]))
        dlogits = p.copy()
        dlogits[np.arange(len(y)), y] -= 1
        dlogits /= len(y)
        da1 = dlogits @ W2.T
        dz1 = da1 * a1 * (1 - a1) if self.work.hidden == "sigmoid" else da1 * (z1 > 0)
        gradients = {
            "W1": x.T @ dz1,
            "b1": np.sum(dz1, axis=0),
            "W2": a1.T @ dlogits,
            "b2": np.sum(dlogits, axis=0),
        }
        return float(loss), gradients

    def update(self, gradients: dict[str, NDArray]) -> None:
        """Gradient descent or Adam, a parameter at a time."""
        work, m, v = self.work, self.m, self.v
        self.t += 1
        for name, g in gradients.items():
            if work.adam:
                m[name] = BETA1 * m[name] + (1 - BETA1) * g
                v[name] = BETA2 * v[name] + (1 - BETA2) * g**2
                m_hat, v_hat = m[name] / (1 - BETA1**self.t), v[name] / (1 - BETA2**self.t)
                self.parameters[name] -= work.rate * m_hat / (np.sqrt(v_hat) + work.epsilon)
            else:
                self.parameters[name] -= work.rate * g
