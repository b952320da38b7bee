"""Right backward passes at inputs that cause false alarms: kinks, bad scales, saturation, unusual arrays."""

# ruff: noqa: E501, F403, F405 (tables: one row a case, names from passes)

from typing import Any

import numpy as np
from numpy import array, exp

from tests.gradcheck.gradient_case import Case, normal
from tests.gradcheck.partial_passes import *

x34, norm_in = normal((3, 4)), normal((4, 5), (5,), (5,))


def at(*inputs: Any) -> Any:
    return lambda rng: tuple(np.array(x) if isinstance(x, np.ndarray) else x for x in inputs)


def labels(scale: Any, N: Any = 4, K: Any = 3) -> Any:
    return lambda rng: (rng.uniform(-1, 1, (N, K)) * scale, rng.integers(K, size=N))


def targets(scale: Any, shape: Any = (4, 3)) -> Any:
    return lambda rng: (rng.uniform(-1, 1, shape) * scale, rng.integers(2, size=shape).astype(float))


def big(*shapes: Any) -> Any:
    return normal(*shapes, scale=1e6)


near = array([0.0, 1e-9, -1e-9, 3e-7, -3e-7, 1.0, -1.0, 1e-12, 1e-5, -1e-5])
on_kink = at(array([[1.0, 2], [3, -1], [0, 0]]), array([[2.0, 1], [-1, 3]]), array([0.0, 0.0]))

