"""Wrong backward passes of layers that the other tables do not have, at several sizes."""

# ruff: noqa: E501, F403, F405 (tables: one row a case, names from passes)

from typing import Any

import numpy as np
from numpy import exp, newaxis

from tests.gradcheck.gradient_case import Case, normal
from tests.gradcheck.partial_passes import *
from tests.gradcheck.wrong_cases import but, labelled


def logsumexp(z: Any) -> Any:
    return np.log(exp(z).sum(axis=1))


def glu(a: Any, b: Any) -> Any:
    return a * sigmoid(b)


def glu_b(g: Any, a: Any, b: Any) -> Any:
    return g * sigmoid(b), g * a * sigmoid(b) * (1 - sigmoid(b))


def group_norm(x: Any) -> Any:
    y = x.reshape(len(x), 2, -1)
    return ((y - y.mean(2, keepdims=True)) / np.sqrt(y.var(2, keepdims=True) + 1e-5)).reshape(x.shape)


def group_norm_b(g: Any, x: Any, mean: Any = 1.0, var: Any = 1.0) -> Any:
    y, g = x.reshape(len(x), 2, -1), g.reshape(len(x), 2, -1)
    s = np.sqrt(y.var(2, keepdims=True) + 1e-5)
    h = (y - y.mean(2, keepdims=True)) / s
    return ((g - mean * g.mean(2, keepdims=True) - var * h * (g * h).mean(2, keepdims=True)) / s).reshape(x.shape)


def affine_channels(x: Any, scale: Any) -> Any:
    return x * scale[:, newaxis, newaxis]


def affine_channels_b(g: Any, x: Any, scale: Any, axes: Any = (0, 2, 3)) -> Any:
    return g * scale[:, newaxis, newaxis], (g * x).sum(axes)


def low_rank(x: Any, A: Any, B: Any) -> Any:
    return x @ A @ B


def low_rank_b(g: Any, x: Any, A: Any, B: Any) -> Any:
    return g @ B.T @ A.T, x.T @ g @ B.T, (x @ A).T @ g


def huber_loss(p: Any, t: Any) -> Any:
    d = p - t
    return np.where(np.abs(d) < 1, d * d / 2, np.abs(d) - 0.5).mean()


def gather(x: Any) -> Any:
    return x[:, [2, 0, 1, 3]]


def wrong_entry(position: Any, amount: Any) -> Any:
    def broken(d: Any, *_: Any) -> Any:
        d = np.array(d)
        d.reshape(-1)[position] *= 1 + amount
        return d

    return broken


square3, wide_relu = normal((4, 4), (4, 4), (4, 4)), normal((100, 100))
images = normal((2, 3, 4, 4), (3,))

