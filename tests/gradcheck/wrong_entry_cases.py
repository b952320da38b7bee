"""More wrong backward passes: those that are wrong for some entries, and those that break the contract."""

# ruff: noqa: E501, F403, F405 (tables: one row a case, names from passes)

from typing import Any

import numpy as np
from numpy import exp

from tests.gradcheck.gradient_case import Case, normal
from tests.gradcheck.partial_passes import *
from tests.gradcheck.wrong_cases import but, dense_in, entry, labelled, norm_in, with_signs, x34


def wide(rng: np.random.Generator) -> Any:
    """Values on all sides of any threshold."""
    return (rng.permutation(np.linspace(-4, 4, 20) + 0.1 * rng.standard_normal(20)).reshape(4, 5),)


def refused(why: str) -> Any:
    """Raise an error of the rule's own."""
    raise ValueError(why)


MISSING = [
    Case("dense db zero", dense, but(dense_b, 2, lambda d, *_: 0 * d), dense_in, ("missing",), None, 2),
    Case("layer norm dgamma zero", layer_norm, but(layer_norm_b, 1, lambda d, *_: 0 * d), norm_in, ("missing",), None, 1),
    Case("softmax diagonal", softmax, lambda g, z: g * (p := softmax(z)) * (1 - p), x34, ("missing",), None, 0),
    Case("log-softmax diagonal", lambda z: np.log(softmax(z)), lambda g, z: g * (1 - softmax(z)), x34, ("missing",), None, 0),
    Case("residual path", lambda x: x + np.tanh(x), lambda g, x: tanh_b(g, x), x34, ("missing",), None, 0),
    Case("residual path of a dense layer", lambda x: x + relu(x @ MATRIX), lambda g, x: (g * (x @ MATRIX > 0)) @ MATRIX.T,
         x34, ("missing",), None, 0),
    Case("layer norm without mean path", layer_norm, but(layer_norm_b, 0, no_mean_path), norm_in, ("missing",), None, 0),
    Case("layer norm without variance path", layer_norm, but(layer_norm_b, 0, no_variance_path), norm_in, ("missing",),
         None, 0),
    Case("layer norm, neither", layer_norm, but(layer_norm_b, 0, lambda d, g, x, gm, b: g * gm / np.sqrt(x.var(
         1, keepdims=True) + 1e-5)), norm_in, ("missing",), None, 0),
    Case("batch norm, neither", batch_norm, but(batch_norm_b, 0, lambda d, g, x, gm, b: g * gm / np.sqrt(x.var(0) + 1e-5)),
         norm_in, ("missing",), None, 0),
    Case("unit without projection", unit, lambda g, x: g / np.linalg.norm(x), normal((5,)), ("missing",), None, 0),
    Case("product, one side", lambda a, b: a * b, lambda g, a, b: (g * b, np.zeros_like(b)), normal((3, 2), (3, 2)),
         ("missing",), None, 1),
    Case("shared weight, one use", lambda W, x: np.tanh(x @ W) @ W, shared_b, normal((3, 3), (4, 3)), ("missing", "unknown"),
         None, 0),
    Case("bilinear, x A x", lambda x, A: x @ A @ x, lambda g, x, A: (g * (A @ x), g * np.outer(x, x)), normal((4,), (4, 4)),
         ("missing", "unknown"), None, 0),
    Case("embedding, no add", embed, lambda g, table, ids: assign(g, table, ids),
         lambda rng: (rng.standard_normal((5, 3)), np.array([0, 2, 2, 4, 0, 1])), ("entries", "missing"), None, 0, (0,)),
    Case("cross-entropy without the true class", cross_entropy, lambda g, z, y: g * softmax(z) / len(y), labelled(),
         ("entries", "unknown", "missing"), None, 0),
    Case("convolution, overwritten", conv, but(conv_b, 0, conv_overwritten), normal((5, 5), (2, 2)),
         ("missing", "entries", "unknown"), None, 0),
]  # fmt: skip

