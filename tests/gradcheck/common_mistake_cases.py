"""Wrong backward passes as they come from half-remembered formulas, such as course forums are full of."""

# ruff: noqa: E501, F403, F405 (tables: one row a case, names from passes)

from typing import Any

import numpy as np
from numpy import exp

from tests.gradcheck.gradient_case import Case, normal
from tests.gradcheck.partial_passes import *
from tests.gradcheck.wrong_cases import but, dense_in, labelled, norm_in, with_targets, x34
from tests.gradcheck.wrong_entry_cases import wide


def column_net(W1: Any, b1: Any, W2: Any, b2: Any, X: Any, Y: Any) -> Any:
    """One example a column, a tanh layer and a sigmoid: the planar-data exercise of the same course."""
    A2 = sigmoid(W2 @ np.tanh(W1 @ X + b1) + b2)
    return -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))


def column_net_b(g: Any, W1: Any, b1: Any, W2: Any, b2: Any, X: Any, Y: Any) -> Any:
    m = X.shape[1]
    A1 = np.tanh(W1 @ X + b1)
    dZ2 = g * (sigmoid(W2 @ A1 + b2) - Y) / m
    dZ1 = (W2.T @ dZ2) * (1 - A1**2)
    return dZ1 @ X.T, dZ1.sum(1, keepdims=True), dZ2 @ A1.T, dZ2.sum(1, keepdims=True)


def draw_column_net(rng: np.random.Generator) -> Any:
    return *(rng.standard_normal(s) for s in ((4, 2), (4, 1), (1, 4), (1, 1), (2, 6))), rng.integers(2, size=(1, 6))


def prelu(x: Any, a: Any) -> Any:
    return np.where(x > 0, x, a * x)


def prelu_b(g: Any, x: Any, a: Any) -> Any:
    return g * np.where(x > 0, 1, a), (g * np.where(x > 0, 0, x)).sum()


PARAMS = (0, 1, 2, 3)
ANY = ("sign", "scale", "transpose", "axis", "upstream", "missing", "mask", "entries", "unknown")