KINKS = [
    Case("relu near 0", relu, relu_b, at(near)),
    Case("relu at 0 only", relu, relu_b, at(array([0.0]))),
    Case("relu 0-d at 0", relu, relu_b, at(array(0.0))),
    Case("relu 1e-9", relu, relu_b, at(array([1e-9]))),
    Case("relu -3e-7", relu, relu_b, at(array([-3e-7, 2.0, -1.0]))),
    Case("relu'(0) = 1/2", relu, lambda g, z: g * np.heaviside(z, 0.5), at(near)),
    Case("relu'(0) = 1", relu, lambda g, z: g * (z >= 0), at(near)),
    Case("relu of zeros", relu, relu_b, at(np.zeros((3, 4)))),
    Case("relu of a ladder", relu, relu_b, at(10.0 ** -np.arange(20.0) * (-1) ** np.arange(20))),
    Case("dense relu on a kink", dense_relu, dense_relu_b, on_kink),
    Case("dense relu of zeros", dense_relu, dense_relu_b, at(np.zeros((2, 3)), np.ones((3, 2)), np.zeros(2))),
    Case("dense relu, antiparallel", lambda x: relu(x @ array([[1.0, -1]])), lambda g, x: (g * (x @ array([[1.0, -1]]) > 0))
         @ array([[1.0], [-1]]), at(array([[0.0], [1.0]]))),
    Case("antiparallel, summed up", lambda x: relu(x @ array([[1.0, -1]])) @ array([1.0, -1]), lambda g, x: ((g[:, None]
         * array([1.0, -1])) * (x @ array([[1.0, -1]]) > 0)) @ array([[1.0], [-1]]), at(array([[0.0], [1.0]]))),
    Case("antiparallel, summed up, loss", antiparallel, antiparallel_b, at(array([[0.0, 0.0], [1, 1]]))),
    Case("antiparallel, weights of their own", antiparallel_W, antiparallel_W_b, at(array([[0.0, 0.0], [1, 2]]),
         array([[1.0, -1, 2], [3, -3, -2]]), array([1.0, -1, 0.5]))),
    Case("net at 0, without biases", net0, net0_b, at(np.zeros((2, 3)), array([[1.0, -1, 2, 0.5], [2, -2, -1, 1],
         [-3, 3, 1, 1]]), array([[1.0, 2], [-1, 0.5], [3, -1], [1, 1]]))),
    Case("mlp of zeros", mlp, mlp_b, at(np.zeros((3, 2)), array([[1.0, 2, -1], [0, 1, -2]]), np.zeros(3), array([[1.0, 2],
         [-1, 1], [0.5, 3]]), np.zeros(2), array([0, 1, 1])), wrt=(0, 1, 2, 3, 4)),
    Case("mlp, all biases dead", mlp, mlp_b, at(np.ones((3, 2)), np.zeros((2, 3)), np.zeros(3), array([[1.0, 2], [-1, 1],
         [0.5, 3]]), np.zeros(2), array([0, 1, 1])), wrt=(0, 1, 2, 3, 4)),
    Case("abs", np.abs, lambda g, x: g * np.sign(x), at(near)),
    Case("leaky relu", leaky, leaky_b, at(near)),
    Case("elu", elu, elu_b, at(near)),
    Case("clip at its bounds", lambda x: np.clip(x, -1, 1), lambda g, x: g * (np.abs(x) <= 1), at(array([-1.0, 1, 0, 1 + 1e-9,
         1 - 1e-9, 2, -2]))),
    Case("max pool with ties", max_pool, max_pool_b, at(array([[1.0, 1, 2, 3], [0, 0, -1, -1 + 1e-9]]))),
    Case("max pool, ties shared", max_pool, lambda g, x: (np.repeat(g, 2, 1) * (m := x == np.repeat(max_pool(x), 2, 1))
         / np.repeat(m.reshape(len(x), -1, 2).sum(2), 2, 1)), at(array([[1.0, 1, 2, 3], [0, 0, -1, -1]]))),
    Case("max of a row, three tie", lambda x: x.max(), lambda g, x: g * (np.arange(4) == x.argmax()), at(array([2.0, 2, 1, 2]))),
    Case("sorted with ties", np.sort, lambda g, x: g[np.argsort(np.argsort(x, kind="stable"), kind="stable")],
         at(array([1.0, 1, 0, 3]))),
    Case("hinge at the hinge", hinge, hinge_b, at(array([1.0, -1, 0.5, 2, 1]), array([1.0, -1, 1, 1, -1]))),
    Case("multiclass hinge", multi_hinge, multi_hinge_b, at(array([[1.0, 0, 2], [1, 1, 0], [0, 0, 0]]), array([0, 1, 2]))),
    Case("L1 penalty at 0", lambda W: 0.1 * np.abs(W).sum(), lambda g, W: g * 0.1 * np.sign(W), at(array([[0.0, 1], [-2, 0]]))),
    Case("minimum of two", np.minimum, lambda g, a, b: (g * (a < b), g * (a >= b)), at(array([1.0, 2, 3]), array([1.0, 3, 2]))),
    Case("huber at its joint", huber, huber_b, at(array([1.0, -1, 0, 3, 1 + 1e-8]), np.zeros(5))),
    Case("x |x| at 0", lambda x: x * np.abs(x), lambda g, x: g * 2 * np.abs(x), at(near)),
    Case("norm at its kink, subgradient 0", lambda x: np.sqrt((x**2).sum()), lambda g, x: g * 0 * x, at(np.zeros(3))),
    Case("big relu with many zeros", relu, relu_b, lambda rng: (np.maximum(rng.standard_normal((30, 40)), 0),)),
    Case("big dense relu with zero rows", dense_relu, dense_relu_b, lambda rng: (rng.standard_normal((20, 30)) * (np.arange(20)
         % 4 > 0)[:, None], rng.standard_normal((30, 10)), np.zeros(10))),
    Case("big mlp of zero rows", mlp, mlp_b, lambda rng: (rng.standard_normal((20, 30)) * (np.arange(20) % 4 > 0)[:, None],
         rng.standard_normal((30, 20)), np.zeros(20), rng.standard_normal((20, 5)), np.zeros(5), rng.integers(5, size=20)),
         wrt=(0, 1, 2, 3, 4)),
]  # fmt: skip

