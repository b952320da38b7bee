"""Wrong backward passes of the kinds that people write, the cause of each, and its factor where there is one."""

# ruff: noqa: E501, F403, F405 (tables: one row a case, names from passes)

from functools import partial
from typing import Any

import numpy as np

from tests.gradcheck.gradient_case import Case, normal
from tests.gradcheck.partial_passes import *


def but(backward: Any, position: Any, broken: Any) -> Any:
    """A backward pass one of whose gradients is another function of (that gradient, upstream, *inputs)."""

    def changed(g: Any, *inputs: Any) -> Any:
        found = list(backward(g, *inputs))
        found[position] = broken(found[position], g, *inputs)
        return tuple(found)

    return changed


def labelled(N: Any = 5, K: Any = 3) -> Any:
    return lambda rng: (rng.standard_normal((N, K)), rng.integers(K, size=N))


def with_targets(N: Any = 4, M: Any = 3) -> Any:
    return lambda rng: (rng.standard_normal((N, M)), rng.uniform(size=(N, M)))


def with_signs(N: Any = 7) -> Any:
    return lambda rng: (rng.standard_normal(N) * 2, rng.choice([-1.0, 1.0], N))


def entry(factor: Any, where: Any) -> Any:
    def broken(d: Any, *_: Any) -> Any:
        d = d.copy()
        d[where] *= factor
        return d

    return broken


x34, dense_in, square_in = normal((3, 4)), normal((5, 4), (4, 3), (3,)), normal((4, 4), (4, 4), (4,))
norm_in = normal((4, 5), (5,), (5,))

SIGN = [
    Case("sigmoid -", sigmoid, lambda g, z: -sigmoid_b(g, z), x34, ("sign",), -1, 0),
    Case("dense dW -", dense, but(dense_b, 1, lambda d, *_: -d), dense_in, ("sign",), -1, 1),
    Case("cross-entropy y - p", cross_entropy, lambda g, z, y: -cross_entropy_b(g, z, y), labelled(), ("sign",), -1, 0),
    Case("subtract: db = +g", lambda a, b: a - b, lambda g, a, b: (g, g), normal((3, 2), (3, 2)), ("sign",), -1, 1),
    Case("abs without sign", np.abs, lambda g, x: g, x34, ("sign", "mask"), None, 0),
    Case("cosine +sin", np.cos, lambda g, x: g * np.sin(x), x34, ("sign",), -1, 0),
    Case("softmax + sum", softmax, lambda g, z: (p := softmax(z)) * (g + (g * p).sum(1, keepdims=True)), x34,
         ("sign", "unknown", "missing"), None, 0),
    Case("mse target sign", mse, lambda g, p, t: (mse_b(g, p, t), mse_b(g, p, t)), with_targets(), ("sign",), -1, 1),
    Case("log-sum-exp loss, W2 -", mlp, but(mlp_b, 3, lambda d, *_: -d), draw_mlp, ("sign",), -1, 3),
    Case("layer norm, sign of the mean", layer_norm, but(layer_norm_b, 0, lambda d, g, x, gm, b: d + 2 * (g * gm).mean(
         1, keepdims=True) / np.sqrt(x.var(1, keepdims=True) + 1e-5)), norm_in, ("sign", "unknown", "missing"), None, 0),
]  # fmt: skip