ALL = [
    Case("logsumexp over axis 0", logsumexp, lambda g, z: g[:, newaxis] * softmax(z.T).T, normal((4, 4)), ("axis",), None, 0),
    Case("logsumexp over axis 0, 3 x 5", logsumexp, lambda g, z: g[:, newaxis] * softmax(z.T).T, normal((3, 5)), ("axis",), None, 0),
    Case("logsumexp -", logsumexp, lambda g, z: -g[:, newaxis] * softmax(z), normal((3, 5)), ("sign",), -1, 0),
    Case("logsumexp mean", logsumexp, lambda g, z: g[:, newaxis] * softmax(z) / 5, normal((3, 5)), ("scale",), 0.2, 0),
    Case("attention dK of dS @ Q", attention, but(attention_b, 1, lambda d, g, Q, K, V: scores_b(g, Q, K, V) @ Q), normal(
         (4, 3), (4, 3), (4, 2)), ("transpose",), None, 1),
    Case("attention dK of dS @ Q, 6", attention, but(attention_b, 1, lambda d, g, Q, K, V: scores_b(g, Q, K, V) @ Q), normal(
         (6, 4), (6, 4), (6, 4)), ("transpose",), None, 1),
    Case("attention dQ of dS.T @ K", attention, but(attention_b, 0, lambda d, g, Q, K, V: scores_b(g, Q, K, V).T @ K), normal(
         (4, 3), (4, 3), (4, 2)), ("transpose",), None, 0),
    Case("attention dV without the transpose", attention, but(attention_b, 2, lambda d, g, Q, K, V: softmax(Q @ K.T / np.sqrt(
         Q.shape[1])) @ g), normal((4, 3), (4, 3), (4, 2)), ("transpose",), None, 2),
    Case("low rank dA, g @ B", low_rank, but(low_rank_b, 1, lambda d, g, x, A, B: x.T @ g @ B), square3, ("transpose",), None, 1),
    Case("low rank dx, A for A.T", low_rank, but(low_rank_b, 0, lambda d, g, x, A, B: g @ B.T @ A), square3, ("transpose",), None, 0),
    Case("low rank dB, doubled", low_rank, but(low_rank_b, 2, lambda d, *_: 2 * d), square3, ("scale",), 2, 2),
    Case("wide dense dW transposed", dense, but(dense_b, 1, lambda d, *_: d.T), normal((64, 64), (64, 64), (64,)), ("transpose",),
         None, 1),
    Case("wide dense g @ W", dense, but(dense_b, 0, lambda d, g, x, W, b: g @ W), normal((64, 64), (64, 64), (64,)), ("transpose",),
         None, 0),
    Case("wide relu > 0.01", relu, lambda g, x: g * (x > 0.01), wide_relu, ("mask",), None, 0),
    Case("wider relu > 0.01", relu, lambda g, x: g * (x > 0.01), normal((200, 300)), ("mask",), None, 0),
    Case("relu >= -1e-8, in between", relu, lambda g, x: g * (x >= -1e-8), lambda rng: (np.append(rng.standard_normal(6), [-1e-9] * 3),),
         ("mask",), None, 0),
    Case("sum of relu >= -1e-8", lambda x: relu(x).sum(), lambda g, x: g * (x >= -1e-8), lambda rng: (np.append(rng.standard_normal(
         6), [-1e-9] * 3),), ("mask",), None, 0),
    Case("relu 1 + 1e-8 at 1e-9", relu, lambda g, x: g * (x > 0) * (1 + 1e-8), normal((3,), scale=1e-9), ("scale",), 1 + 1e-8, 0),
    Case("sigmoid of -160, one lost", stable_sigmoid, lambda g, z: stable_sigmoid_b(g, z) * np.array([1, 0, 1]), lambda rng: (
         rng.uniform(-180, -150, 3),), ("missing", "entries"), None, 0),
    Case("sigmoid of -40, upside down", stable_sigmoid, lambda g, z: -stable_sigmoid_b(g, z), lambda rng: (rng.uniform(-42, -38, 3),),
         ("sign",), -1, 0),
    Case("glu dB without a", glu, but(glu_b, 1, lambda d, g, a, b: g * sigmoid(b) * (1 - sigmoid(b))), normal((3, 4), (3, 4)),
         ("missing",), None, 1),
    Case("glu da -", glu, but(glu_b, 0, lambda d, *_: -d), normal((3, 4), (3, 4)), ("sign",), -1, 0),
    Case("glu ignores g", glu, lambda g, a, b: glu_b(np.ones_like(g), a, b), normal((3, 4), (3, 4)), ("upstream",), None, 0),
    Case("group norm without mean", group_norm, lambda g, x: group_norm_b(g, x, mean=0.0), normal((3, 8)), ("missing",), None, 0),
    Case("group norm without variance", group_norm, lambda g, x: group_norm_b(g, x, var=0.0), normal((3, 8)), ("missing",), None, 0),
    Case("group norm 1e-6", group_norm, lambda g, x: group_norm_b(g, x) * (1 + 1e-6), normal((3, 8)), ("scale",), 1 + 1e-6, 0),
    Case("channels, sum not over the batch", affine_channels, lambda g, x, s: (affine_channels_b(g, x, s)[0], (g * x).sum((2, 3))),
         images, ("shape",), None, 1),
    Case("channels, mean", affine_channels, but(affine_channels_b, 1, lambda d, g, *_: d / 32), images, ("scale",), 1 / 32, 1),
    Case("channels, dx without scale", affine_channels, but(affine_channels_b, 0, lambda d, g, *_: g), images, ("unknown", "scale",
         "missing", "entries", "mask"), None, 0),
    Case("huber loss, summed", huber_loss, lambda g, p, t: g * np.clip(p - t, -1, 1), normal((4, 3), (4, 3), scale=2.0), ("scale",),
         12, 0),
    Case("huber loss, squared only", huber_loss, lambda g, p, t: g * (p - t) / p.size, normal((4, 3), (4, 3), scale=2.0), ("mask",),
         None, 0),
    Case("gather, not inverted", gather, lambda g, x: g[:, [2, 0, 1, 3]], normal((3, 4)), ("transpose", "entries", "axis",
         "unknown"), None, 0),
    Case("rms norm without projection", rms_norm, lambda g, x: g / np.sqrt((x**2).mean(1, keepdims=True)), normal((3, 5)),
         ("missing",), None, 0),
    Case("one of 20 by 1e-4", dense, but(dense_b, 1, wrong_entry(7, 1e-4)), normal((5, 4), (4, 5), (5,)), ("entries",), None, 1),
    Case("one of 2,560 by 1e-4", dense, but(dense_b, 1, wrong_entry(777, 1e-4)), normal((32, 256), (256, 10), (10,)), ("entries",),
         None, 1),
    Case("cross-entropy 1e-6, large", cross_entropy_lse, lambda g, z, y: cross_entropy_b(g, z, y) * (1 + 1e-6), labelled(40, 10),
         ("scale",), 1 + 1e-6, 0),
    Case("cross-entropy, batch x classes, large", cross_entropy_lse, lambda g, z, y: cross_entropy_b(g, z, y) * 400, labelled(40, 10),
         ("scale",), 400, 0),
    Case("integer gradient", lambda x: 2 * x, lambda g, x: np.full(x.shape, 2), normal((3,)), ("dtype", "upstream"), None, 0),
    Case("half for double", lambda x: 2 * x, lambda g, x: (2 * g).astype(np.float16), normal((3,)), ("dtype",), None, 0),
    Case("labels written to", lambda z, y: z[np.arange(len(y)), y], lambda g, z, y: (y.__imul__(0), g[:, newaxis] * onehot(z, y))[1],
         labelled(), ("mutates",), None, 1),
]  # fmt: skip