ALL = [
    Case("sigmoid z (1 - z)", sigmoid, lambda g, z: g * z * (1 - z), x34, ANY),
    Case("sigmoid without 1 - a", sigmoid, lambda g, z: g * sigmoid(z), x34, ANY),
    Case("sigmoid a (1 + a)", sigmoid, lambda g, z: g * sigmoid(z) * (1 + sigmoid(z)), x34, ("sign", "unknown"), None, 0),
    Case("sigmoid of a", sigmoid, lambda g, z: sigmoid_b(g, sigmoid(z)), x34, ANY),
    Case("tanh 1 - a", np.tanh, lambda g, z: g * (1 - np.tanh(z)), x34, ANY),
    Case("tanh 1 + a^2", np.tanh, lambda g, z: g * (1 + np.tanh(z) ** 2), x34, ("sign", "unknown"), None, 0),
    Case("exp x exp", exp, lambda g, x: g * x * exp(x), x34, ANY),
    Case("power rule", lambda x: x**3, lambda g, x: 3 * g * x, x34, ANY),
    Case("log 1/x^2", np.log, lambda g, x: g / x**2, lambda rng: (rng.uniform(0.5, 2, 6),), ANY),
    Case("division, db without minus", lambda a, b: a / b, lambda g, a, b: (g / b, g * a / b**2),
         lambda rng: (rng.standard_normal(5), rng.uniform(1, 2, 5)), ("sign",), -1, 1),
    Case("product, swapped", lambda a, b: a * b, lambda g, a, b: (g * a, g * b), normal((3, 2), (3, 2)), ANY),
    Case("softmax of logits", softmax, lambda g, z: z * (g - (g * z).sum(1, keepdims=True)), x34, ANY),
    Case("softmax p (1 - p) g", softmax, lambda g, z: softmax(z) * (1 - softmax(z)) * g, x34, ("missing",), None, 0),
    Case("log-softmax g - sum g", lambda z: np.log(softmax(z)), lambda g, z: g - g.sum(1, keepdims=True) / 4, x34, ANY),
    Case("cross-entropy z - y", cross_entropy, lambda g, z, y: g * (z - onehot(z, y)) / len(y), labelled(), ANY),
    Case("cross-entropy p - 1 everywhere", cross_entropy, lambda g, z, y: g * (softmax(z) - 1) / len(y), labelled(), ANY),
    Case("cross-entropy -y / p", cross_entropy, lambda g, z, y: -g * onehot(z, y) / softmax(z) / len(y), labelled(), ANY),
    Case("cross-entropy, neighbour's label", cross_entropy, lambda g, z, y: cross_entropy_b(g, z, (y + 1) % 3), labelled(), ANY),
    Case("bce t - p", bce, lambda g, z, t: -bce_b(g, z, t), with_targets(), ("sign",), -1, 0),
    Case("bce without mean", bce, lambda g, z, t: bce_b(g, z, t) * z.size, with_targets(), ("scale",), 12, 0),
    Case("bce mean over the batch only", bce, lambda g, z, t: bce_b(g, z, t) * z.shape[1], with_targets(), ("scale",), 3, 0),
    Case("bce times a (1 - a)", bce, lambda g, z, t: bce_b(g, z, t) * sigmoid(z) * (1 - sigmoid(z)), with_targets(), ANY),
    Case("mse sign of the residual", mse, lambda g, p, t: g * np.sign(p - t) / p.size, with_targets(), ANY),
    Case("mse over the batch only", mse, lambda g, p, t: mse_b(g, p, t) * p.shape[1], with_targets(), ("scale",), 3, 0),
    Case("dense db of the first", dense, but(dense_b, 2, lambda d, g, *_: g[0]), dense_in, ("missing", "entries"), None, 2),
    Case("dense db of all", dense, but(dense_b, 2, lambda d, g, *_: np.full(3, g.sum())), dense_in, ("axis",), None, 2),
    Case("dense dx plus W", dense, but(dense_b, 0, lambda d, g, x, W, b: d + W.sum(1)), dense_in, ("upstream",), None, 0),
    Case("dense dW with the value", dense, but(dense_b, 1, lambda d, g, x, W, b: x.T @ (g * dense(x, W, b))), dense_in, ANY),
    Case("relu on the upstream", relu, lambda g, z: g * (g > 0), wide, ("upstream",), None, 0),
    Case("relu mask is z", relu, lambda g, z: g * z * (z > 0), wide, ANY),
    Case("relu z >= 1", relu, lambda g, z: g * (z >= 1), wide, ("mask",), None, 0),
    Case("leaky with the slope squared", leaky, lambda g, z: g * np.where(z > 0, 1, 1e-4), wide, ("mask",), None, 0),
    Case("leaky, alpha for both", leaky, lambda g, z: g * 0.01, wide, ("mask",), None, 0),
    Case("leaky, minus alpha", leaky, lambda g, z: g * np.where(z > 0, 1, -0.01), wide, ("mask",), None, 0),
    Case("abs, 0 on the left", np.abs, lambda g, z: g * (z > 0), wide, ("mask",), None, 0),
    Case("elu, a for a + 1", elu, lambda g, z: g * np.where(z > 0, 1, exp(np.minimum(z, 0)) - 1), wide, ("mask",), None, 0),
    Case("swish without x", lambda z: z * sigmoid(z), lambda g, z: sigmoid_b(g, z), x34, ANY),
    Case("swish, only the first term", lambda z: z * sigmoid(z), lambda g, z: g * sigmoid(z), x34, ANY),
    Case("gelu, cdf only", gelu, lambda g, z: g * 0.5 * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))), x34, ANY),
    Case("softplus 1 - sigmoid", softplus, lambda g, z: g / (1 + exp(z)), x34, ANY),
    Case("prelu, da not masked", prelu, but(prelu_b, 1, lambda d, g, x, a: (g * x).sum()), lambda rng: (*wide(rng), 0.25),
         ("mask", "missing", "unknown"), None, 1),
    Case("layer norm without gamma", layer_norm, but(layer_norm_b, 0, lambda d, g, x, gm, b: layer_norm_b(g, x, 1, b)[0]),
         norm_in, ANY),
    Case("layer norm dgamma of x", layer_norm, but(layer_norm_b, 1, lambda d, g, x, gm, b: (g * x).sum(0)), norm_in, ANY),
    Case("batch norm, N - 1", batch_norm, but(batch_norm_b, 0, lambda d, g, x, gm, b: d * np.sqrt(3 / 4)), norm_in, ("scale",),
         None, 0),
    Case("batch norm dgamma and dbeta swapped", batch_norm, lambda g, *a: (lambda d: (d[0], d[2], d[1]))(batch_norm_b(g, *a)),
         norm_in, ANY),
    Case("convolution, flipped", conv, but(conv_b, 0, lambda d, g, x, w: conv_b(g, x, w[::-1, ::-1])[0]),
         normal((5, 5), (3, 3)), ANY),
    Case("convolution dw transposed", conv, but(conv_b, 1, lambda d, *_: d.T), normal((5, 5), (3, 3)), ("transpose",), None, 1),
    Case("max pool, smallest", max_pool, lambda g, x: max_pool_b(g, -x), normal((3, 4)), ANY),
    Case("attention, no softmax Jacobian", attention, but(attention_b, 2, lambda d, g, Q, K, V: (Q @ K.T / 2).T @ g),
         normal((3, 4), (5, 4), (5, 2)), ANY),
    Case("attention without root d, dK", attention, but(attention_b, 1, lambda d, *_: d * 2), normal((3, 4), (5, 4), (5, 2)),
         ("scale",), 2, 1),
    Case("column net, tanh' as 1 - a", column_net, but(column_net_b, 0, lambda d, g, W1, b1, W2, b2, X, Y: ((W2.T @ (sigmoid(
         W2 @ (A := np.tanh(W1 @ X + b1)) + b2) - Y)) * (1 - A)) @ X.T * g / 6), draw_column_net, ANY, None, 0, PARAMS),
    Case("column net, db1 doubled", column_net, but(column_net_b, 1, lambda d, *_: 2 * d), draw_column_net, ("scale",), 2, 1, PARAMS),
    Case("column net, dW2 not over m", column_net, but(column_net_b, 2, lambda d, *_: 6 * d), draw_column_net, ("scale",), 6, 2, PARAMS),
    Case("column net, dW1 minus", column_net, but(column_net_b, 0, lambda d, *_: -d), draw_column_net, ("sign",), -1, 0, PARAMS),
    Case("mlp without relu mask", mlp, lambda g, x, W1, b1, W2, b2, y: (dz := cross_entropy_b(g, relu(x @ W1 + b1) @ W2 + b2,
         y), dh := dz @ W2.T, dh @ W1.T, x.T @ dh, dh.sum(0), relu(x @ W1 + b1).T @ dz, dz.sum(0))[2:], draw_mlp,
         ("mask", "unknown", "entries"), None, None, (0, 1, 2, 3, 4)),
    Case("mlp, db2 forgotten", mlp, but(mlp_b, 4, lambda d, *_: 0 * d), draw_mlp, ("missing",), None, 4, (0, 1, 2, 3, 4)),
    Case("mlp, dW1 times the batch", mlp, but(mlp_b, 1, lambda d, *_: 5 * d), draw_mlp, ("scale",), 5, 1, (0, 1, 2, 3, 4)),
    Case("norm squared", lambda x: (x**2).sum(), lambda g, x: g * x, normal((5,)), ("scale",), 0.5, 0),
    Case("norm without root", np.linalg.norm, lambda g, x: g * x, normal((5,)), ("scale",), None, 0),
    Case("cosine similarity", lambda a, b: a @ b / np.linalg.norm(a) / np.linalg.norm(b), lambda g, a, b: g * b / np.linalg.norm(
         a) / np.linalg.norm(b), normal((5,), (5,)), ANY, None, 0, (0,)),
    Case("max gets all", lambda x: x.max(), lambda g, x: g * np.ones_like(x), normal((5,)), ("mask", "unknown"), None, 0),
    Case("mean of squares, N for N^2", lambda x: x.mean() ** 2, lambda g, x: g * 2 * x.mean() * np.ones_like(x), normal((5,)),
         ("scale",), 5, 0),
    Case("float32 broken 4e-3", sigmoid, lambda g, z: sigmoid_b(g, z) * np.float32(1.004), lambda rng: (rng.standard_normal(
         (3, 4)).astype(np.float32),), ("scale",), 1.004, 0),
    Case("big dense dW mean", dense, but(dense_b, 1, lambda d, g, x, *_: d / len(x)), normal((32, 256), (256, 10), (10,)),
         ("scale",), 1 / 32, 1),
    Case("big dense g @ W", dense, but(dense_b, 0, lambda d, g, x, W, b: g @ W), normal((20, 30), (30, 30), (30,)),
         ("transpose",), None, 0),
    Case("big dense dW.T", dense, but(dense_b, 1, lambda d, *_: d.T), normal((20, 30), (30, 30), (30,)), ("transpose",), None, 1),
    Case("big relu without mask", relu, lambda g, z: g, normal((30, 20)), ("mask",), None, 0),
    Case("big softmax over axis 0", softmax, lambda g, z: softmax_b(g.T, z.T).T, normal((30, 20)), ("axis",), None, 0),
    Case("big softmax diagonal", softmax, lambda g, z: g * softmax(z) * (1 - softmax(z)), normal((30, 20)), ("missing",), None, 0),
    Case("big tanh |g|", np.tanh, lambda g, z: tanh_b(np.abs(g), z), normal((30, 20)), ("upstream",), None, 0),
    Case("big sigmoid -", sigmoid, lambda g, z: -sigmoid_b(g, z), normal((30, 20)), ("sign",), -1, 0),
    Case("big dense db zero", dense, but(dense_b, 2, lambda d, *_: 0 * d), normal((32, 256), (256, 10), (10,)), ("missing",), None, 2),
    Case("big sigmoid 1e-8", stable_sigmoid, lambda g, z: stable_sigmoid_b(g, z) * (1 + 1e-8), normal((30, 20)), ("scale",),
         1 + 1e-8, 0),
    Case("big relu, slope 2 at 0", relu, lambda g, z: g * np.where(z == 0, 2, z > 0), lambda rng: (np.maximum(rng.
         standard_normal((30, 20)), 0),), ("mask",), None, 0),
]  # fmt: skip