SCALE = [
    Case("square without 2", np.square, lambda g, x: g * x, x34, ("scale",), 0.5, 0),
    Case("mse without 2", mse, lambda g, p, t: mse_b(g, p, t) / 2, with_targets(), ("scale",), 0.5, 0),
    Case("cross-entropy, mean lost", cross_entropy, lambda g, z, y: cross_entropy_b(g, z, y) * 5, labelled(),
         ("scale",), 5, 0),
    Case("cross-entropy, mean twice", cross_entropy, lambda g, z, y: cross_entropy_b(g, z, y) / 5, labelled(),
         ("scale",), 0.2, 0),
    Case("cross-entropy, mean over all", cross_entropy, lambda g, z, y: cross_entropy_b(g, z, y) / 3, labelled(),
         ("scale",), 1 / 3, 0),
    Case("bce N*K", bce_logaddexp, lambda g, z, t: bce_b(g, z, t) * z.size, with_targets(), ("scale",), 12, 0),
    Case("dense db mean", dense, but(dense_b, 2, lambda d, g, *_: g.mean(0)), dense_in, ("scale",), 0.2, 2),
    Case("dense dW mean", dense, but(dense_b, 1, lambda d, g, x, *_: d / len(x)), dense_in, ("scale",), 0.2, 1),
    Case("sigmoid 1e-6", stable_sigmoid, lambda g, z: stable_sigmoid_b(g, z) * (1 + 1e-6), x34, ("scale",), 1 + 1e-6, 0),
    Case("sigmoid 1e-8", stable_sigmoid, lambda g, z: stable_sigmoid_b(g, z) * (1 + 1e-8), x34, ("scale",), 1 + 1e-8, 0),
    Case("dense dx 1e-8", dense, but(dense_b, 0, lambda d, *_: d * (1 + 1e-8)), dense_in, ("scale",), 1 + 1e-8, 0),
    Case("dense dW -1e-6", dense, but(dense_b, 1, lambda d, *_: d * (1 - 1e-6)), dense_in, ("scale",), 1 - 1e-6, 1),
    Case("softmax 1e-8", softmax, lambda g, z: softmax_b(g, z) * (1 + 1e-8), x34, ("scale",), 1 + 1e-8, 0),
    Case("cross-entropy 1e-6", cross_entropy_lse, lambda g, z, y: cross_entropy_b(g, z, y) * (1 + 1e-6), labelled(),
         ("scale",), 1 + 1e-6, 0),
    Case("cross-entropy 1e-8", cross_entropy_lse, lambda g, z, y: cross_entropy_b(g, z, y) * (1 + 1e-8), labelled(),
         ("scale",), 1 + 1e-8, 0),
    Case("course exercise", course_cost, partial(course_b, double_dW2=2.0, four_db1=4.0), draw_course,
         ("scale",), None, None, (0, 1, 2, 3, 4, 5)),
    Case("mean of a matrix", np.mean, lambda g, x: np.full_like(x, g), x34, ("scale",), 12, 0),
    Case("attention without root d", attention, but(attention_b, 0, lambda d, *_: d * 2), normal((3, 4), (5, 4), (5, 2)),
         ("scale",), 2, 0),
    Case("average pool without 1/2", lambda x: x.reshape(3, -1, 2).mean(2), lambda g, x: np.repeat(g, 2, 1), x34,
         ("scale",), 2, 0),
    Case("0-d square", lambda x: x**2, lambda g, x: g * x, normal(()), ("scale",), 0.5, 0),
    Case("unit without 1/n", unit, lambda g, x: unit_b(g, x) * np.linalg.norm(x), normal((5,)), ("scale",), None, 0),
    Case("softplus of scaled", lambda z: softplus(3 * z), lambda g, z: softplus_b(g, 3 * z), x34, ("scale",), 1 / 3, 0),
    Case("cross-entropy /(N-1)", cross_entropy, lambda g, z, y: cross_entropy_b(g, z, y) * 5 / 4, labelled(),
         ("scale",), 1.25, 0),
    Case("L2 penalty without 1/2", lambda W: 0.05 * (W**2).sum() / 2, lambda g, W: g * 0.1 * W, x34, ("scale",), 2, 0),
]  # fmt: skip

