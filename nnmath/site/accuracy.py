"""How far gradients are off: this project's and those of the textbook's formulas, against arithmetic of 60 digits."""

import numpy as np
from mpmath import mp, mpf

from nnmath.primitives import binary_cross_entropy, dense, sigmoid, softmax, softmax_cross_entropy
from nnmath.typing import Array

EPSILON = float(np.finfo(float).eps)
DIGITS = 60


def spaced(largest: float, count: int = 240) -> Array:
    """Return numbers on both sides of 0 up to a size, dense at 0, none of them with a simple fraction."""
    positive = np.geomspace(0.03, largest, count // 2)
    return np.concatenate([-positive[::-1], positive])


def relative_errors(computed: Array, exact: list[mpf]) -> Array:
    """Return relative errors, at least a hundredth of an epsilon so that 0 can be drawn; 1 where nothing is left."""
    off = [abs(mpf(float(c)) - e) / abs(e) if np.isfinite(c) else mpf(1) for c, e in zip(computed, exact, strict=True)]
    return np.array([min(max(float(one), EPSILON / 100), 1.0) for one in off])


def sigmoid_errors(z: Array) -> tuple[Array, Array]:
    """Return the errors of the slope: of a (1 - a), and of the code."""
    with mp.workdps(DIGITS), np.errstate(over="ignore"):
        exact = [mp.exp(-abs(mpf(float(x)))) / (1 + mp.exp(-abs(mpf(float(x))))) ** 2 for x in z]
        a = 1 / (1 + np.exp(-z))
        return relative_errors(a * (1 - a), exact), relative_errors(sigmoid(z)[1](np.ones_like(z)), exact)


def binary_errors(z: Array) -> tuple[Array, Array]:
    """Return the errors of the gradient for a target of 1: of p - t, and of the code."""
    with mp.workdps(DIGITS), np.errstate(over="ignore"):
        exact = [-1 / (1 + mp.exp(mpf(float(x)))) for x in z]
        p = 1 / (1 + np.exp(-z))
        ours = binary_cross_entropy(z, np.ones_like(z))[1]() * len(z)
        return relative_errors(p - 1, exact), relative_errors(ours, exact)


def cross_entropy_errors(margin: Array) -> tuple[Array, Array]:
    """Return the errors of the gradient of the true class, by its lead over two others: of p - 1, and of the code."""
    logits = np.stack([margin, np.zeros_like(margin), np.full_like(margin, -0.7)], axis=1)
    with mp.workdps(DIGITS), np.errstate(over="ignore"):
        exact = []
        for row in logits:
            others = mp.fsum(mp.exp(mpf(float(x))) for x in row[1:])
            exact.append(-others / (others + mp.exp(mpf(float(row[0])))))
        e = np.exp(logits - logits.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        labels = np.zeros(len(logits), dtype=int)
        ours = softmax_cross_entropy(logits, labels)[1]()[:, 0] * len(logits)
        return relative_errors(p[:, 0] - 1, exact), relative_errors(ours, exact)


def softmax_errors(spreads: Array, draws: int = 12) -> tuple[Array, Array, Array]:
    """Return the worst errors of the backward pass, by the spread of four logits, in units of epsilon.

    Of exp(z) over its sum, of the same after the largest logit was subtracted, and of the code; each entry in
    relation to the size of the two terms whose difference it is. Infinite where there is no number.
    """
    random = np.random.default_rng(0)
    worst = np.zeros((3, len(spreads)))
    for i, spread in enumerate(spreads):
        z = random.uniform(-spread, spread, (draws, 4))
        dp = random.normal(size=z.shape)
        exact, size = _softmax_backward(z, dp)
        with np.errstate(over="ignore", invalid="ignore"):
            for j, p in enumerate((_exponentials(z), _exponentials(z - z.max(axis=1, keepdims=True)))):
                worst[j, i] = _worst(p * (dp - (dp * p).sum(axis=1, keepdims=True)), exact, size)
        worst[2, i] = _worst(softmax(z)[1](dp), exact, size)
    return worst[0], worst[1], worst[2]


def _exponentials(z: Array) -> Array:
    e = np.exp(z)
    p: Array = e / e.sum(axis=1, keepdims=True)
    return p


def _softmax_backward(z: Array, dp: Array) -> tuple[list[mpf], list[mpf]]:
    """Return the exact gradient of each entry, and the size of its terms."""
    gradients, sizes = [], []
    with mp.workdps(DIGITS):
        for row, upstream in zip(z, dp, strict=True):
            e = [mp.exp(mpf(float(x))) for x in row]
            p = [one / mp.fsum(e) for one in e]
            g = [mpf(float(u)) for u in upstream]
            mean = mp.fdot(p, g)
            size = mp.fdot(p, [abs(u) for u in g])
            gradients += [one * (u - mean) for one, u in zip(p, g, strict=True)]
            sizes += [one * (abs(u) + size) for one, u in zip(p, g, strict=True)]
    return gradients, sizes


def _worst(computed: Array, exact: list[mpf], size: list[mpf]) -> float:
    off = [
        float(abs(mpf(float(c)) - e) / s) / EPSILON if np.isfinite(c) else np.inf
        for c, e, s in zip(computed.ravel(), exact, size, strict=True)
    ]
    return max(off)


def dense_errors(counts: Array, draws: int = 8) -> tuple[Array, Array]:
    """Return the worst errors of dW by the number of examples, in epsilon: summed term after term, and by the code."""
    random = np.random.default_rng(0)
    running, ours = np.zeros(len(counts)), np.zeros(len(counts))
    for i, count in enumerate(counts.astype(int)):
        x, dz = random.normal(size=(count, draws)), random.normal(size=(count, 1))
        dW = dense(x, np.zeros((draws, 1)), np.zeros(1))[1](dz)[1]
        exact, size = [], []
        with mp.workdps(DIGITS):
            for column in x.T:
                exact.append(mp.fdot(map(mpf, column.tolist()), map(mpf, dz[:, 0].tolist())))
                size.append(mpf(float(np.abs(column * dz[:, 0]).sum())))
        running[i] = _worst(np.cumsum(x * dz, axis=0)[-1], exact, size)
        ours[i] = _worst(dW, exact, size)
    return running, ours