MASK = [
    Case("relu without mask", relu, lambda g, z: g, wide, ("mask",), None, 0),
    Case("relu inverted", relu, lambda g, z: g * (z < 0), wide, ("mask",), None, 0),
    Case("relu at 1", relu, lambda g, z: g * (z > 1), wide, ("mask",), None, 0),
    Case("relu at -1", relu, lambda g, z: g * (z > -1), wide, ("mask",), None, 0),
    Case("relu of zeros, slope 2 there", lambda z: relu(np.asarray(z, dtype=float)), lambda g, z: g * ((z > 0) + 2.0 * (z == 0)),
         lambda rng: (np.zeros(3),), ("mask",), None, 0),
    Case("relu times z", relu, lambda g, z: g * relu(z), wide, ("unknown", "mask"), None, 0),
    Case("leaky, other side", leaky, lambda g, z: g * np.where(z > 0, 0.01, 1), wide, ("mask",), None, 0),
    Case("leaky, 0 for 0.01", leaky, lambda g, z: g * (z > 0), wide, ("mask",), None, 0),
    Case("elu, 1 + a for a + 1 only on the right", elu, lambda g, z: g * exp(np.minimum(z, 0)) * (z <= 0), wide, ("mask",),
         None, 0),
    Case("clip without mask", lambda x: np.clip(x, -1, 1), lambda g, x: g, wide, ("mask",), None, 0),
    Case("clip, only above", lambda x: np.clip(x, -1, 1), lambda g, x: g * (x < 1), wide, ("mask",), None, 0),
    Case("clip, wrong bound", lambda x: np.clip(x, -1, 1), lambda g, x: g * (np.abs(x) < 2), wide, ("mask",), None, 0),
    Case("relu6 without 6", lambda x: np.clip(x, 0, 2), lambda g, x: g * (x > 0), wide, ("mask",), None, 0),
    Case("dense relu, mask missing, dx", dense_relu, but(dense_relu_b, 0, lambda d, g, x, W, b: g @ W.T), dense_in,
         ("mask",), None, 0),
    Case("dense relu, mask missing, dW", dense_relu, but(dense_relu_b, 1, lambda d, g, x, W, b: x.T @ g), dense_in,
         ("mask",), None, 1),
    Case("dense relu, threshold on the output", dense_relu, but(dense_relu_b, 2, lambda d, g, x, W, b: (g * (dense(x, W, b)
         > 1.5)).sum(0)), normal((16, 4), (4, 3), (3,)), ("mask",), None, 2),
    Case("hinge without mask", hinge, lambda g, s, y: -g * y / len(s), with_signs(16), ("mask",), None, 0),
    Case("hinge, mask at 0", hinge, lambda g, s, y: -g * y * (y * s < 0) / len(s), with_signs(16),
         ("mask", "entries", "missing", "unknown"), None, 0),
    Case("huber not clipped", huber, lambda g, p, t: g * (p - t), lambda rng: (3 * rng.standard_normal((4, 3)),
         np.zeros((4, 3))), ("mask",), None, 0),
    Case("softplus' = step", softplus, lambda g, z: g * (z > 0), wide, ("unknown", "mask"), None, 0),
    Case("relu'(0) = 2, 0-d", relu, lambda g, z: g * np.where(z == 0, 2, z > 0), lambda rng: (np.array(0.0),), ("mask",),
         None, 0),
    Case("relu'(0) = 2", relu, lambda g, z: g * np.where(z == 0, 2, z > 0), lambda rng: (np.array([0.0, 1, -2, 0, 3]),),
         ("mask", "entries", "scale", "unknown"), None, 0),
    Case("relu'(0) = -1", relu, lambda g, z: g * np.where(z == 0, -1, z > 0), lambda rng: (np.array([[0.0, 1], [-2, 0.5]]),),
         ("mask", "entries", "unknown"), None, 0),
    Case("dense relu, slope 2 at 0", dense_relu, lambda g, x, W, b: dense_b(g * np.where((z := dense(x, W, b)) == 0, 2, z > 0),
         x, W, b), lambda rng: (np.array([[1.0, 2], [1, -1]]), np.array([[1.0, 3], [1, -1]]), np.zeros(2)),
         ("mask", "entries", "scale", "unknown"), None, 0),
    Case("elu, 0 at 0", elu, lambda g, z: g * ((z > 0) + (z < 0) * exp(np.minimum(z, 0))), lambda rng: (np.array(
         [0.0, -1, 1, 0.5, -2]),), ("mask", "entries", "missing", "unknown"), None, 0),
    Case("tiny positive masked", relu, lambda g, z: g * (z > 1e-5), lambda rng: (np.array([1e-6, 1, -1, 2e-7, 2, -1e-6]),),
         ("mask", "entries", "missing"), None, 0),
    Case("max pool, mask on all", max_pool, lambda g, x: np.repeat(g, 2, 1), normal((3, 4)), ("mask", "unknown"), None, 0),
    Case("abs, sign of 1 - x", np.abs, lambda g, x: g * np.sign(x - 1), wide, ("mask",), None, 0),
]  # fmt: skip