TRANSPOSE = [
    Case("dense g @ W", dense, but(dense_b, 0, lambda d, g, x, W, b: g @ W), square_in, ("transpose",), None, 0),
    Case("dense dW.T", dense, but(dense_b, 1, lambda d, g, x, W, b: g.T @ x), square_in, ("transpose",), None, 1),
    Case("dense x @ g", dense, but(dense_b, 1, lambda d, g, x, W, b: x @ g), square_in, ("transpose",), None, 1),
    Case("dense dW reshaped", dense, but(dense_b, 1, lambda d, g, x, W, b: (g.T @ x).reshape(W.shape)), dense_in,
         ("transpose",), None, 1),
    Case("dW.T of another shape", dense, but(dense_b, 1, lambda d, g, x, W, b: g.T @ x), dense_in,
         ("shape", "transpose"), None, 1),
    Case("matvec A @ g", lambda A, x: A @ x, lambda g, A, x: (np.outer(g, x), A @ g), normal((4, 4), (4,)),
         ("transpose",), None, 1),
    Case("matvec outer(x, g)", lambda A, x: A @ x, lambda g, A, x: (np.outer(x, g), A.T @ g), normal((4, 4), (4,)),
         ("transpose",), None, 0),
    Case("constant matrix A @ g", lambda x: MATRIX @ x, lambda g, x: MATRIX @ g, normal((4,)), ("transpose",), None, 0),
    Case("constant matrix, batch", lambda x: x @ MATRIX, lambda g, x: g @ MATRIX, normal((3, 4)), ("transpose",), None, 0),
    Case("bilinear dx = A.T @ y", lambda x, A, y: x @ A @ y, lambda g, x, A, y: (g * (A.T @ y), g * np.outer(x, y),
         g * (A.T @ x)), normal((4,), (4, 4), (4,)), ("transpose",), None, 0),
    Case("bilinear dA.T", lambda x, A, y: x @ A @ y, lambda g, x, A, y: (g * (A @ y), g * np.outer(y, x),
         g * (A.T @ x)), normal((4,), (4, 4), (4,)), ("transpose",), None, 1),
    Case("attention dS @ K.T", attention, but(attention_b, 0, lambda d, g, Q, K, V: attention_b(g, Q, K, V)[0] @
         np.linalg.pinv(K) @ K.T), normal((4, 4), (4, 4), (4, 4)), ("transpose",), None, 0),
    Case("attention dK of dS", attention, but(attention_b, 1, lambda d, g, Q, K, V: scores_b(g, Q, K, V) @ Q),
         normal((4, 4), (4, 4), (4, 4)), ("transpose", "unknown"), None, 1),
    Case("rnn dh with Wh", rnn_cell, but(rnn_cell_b, 1, lambda d, g, x, h, Wx, Wh, b: (g * (1 - rnn_cell(x, h, Wx, Wh, b)
         ** 2)) @ Wh), normal((3, 2), (3, 4), (2, 4), (4, 4), (4,)), ("transpose",), None, 1),
    Case("mlp dh with W2", square_net, square_net_b, normal((5, 3), (3, 3), (3, 3)), ("transpose",), None, 0),
    Case("transpose kept", lambda x: x.T @ MATRIX, lambda g, x: g @ MATRIX.T, normal((4, 4)), ("transpose",), None, 0),
    Case("batched product", lambda a, b: a @ b, lambda g, a, b: (g @ b, a.swapaxes(1, 2) @ g),
         normal((2, 3, 3), (2, 3, 3)), ("transpose",), None, 0),
    Case("cumulative sum forwards", lambda x: np.cumsum(x), lambda g, x: np.cumsum(g), normal((5,)),
         ("transpose", "axis", "unknown"), None, 0),
]  # fmt: skip

