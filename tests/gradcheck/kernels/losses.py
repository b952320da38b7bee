"""Losses over classes, fused."""

from typing import Any

import numpy as np

from tests.gradcheck.kernels.kernel import Kernel, normal, torch

IGNORED = -100


def _one_hot(labels: Any, like: Any) -> Any:
    return torch.nn.functional.one_hot(labels.clamp(min=0), like.shape[-1]).to(like)


def cross_entropy(x: Any, labels: Any) -> Any:
    valid = labels != IGNORED
    p = torch.softmax(x, -1)
    nll = torch.logsumexp(x, -1) - (x * _one_hot(labels, x)).sum(-1)
    return (nll * valid).sum() / valid.sum(), (p, labels, valid)


def cross_entropy_b(g: Any, p: Any, labels: Any, valid: Any) -> Any:
    return g * (p - _one_hot(labels, p)) * valid[:, None] / valid.sum(), None


def smoothed(x: Any, labels: Any) -> Any:
    """Label smoothing of 0.1."""
    logp = torch.log_softmax(x, -1)
    target = 0.9 * _one_hot(labels, x) + 0.1 / x.shape[-1]
    return -(target * logp).sum(-1).mean(), (logp.exp(), target)


def smoothed_b(g: Any, p: Any, target: Any) -> Any:
    return g * (p - target) / len(p), None


def with_z_loss(x: Any, labels: Any) -> Any:
    """Cross-entropy plus 0.01 of the square of the logarithm of the sum of exponentials."""
    lse = torch.logsumexp(x, -1)
    nll = lse - (x * _one_hot(labels, x)).sum(-1)
    return (nll + 0.01 * lse**2).mean(), (x, lse, labels)


def with_z_loss_b(g: Any, x: Any, lse: Any, labels: Any) -> Any:
    p = torch.exp(x - lse[:, None])
    return g * (p * (1 + 0.02 * lse[:, None]) - _one_hot(labels, x)) / len(x), None


def linear_cross_entropy(x: Any, W: Any, labels: Any) -> Any:
    """The gradients are computed in the forward pass, a chunk of two rows at a time."""
    loss, dx, dW = 0.0, torch.zeros_like(x), torch.zeros_like(W)
    for start in range(0, len(x), 2):
        rows = slice(start, start + 2)
        part, (p, target) = smoothed(x[rows] @ W, labels[rows])
        dlogits = smoothed_b(1.0, p, target)[0] * len(p) / len(x)
        loss = loss + part * len(p) / len(x)
        dx[rows], dW = dlogits @ W.T, dW + x[rows].T @ dlogits
    return loss, (dx, dW)


def linear_cross_entropy_b(g: Any, dx: Any, dW: Any) -> Any:
    return g * dx, g * dW, None


def softmax(x: Any) -> Any:
    p = torch.softmax(x, -1)
    return p, (p,)


def softmax_b(g: Any, p: Any) -> Any:
    return (p * (g - (g * p).sum(-1, keepdim=True)),)


def log_softmax(x: Any) -> Any:
    y = torch.log_softmax(x, -1)
    return y, (y,)


def log_softmax_b(g: Any, y: Any) -> Any:
    return (g - y.exp() * g.sum(-1, keepdim=True),)


def divergence(x: Any, y: Any) -> Any:
    """Kullback and Leibler's, of two rows of logits, mean over the batch."""
    logp, logq = torch.log_softmax(y, -1), torch.log_softmax(x, -1)
    return (logp.exp() * (logp - logq)).sum() / len(x), (logp, logq)


def divergence_b(g: Any, logp: Any, logq: Any) -> Any:
    p, ratio = logp.exp(), logp - logq
    return g * (logq.exp() - p) / len(p), g * p * (ratio - (p * ratio).sum(-1, keepdim=True)) / len(p)


def huber(x: Any, y: Any) -> Any:
    e = x - y
    return torch.where(e.abs() < 1, e * e / 2, e.abs() - 0.5).mean(), (e,)


def huber_b(g: Any, e: Any) -> Any:
    d = g * e.clamp(-1, 1) / e.numel()
    return d, -d


def logits(rng: Any) -> Any:
    return rng.standard_normal((6, 4)), rng.integers(4, size=6)


def with_ignored(rng: Any) -> Any:
    return rng.standard_normal((6, 4)), np.array([0, 1, IGNORED, 3, IGNORED, 2])


def head(rng: Any) -> Any:
    return rng.standard_normal((6, 3)), rng.standard_normal((3, 4)), rng.integers(4, size=6)


RIGHT = [
    Kernel("cross-entropy with ignored labels", cross_entropy, cross_entropy_b, with_ignored),
    Kernel("cross-entropy, labels smoothed", smoothed, smoothed_b, logits),
    Kernel("cross-entropy with z-loss", with_z_loss, with_z_loss_b, logits),
    Kernel("dense and cross-entropy in chunks", linear_cross_entropy, linear_cross_entropy_b, head),
    Kernel("softmax", softmax, softmax_b, normal((4, 5))),
    Kernel("log-softmax", log_softmax, log_softmax_b, normal((4, 5))),
    Kernel("divergence", divergence, divergence_b, normal((4, 5), (4, 5))),
    Kernel("Huber", huber, huber_b, normal((5, 4), (5, 4))),
]