SCALED = [
    Case("dense 1e6", dense, dense_b, big((4, 3), (3, 2), (2,))),
    Case("dense mixed scales", dense, dense_b, lambda rng: (rng.standard_normal((3, 4)) * 10.0 ** array([-6, -3, 0, 6]),
         rng.standard_normal((4, 2)), rng.standard_normal(2))),
    Case("relu 1e6", relu, relu_b, big((3, 4))),
    Case("softmax 1e6", softmax, softmax_b, big((3, 4))),
    Case("softmax 1e6 + small", softmax, softmax_b, lambda rng: (1e6 + rng.standard_normal((3, 4)),)),
    Case("mse 1e6", mse, lambda g, p, t: (mse_b(g, p, t), -mse_b(g, p, t)), big((4, 3), (4, 3))),
    Case("squared error of near equals at 1e6", mse, mse_b, lambda rng: (1e6 + rng.standard_normal((4, 3)),
         1e6 + rng.standard_normal((4, 3)))),
    Case("squared error at its minimum", mse, mse_b, lambda rng: (x := rng.standard_normal((4, 3)), x.copy())),
    Case("least squares at the optimum", lambda w, X, y: ((X @ w - y) ** 2).sum(), lambda g, w, X, y: g * 2 * X.T @ (X @ w - y),
         lambda rng: (w := rng.standard_normal(3), X := rng.standard_normal((6, 3)), X @ w)),
    Case("cross-entropy 1e6", cross_entropy_lse, cross_entropy_b, labels(1e6)),
    Case("layer norm 1e6", layer_norm, layer_norm_b, lambda rng: (1e6 * rng.standard_normal((4, 5)), rng.standard_normal(5),
         rng.standard_normal(5))),
    Case("layer norm 1e6 + small", layer_norm, layer_norm_b, lambda rng: (1e6 + rng.standard_normal((4, 5)), np.ones(5), np.zeros(5))),
    Case("layer norm of a constant row", layer_norm, layer_norm_b, lambda rng: (np.full((2, 4), 3.0), np.ones(4), np.zeros(4))),
    Case("batch norm 1e3 offset", batch_norm, batch_norm_b, lambda rng: (1e3 + rng.standard_normal((6, 3)), np.ones(3), np.zeros(3))),
    Case("tiny inputs", np.tanh, tanh_b, normal((3, 4), scale=1e-9)),
    Case("denormal inputs", np.tanh, tanh_b, lambda rng: (array([1e-310, -1e-300, 1e-20, 1.0]),)),
    Case("huge inputs", lambda x: x / 2, lambda g, x: g / 2, at(array([1e300, -1e308, 1.0]))),
    Case("log, wide range", np.log, lambda g, x: g / x, at(array([1e-9, 1e-3, 1.0, 1e3, 1e-12]))),
    Case("sqrt, wide range", np.sqrt, lambda g, x: g / (2 * np.sqrt(x)), at(array([1e-9, 1e-3, 1.0, 1e3, 1e-14]))),
    Case("reciprocal", lambda x: 1 / x, lambda g, x: -g / x**2, at(array([1e-4, 0.1, -3, 1e3]))),
    Case("sin of 1000 x", lambda x: np.sin(1000 * x), lambda g, x: g * 1000 * np.cos(1000 * x), normal((3, 4))),
    Case("exp of 100 x", lambda x: exp(100 * x), lambda g, x: g * 100 * exp(100 * x), normal((5,))),
    Case("log-sum-exp of 1e6", lambda x: np.log(exp(x - x.max()).sum()) + x.max(), lambda g, x: g * softmax(x), big((5,))),
    Case("a difference of large numbers", lambda x: (x + 1e8) - 1e8, lambda g, x: g * np.ones_like(x), x34),
    Case("variance of an offset", lambda x: (x**2).mean() - x.mean() ** 2, lambda g, x: g * 2 * (x - x.mean()) / x.size,
         lambda rng: (1e3 + rng.standard_normal(8),)),
    Case("single precision inside", lambda x: np.tanh(x.astype(np.float32)).astype(float), tanh_b, x34),
    Case("single precision in the middle", lambda x: 1.1 * np.tanh(x.astype(np.float32)).astype(float),
         lambda g, x: 1.1 * tanh_b(g, x), x34),
    Case("tanh of 1e-3, single precision in the middle", lambda x: 1.1 * np.tanh(x.astype(np.float32)).astype(float),
         lambda g, x: 1.1 * tanh_b(g, x), normal((3, 4), scale=1e-3)),
    Case("sigmoid of 1e-3, single precision in the middle", lambda x: 1.1 * stable_sigmoid(x.astype(np.float32)).astype(float),
         lambda g, x: 1.1 * stable_sigmoid_b(g, x), normal((3, 4), scale=1e-3)),
    Case("dense in single precision", lambda *inputs: dense(*map(np.float32, inputs)).astype(float),
         lambda *given: tuple(d.astype(float) for d in dense_b(*map(np.float32, given))), normal((5, 4), (4, 3), (3,), scale=1e-3)),
    Case("x / norm, tiny", unit, unit_b, normal((5,), scale=1e-8)),
    Case("power 10", lambda x: x**-10.0, lambda g, x: -10 * g * x**-11.0, lambda rng: (rng.uniform(0.5, 3, 5),)),
]  # fmt: skip