ENTRIES = [
    Case("one of 15 by 1e-4", dense, but(dense_b, 1, entry(1 + 1e-4, (2, 1))), normal((4, 5), (5, 3), (3,)), ("entries",), None, 1),
    Case("one of 15 by 1e-4, sigmoid", sigmoid, lambda g, z: entry(1 + 1e-4, (1, 3))(sigmoid_b(g, z)), normal((3, 5)),
         ("entries",), None, 0),
    Case("one of 12 by 1e-6, loss", cross_entropy_lse, lambda g, z, y: entry(1 + 1e-6, (0, 1))(cross_entropy_b(g, z, y)),
         labelled(4), ("entries",), None, 0),
    Case("first row doubled", dense, but(dense_b, 0, entry(2, 0)), dense_in, ("entries",), None, 0),
    Case("first row negative", softmax, lambda g, z: entry(-1, 0)(softmax_b(g, z)), x34, ("entries",), None, 0),
    Case("last entry zero", dense, but(dense_b, 2, entry(0, -1)), normal((5, 4), (4, 5), (5,)), ("entries", "missing"), None, 2),
    Case("last column halved", layer_norm, but(layer_norm_b, 0, entry(0.5, (slice(None), -1))), norm_in, ("entries",), None, 0),
    Case("loop stops early", np.cumsum, lambda g, x: np.append(np.cumsum(g[::-1])[::-1][:-1], 0), normal((6,)),
         ("entries", "missing"), None, 0),
    Case("two rows swapped", dense, but(dense_b, 1, lambda d, *_: d[[0, 2, 1, 3]]), dense_in, ("entries",), None, 1),
    Case("one entry, big dense", dense, but(dense_b, 1, entry(1.01, (17, 3))), normal((32, 64), (64, 10), (10,)),
         ("entries",), None, 1),
    Case("one row, big softmax", softmax, lambda g, z: entry(1.1, 5)(softmax_b(g, z)), normal((40, 30)), ("entries",), None, 0),
]  # fmt: skip

SHAPE = [
    Case("db (1, M)", dense, but(dense_b, 2, lambda d, *_: d[None]), dense_in, ("shape",), None, 2),
    Case("db not summed", dense, but(dense_b, 2, lambda d, g, *_: g), dense_in, ("shape",), None, 2),
    Case("dx flat", sigmoid, lambda g, z: sigmoid_b(g, z).ravel(), x34, ("shape",), None, 0),
    Case("dx summed up", sigmoid, lambda g, z: sigmoid_b(g, z).sum(), x34, ("shape",), None, 0),
    Case("broadcast not undone", lambda a, b: a * b, lambda g, a, b: (g * b, g * a), normal((3, 4), (4,)), ("shape",), None, 1),
    Case("keepdims forgotten", lambda x, s: x * s, lambda g, x, s: (g * s, (g * x).sum(1)), normal((3, 4), (3, 1)), ("shape",),
         None, 1),
    Case("raises: product does not fit", dense, but(dense_b, 0, lambda d, g, x, W, b: g @ W), dense_in, ("shape",), None, None),
    Case("raises: IndexError", softmax, lambda g, z: g[:, 99], x34, ("shape",), None, None),
    Case("raises: NameError", softmax, lambda g, z: undefined_name  # type: ignore[name-defined]
         , x34, ("raises",), None, None),
    Case("raises: ValueError", softmax, lambda g, z: refused("the rate must be positive"), x34, ("raises",), None, None),
    Case("raises: KeyError", softmax, lambda g, z: {}["shape"], x34, ("raises",), None, None),
    Case("raises: does not fit", softmax, lambda g, z: refused("shapes (3,) and (4,)"), x34, ("shape",), None, None),
    Case("returns None", sigmoid, lambda g, z: None, x34, ("missing", "unknown", "shape"), None, None),
]  # fmt: skip

DTYPE = [
    Case("float32 for float64", sigmoid, lambda g, z: sigmoid_b(g, z).astype(np.float32), x34, ("dtype",), None, 0),
    Case("integers", dense, but(dense_b, 1, lambda d, *_: d.astype(int)), dense_in, ("dtype",), None, 1),
    Case("objects", sigmoid, lambda g, z: sigmoid_b(g, z).astype(object), x34, ("dtype",), None, 0),
    Case("complex", sigmoid, lambda g, z: sigmoid_b(g, z) + 0j, x34, ("dtype",), None, 0),
    Case("zeros of the labels' dtype", cross_entropy, lambda g, z, y: (np.eye(3, dtype=int)[y] * 0), labelled(), ("dtype",),
         None, 0),
    Case("float16", relu, lambda g, z: relu_b(g, z).astype(np.float16), x34, ("dtype",), None, 0),
]  # fmt: skip

NONFINITE = [
    Case("0 / 0 at 0", np.abs, lambda g, x: g * x / np.abs(x), lambda rng: (np.array([0.0, 1, -2]),), ("nonfinite",), None, 0),
    Case("inf / inf", stable_sigmoid, lambda g, z: g * exp(z) / (1 + exp(z)) ** 2, lambda rng: (np.array([800.0, 1, -2]),),
         ("nonfinite",), None, 0),
    Case("NaN everywhere", sigmoid, lambda g, z: g * np.nan, x34, ("nonfinite",), None, 0),
    Case("norm at 0", np.linalg.norm, lambda g, x: g * x / np.linalg.norm(x), lambda rng: (np.zeros(3),), ("nonfinite",), None, 0),
    Case("log of an underflow", bce_logaddexp, lambda g, z, t: g * (-t / sigmoid(z) + 0 * z), lambda rng: (np.array(
         [-800.0, 1]), np.array([1.0, 0])), ("nonfinite",), None, 0),
]  # fmt: skip

ALL = MISSING + MASK + ENTRIES + SHAPE + DTYPE + NONFINITE