AXIS = [
    Case("softmax, sum over axis 0", softmax, lambda g, z: (p := softmax(z)) * (g - (g * p).sum(0)), x34, ("axis",), None, 0),
    Case("softmax, square, no keepdims", softmax, lambda g, z: (p := softmax(z)) * (g - (g * p).sum(1)), normal((4, 4)),
         ("axis",), None, 0),
    Case("softmax over axis 0", softmax, lambda g, z: softmax_b(g.T, z.T).T, x34, ("axis",), None, 0),
    Case("cross-entropy, softmax over axis 0", cross_entropy, lambda g, z, y: g * (softmax(z.T).T - onehot(z, y)) / len(z),
         labelled(), ("axis",), None, 0),
    Case("layer norm over axis 0", layer_norm, but(layer_norm_b, 0, lambda d, g, x, gm, b: batch_norm_b(g * gm, x, 1, 0)[0]),
         norm_in, ("axis",), None, 0),
    Case("layer norm, means over axis 0", layer_norm, but(layer_norm_b, 0, norm_means_over_0), norm_in, ("axis",), None, 0),
    Case("batch norm over axis 1", batch_norm, but(batch_norm_b, 0, lambda d, g, x, gm, b: layer_norm_b(g, x, gm, b)[0]),
         norm_in, ("axis",), None, 0),
    Case("dense db, sum over axis 1", dense, but(dense_b, 2, lambda d, g, *_: g.sum(1)), square_in, ("axis",), None, 2),
    Case("sum over axis 1, square", lambda x: x.sum(1), lambda g, x: np.broadcast_to(g, x.shape), normal((4, 4)),
         ("axis", "transpose"), None, 0),
    Case("mean over axis 0, square", lambda x: x.mean(0), lambda g, x: np.broadcast_to(g[:, None], x.shape) / len(x),
         normal((4, 4)), ("axis", "transpose"), None, 0),
    Case("cumulative sum, axis", lambda x: np.cumsum(x, 1), lambda g, x: np.cumsum(g[::-1], 0)[::-1], x34, ("axis",), None, 0),
    Case("layer norm dgamma over axis 1", layer_norm, but(layer_norm_b, 1, lambda d, g, x, gm, b: (g * (x - x.mean(
         1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + 1e-5)).sum(1)), normal((4, 4), (4,), (4,)), ("axis",), None, 1),
    Case("rms norm, mean over axis 0", rms_norm, lambda g, x: g / (r := np.sqrt((x**2).mean(1, keepdims=True))) - x * (
         g * x).mean(0) / r**3, x34, ("axis",), None, 0),
    Case("log-softmax, sum over axis 0", lambda z: np.log(softmax(z)), lambda g, z: g - softmax(z) * g.sum(0), x34,
         ("axis",), None, 0),
]  # fmt: skip

UPSTREAM = [
    Case("sigmoid ignores", sigmoid, lambda g, z: sigmoid_b(1, z), x34, ("upstream",), None, 0),
    Case("relu ignores", relu, lambda g, z: (z > 0) * 1.0, x34, ("upstream",), None, 0),
    Case("dense dW ignores", dense, but(dense_b, 1, lambda d, g, x, *_: x.T @ np.ones_like(g)), dense_in, ("upstream",), None, 1),
    Case("dense db ignores", dense, but(dense_b, 2, lambda d, g, *_: np.ones(3) * len(g)), dense_in, ("upstream",), None, 2),
    Case("loss ignores", cross_entropy, lambda g, z, y: cross_entropy_b(1, z, y), labelled(), ("upstream",), None, 0),
    Case("bce ignores", bce, lambda g, z, t: bce_b(1.0, z, t), with_targets(), ("upstream",), None, 0),
    Case("tanh |g|", np.tanh, lambda g, z: tanh_b(np.abs(g), z), x34, ("upstream",), None, 0),
    Case("relu max(g, 0)", relu, lambda g, z: relu_b(np.maximum(g, 0), z), x34, ("upstream",), None, 0),
    Case("sigmoid g squared", sigmoid, lambda g, z: sigmoid_b(g * g, z), x34, ("upstream",), None, 0),
    Case("sigmoid sign of g", sigmoid, lambda g, z: sigmoid_b(np.sign(g), z), x34, ("upstream",), None, 0),
    Case("softmax |g| in the sum", softmax, lambda g, z: (p := softmax(z)) * (g - (np.abs(g) * p).sum(1, keepdims=True)),
         x34, ("upstream",), None, 0),
    Case("softmax max for sum", softmax, lambda g, z: (p := softmax(z)) * (g - (g * p).max(1, keepdims=True)), x34,
         ("upstream",), None, 0),
    Case("softmax argmax row", softmax, lambda g, z: (p := softmax(z)) * ((np.arange(4) == g.argmax(1)[:, None]) - p[
         np.arange(3), g.argmax(1)][:, None]) * g.max(1, keepdims=True), x34, ("upstream",), None, 0),
    Case("dense dx |g|", dense, but(dense_b, 0, lambda d, g, x, W, b: np.abs(g) @ W.T), dense_in, ("upstream",), None, 0),
    Case("layer norm beta |sum|", layer_norm, but(layer_norm_b, 2, lambda d, *_: np.abs(d)), norm_in, ("upstream",), None, 2),
    Case("upstream added", sigmoid, lambda g, z: g + sigmoid_b(1, z), x34, ("upstream",), None, 0),
    Case("clipped gradient", lambda x: 3 * x, lambda g, x: np.clip(3 * g, -1, 1), x34, ("upstream",), None, 0),
]  # fmt: skip