SATURATED = [
    Case("sigmoid textbook +-30", sigmoid, sigmoid_b, at(array([30.0, -30, 25, -25, 0]))),
    Case("sigmoid textbook 30 alone", sigmoid, sigmoid_b, at(array([30.0]))),
    Case("sigmoid textbook 36.5", sigmoid, sigmoid_b, at(array([[36.5, 34.2, 33], [40, 700, -700]]))),
    Case("sigmoid stable +-30", stable_sigmoid, stable_sigmoid_b, at(array([30.0, -30, 37, -37, 0]))),
    Case("sigmoid stable 30 alone", stable_sigmoid, stable_sigmoid_b, at(array([-30.0]))),
    Case("sigmoid textbook by stable", sigmoid, stable_sigmoid_b, at(array([30.0, -30, 12]))),
    Case("sigmoid 700", stable_sigmoid, stable_sigmoid_b, at(array([700.0, -700, 100, -100]))),
    Case("tanh saturated", np.tanh, tanh_b, at(array([15.0, -15, 18, 20, -9]))),
    Case("tanh 18 alone", np.tanh, tanh_b, at(array([18.0]))),
    Case("softmax +-25", softmax, softmax_b, at(array([[25.0, -25, 0], [25, 25, -25]]))),
    Case("softmax x50", softmax, softmax_b, normal((3, 4), scale=50)),
    Case("cross-entropy +-25", cross_entropy, cross_entropy_b, labels(25)),
    Case("cross-entropy x50", cross_entropy, cross_entropy_b, labels(50)),
    Case("cross-entropy lse x50", cross_entropy_lse, cross_entropy_b, labels(50)),
    Case("cross-entropy lse x200", cross_entropy_lse, cross_entropy_b, labels(200)),
    Case("cross-entropy stable x50, textbook gradient", stable_cross_entropy, cross_entropy_b, labels(50)),
    Case("cross-entropy stable, one confident row", stable_cross_entropy, cross_entropy_b, at(array([[50.0, -50, 0]]), array([0]))),
    Case("bce +-25", bce, bce_b, targets(25)),
    Case("bce clipped +-30", bce_clipped, lambda g, z, t: g * (sigmoid(z) - t) * (np.abs(z) < 27.63) / z.size, targets(30)),
    Case("bce clipped +-20", bce_clipped, bce_b, targets(20)),
    Case("bce logaddexp +-30", bce_logaddexp, bce_b, targets(30)),
    Case("bce logaddexp +-100", bce_logaddexp, bce_b, targets(100)),
    Case("bce logaddexp 40, right", bce_logaddexp, bce_b, at(array([40.0]), array([1.0]))),
    Case("softplus +-40", softplus, softplus_b, at(array([40.0, -40, 700, -700]))),
    Case("gelu tails", gelu, gelu_b, at(array([6.0, -6, -8, 10, 0]))),
    Case("mlp x50", mlp, mlp_b, lambda rng: tuple(50 * x if x.dtype == float else x for x in draw_mlp(rng)), wrt=(0, 1, 2, 3, 4)),
    Case("saturated net, stable loss", saturated_net, saturated_net_b, lambda rng: (rng.standard_normal((3, 2)), 30 * rng.
         standard_normal((2, 3)), 30 * rng.standard_normal(3), rng.integers(3, size=3)), wrt=(0, 1, 2)),
    Case("softplus by hand, -40", lambda z: np.log(1 + exp(z)), lambda g, z: g / (1 + exp(-z)), at(array([-40.0, -45.0]))),
    Case("softplus by hand, -36 and -33", lambda z: np.log(1 + exp(z)), lambda g, z: g / (1 + exp(-z)), at(array([-36.0, -33.5, -80]))),
    Case("exp(x) - 1 by hand, tiny", lambda x: exp(x) - 1, lambda g, x: g * exp(x), at(array([1e-9, -3e-12, 1e-17]))),
    Case("log(1 + x) by hand, tiny", lambda x: np.log(1 + x), lambda g, x: g / (1 + x), at(array([1e-10, 1e-14]))),
    Case("-log(sigmoid) by hand, 38", lambda z: -np.log(sigmoid(z)), lambda g, z: g * (sigmoid(z) - 1), at(array([38.0, 36.0]))),
    Case("sin of 1e300 x", lambda x: np.sin(1e300 * x), lambda g, x: g * 1e300 * np.cos(1e300 * x), normal((3,))),
    Case("sin of 1e11 x", lambda x: np.sin(1e11 * x), lambda g, x: g * 1e11 * np.cos(1e11 * x), normal((3, 4))),
    Case("1 - cos x, tiny", lambda x: 1 - np.cos(x), lambda g, x: g * np.sin(x), at(array([1e-8, -3e-9]))),
    Case("exp(-x^2)", lambda x: exp(-(x**2)), lambda g, x: -2 * g * x * exp(-(x**2)), at(array([0.0, 5, -6, 1, 20]))),
]  # fmt: skip

PLAIN = [
    Case("layer norm", layer_norm, layer_norm_b, norm_in),
    Case("batch norm", batch_norm, batch_norm_b, norm_in),
    Case("batch norm of one", batch_norm, batch_norm_b, normal((1, 3), (3,), (3,))),
    Case("gelu", gelu, gelu_b, x34),
    Case("softplus", softplus, softplus_b, x34),
    Case("log", np.log, lambda g, x: g / x, lambda rng: (rng.uniform(0.1, 2, 5),)),
    Case("sqrt", np.sqrt, lambda g, x: g / 2 / np.sqrt(x), lambda rng: (rng.uniform(0.1, 2, 5),)),
    Case("x / norm", unit, unit_b, normal((5,))),
    Case("convolution", conv, conv_b, normal((5, 6), (3, 2))),
    Case("matvec", lambda A, x: A @ x, lambda g, A, x: (np.outer(g, x), A.T @ g), normal((4, 4), (4,))),
    Case("bilinear", lambda x, A, y: x @ A @ y, lambda g, x, A, y: (g * (A @ y), g * np.outer(x, y), g * (A.T @ x)),
         normal((3,), (3, 4), (4,))),
    Case("embedding", embed, embed_b, lambda rng: (rng.standard_normal((5, 3)), array([0, 2, 2, 4])), wrt=(0,)),
    Case("embedding, indices first", lambda ids, table: table[ids], lambda g, ids, table: embed_b(g, table, ids),
         lambda rng: (array([0, 2, 2, 4]), rng.standard_normal((5, 3))), wrt=(1,)),
    Case("attention", attention, attention_b, normal((3, 4), (5, 4), (5, 2))),
    Case("cumulative sum", np.cumsum, lambda g, x: np.cumsum(g[::-1])[::-1], normal((6,))),
    Case("rnn cell", rnn_cell, rnn_cell_b, normal((3, 2), (3, 4), (2, 4), (4, 4), (4,))),
    Case("mlp", mlp, mlp_b, draw_mlp, wrt=(0, 1, 2, 3, 4)),
    Case("course exercise", course_cost, course_b, draw_course, wrt=(0, 1, 2, 3, 4, 5)),
    Case("constant", lambda x: np.full(3, 7.0), lambda g, x: np.zeros_like(x), x34),
    Case("constant 0", lambda x: np.zeros(()), lambda g, x: np.zeros_like(x), x34),
    Case("floor", np.floor, lambda g, x: 0 * g, x34),
    Case("floor of integers", np.floor, lambda g, x: 0 * g, at(array([1.0, 2, 0]))),
    Case("sign at 0", np.sign, lambda g, x: 0 * g, at(array([0.0, 1, -2]))),
    Case("step nearby", lambda x: x + (x > 1e-6), lambda g, x: g.copy(), at(array([0.0, 1e-9, 2e-6]))),
    Case("round", lambda x: np.round(x, 3) + x, lambda g, x: g.copy(), x34),
    Case("modulo", lambda x: np.mod(x, 1), lambda g, x: g.copy(), at(array([0.25, 1 - 1e-9, 3e-7]))),
    Case("raises outside of its domain", log_or_raise, None, at(array([1e-3, 0.5, 2, 1e-8]))),
    Case("raises on one side", at_most_one, None, at(array([1.0, 0.5]))),
    Case("float32", softmax, softmax_b, lambda rng: (rng.standard_normal((3, 4)).astype(np.float32),)),
    Case("float32 dense 1e6", dense, dense_b, lambda rng: tuple((1e6 * rng.standard_normal(s)).astype(np.float32)
         for s in ((4, 3), (3, 2), (2,)))),
    Case("float32 cross-entropy x20", cross_entropy_lse, cross_entropy_b, lambda rng: ((20 * rng.standard_normal((4, 3))).astype(
         np.float32), rng.integers(3, size=4))),
    Case("float32 sigmoid 15", sigmoid, sigmoid_b, at(array([15.0, -15, 9, 0.5], dtype=np.float32))),
    Case("float32 relu near 0", relu, relu_b, at(near.astype(np.float32))),
    Case("float32 layer norm", layer_norm, layer_norm_b, lambda rng: tuple(x.astype(np.float32) for x in norm_in(rng))),
    Case("0-d", lambda x: x**2, lambda g, x: g * 2 * x, at(array(3.0))),
    Case("Python float", lambda x: x**3, lambda g, x: g * 3 * x**2, at(1.5)),
    Case("empty", relu, relu_b, at(np.zeros((0, 3)))),
    Case("not contiguous", softmax, softmax_b, lambda rng: (rng.standard_normal((8, 6))[::2, ::-2],)),
    Case("Fortran order", dense, dense_b, lambda rng: (np.asfortranarray(rng.standard_normal((5, 4))), rng.standard_normal((3, 4)).T,
         rng.standard_normal(3))),
    Case("broadcast input", np.tanh, tanh_b, lambda rng: (np.broadcast_to(rng.standard_normal(4), (3, 4)),)),
    Case("read-only", np.tanh, tanh_b, read_only),
    Case("shared argument", lambda a, b: a @ b, lambda g, a, b: (g @ b.T, a.T @ g), lambda rng: ((x := rng.standard_normal((3, 3))), x)),
    Case("views of one array", lambda a, b: a * b, lambda g, a, b: (g * b, g * a), lambda rng: ((x := rng.standard_normal(6))[:4], x[2:])),
    Case("integer labels in wrt by default", lambda z, y: z[np.arange(len(y)), y], lambda g, z, y: g[:, None] * onehot(z, y),
         lambda rng: (rng.standard_normal((4, 3)), rng.integers(3, size=4))),
    Case("lists of floats", lambda x: [v * v for v in x], lambda g, x: [2 * v * u for v, u in zip(x, g)], at(array([1.0, 2, 3]))),
    Case("Python floats", lambda a, b: float(a) * float(b), lambda g, a, b: (float(g) * float(b), float(g) * float(a)), at(1.5, 2.5)),
    Case("value (1,)", lambda x: (x**2).sum(keepdims=True), lambda g, x: 2 * x * g, normal((4,))),
    Case("big dense", dense, dense_b, normal((32, 256), (256, 10), (10,))),
    Case("big softmax x30", softmax, softmax_b, normal((40, 30), scale=30)),
    Case("big cross-entropy x50", cross_entropy_lse, cross_entropy_b, labels(50, 64, 10)),
    Case("big stable cross-entropy x50", stable_cross_entropy, cross_entropy_b, labels(50, 64, 10)),
    Case("big layer norm", layer_norm, layer_norm_b, normal((20, 30), (30,), (30,))),
    Case("big sigmoid +-30", sigmoid, sigmoid_b, lambda rng: (rng.uniform(-30, 30, (20, 30)),)),
    Case("big mlp", mlp, mlp_b, lambda rng: (rng.standard_normal((20, 30)), rng.standard_normal((30, 40)) / 5, rng.standard_normal(40),
         rng.standard_normal((40, 5)), rng.standard_normal(5), rng.integers(5, size=20)), wrt=(0, 1, 2, 3, 4)),
    Case("a layer that keeps its input", LAYER.forward, LAYER.backward, normal((3, 4))),
    Case("closure, upstream by default", mse_closure, None, normal((3, 4), (3, 4))),
    Case("closure, no upstream", mse_no_upstream, None, normal((3, 4), (3, 4))),
    Case("None for one input", lambda x, W: (x @ W, lambda g: (None, x.T @ g)), None, normal((3, 4), (4, 2))),
]  # fmt: skip

ALL = KINKS + SCALED + SATURATED + PLAIN
