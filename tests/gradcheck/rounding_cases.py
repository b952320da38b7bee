"""Right backward passes where values are badly rounded: cancellation, poles nearby, underflow."""

# ruff: noqa: E501, F403, F405 (tables: one row a case, names from passes)

from typing import Any

import numpy as np
import scipy.special
from numpy import exp

from tests.gradcheck.gradient_case import Case, normal
from tests.gradcheck.partial_passes import *


def single(draw: Any) -> Any:
    """The same inputs in single precision."""
    return lambda rng: tuple(x.astype(np.float32) for x in draw(rng))


def uniform(low: Any, high: Any, n: Any) -> Any:
    return lambda rng: (rng.uniform(low, high, n),)


def ndtr_b(g: Any, z: Any) -> Any:
    return g * exp(-z * z / 2) / np.sqrt(2 * np.pi)


def hilbert(n: Any) -> Any:
    return lambda rng: (1 / (np.arange(n)[:, None] + np.arange(n) + 1.0),)


def all_but_singular(rng: np.random.Generator) -> Any:
    A = rng.standard_normal((3, 3))
    A[:, 0] = A[:, 1] + 1e-13 * rng.standard_normal(3)
    return (A,)


def one_tiny(rng: np.random.Generator) -> Any:
    x = rng.standard_normal(4)
    x[1] *= 1e-12
    return (x,)


def inverse_b(g: Any, A: Any) -> Any:
    I = np.linalg.inv(A)
    return -I.T @ g @ I.T


def mish_b(g: Any, x: Any) -> Any:
    t = np.tanh(np.log(1 + exp(x)))
    return g * (t + x * (1 - t * t) * sigmoid(x))


def leaky32(x: Any) -> Any:
    return np.where(x > 0, x, x * np.float32(0.125))


def double_only(f: Any) -> Any:
    """A function that calculates in double precision, whatever it is given."""
    return lambda *inputs: f(*(np.asarray(x, dtype=float) for x in inputs))


def differences(x: Any) -> Any:
    """The difference of each pair of entries, with a large number added to both."""
    return (1e4 + x[::2]) - (1e4 + x[1::2])


def differences_b(g: Any, x: Any) -> Any:
    return np.stack([g, -g], axis=-1).reshape(x.shape)


def shares_in_single(x: Any, W: Any, b: Any) -> Any:
    """A dense layer in single precision that refuses whatever is no share of a thousandth."""
    if not ((x > 0) & (x < 1e-3)).all():
        raise ValueError("a share is more than 0 and less than 1e-3")
    return dense(*map(np.float32, (x, W, b))).astype(float)


def shares_b(*given: Any) -> Any:
    return tuple(d.astype(float) for d in dense_b(*map(np.float32, given)))


def shares(rng: np.random.Generator) -> Any:
    return 1e-3 * rng.uniform(0.001, 0.98, (5, 4)), 1e-3 * rng.standard_normal((4, 3)), 1e-3 * rng.standard_normal(3)


kinks = np.array([0, 1e-9, -1e-9, 3e-7, -3e-7, 1, -1, -0.0, 2.5])
near_zero = single(lambda rng: (kinks,))

ALL = [
    Case("-log(1 - sigmoid) by hand, 12 to 16", lambda z: -np.log(1 - sigmoid(z)), lambda g, z: g * sigmoid(z), single(uniform(12, 16, 5))),
    Case("-log(1 - sigmoid) by hand, 32", lambda z: -np.log(1 - sigmoid(z)), lambda g, z: g * sigmoid(z), uniform(31, 34, 3)),
    Case("log sigmoid by hand, -40 to 40", lambda z: np.log(sigmoid(z)), lambda g, z: g * (1 - sigmoid(z)), uniform(-40, 40, 9)),
    Case("softplus in double precision only, -34", double_only(lambda z: np.log(1 + exp(z))), lambda g, z: g * sigmoid(z), uniform(-36, -30, 4)),
    Case("sin of 1e5, single", np.sin, lambda g, x: g * np.cos(x), single(normal((5,), scale=1e5))),
    Case("sin of 1e6, summed", lambda x: np.sin(x).sum(), lambda g, x: g * np.cos(x), normal((5,), scale=1e6)),
    *(Case(f"inverse of a Hilbert matrix, {n}", np.linalg.inv, inverse_b, hilbert(n)) for n in (5, 7, 9, 10)),
    Case("inverse of an all but singular matrix", np.linalg.inv, inverse_b, all_but_singular),
    Case("inverse, another one", np.linalg.inv, inverse_b, lambda rng: all_but_singular(np.random.default_rng(20))),
    Case("log of 1e-12 beside 1", lambda x: np.log(np.abs(x)), lambda g, x: g / x, one_tiny),
    Case("root of 1e-12 beside 1", lambda x: np.sqrt(np.abs(x)), lambda g, x: g * np.sign(x) / 2 / np.sqrt(np.abs(x)), one_tiny),
    Case("softsign of 1e-12 beside 1", lambda x: x / (1e-12 + np.abs(x)), lambda g, x: g * 1e-12 / (1e-12 + np.abs(x)) ** 2, one_tiny),
    Case("determinant of a Hilbert matrix", np.linalg.det, lambda g, A: g * np.linalg.det(A) * np.linalg.inv(A).T, hilbert(6)),
    Case("penalty that underflows", lambda x: 0.5 * (x**2).sum(), lambda g, x: g * x, normal((4,), scale=2.3e-163)),
    Case("penalty that underflows, single", lambda x: (x**2).sum() / 2, lambda g, x: g * x, single(normal((4,), scale=1e-23))),
    Case("product that underflows", lambda a, b: a * b, lambda g, a, b: (g * b, g * a), normal((4,), (4,), scale=1e-162)),
    Case("tanh of 1e-200", np.tanh, tanh_b, normal((4,), scale=1e-200)),
    Case("a difference of large numbers, single", lambda x: (x + np.float32(1e8)) - np.float32(1e8), lambda g, x: g * 1, single(normal((4,)))),
    Case("1 / x near its pole", lambda x: 1 / (x - 1), lambda g, x: -g / (x - 1) ** 2, lambda rng: (1 + 1e-7 * rng.standard_normal(3),)),
    Case("arccos near 1", np.arccos, lambda g, x: -g / np.sqrt(1 - x * x), lambda rng: (1 - 1e-6 * rng.uniform(0.5, 2, 3),)),
    Case("mish, wide", lambda x: x * np.tanh(np.log(1 + exp(x))), mish_b, normal((6,), scale=12)),
    Case("swish, wide", lambda x: x * sigmoid(x), lambda g, x: g * (sigmoid(x) + x * sigmoid(x) * (1 - sigmoid(x))), normal((6,), scale=20)),
    Case("log cosh, small", lambda x: np.log(np.cosh(x)), lambda g, x: g * np.tanh(x), single(normal((5,), scale=0.01))),
    Case("variance of an offset of 1e4, single", lambda x: (x**2).mean() - x.mean() ** 2, lambda g, x: 2 * g * (x - x.mean()) / x.size,
         single(lambda rng: (100 + rng.standard_normal(5),))),
    Case("softmax x50, single", softmax, softmax_b, single(normal((3, 4), scale=50))),
    Case("sigmoid 30 to 40, single", sigmoid, sigmoid_b, single(uniform(-40, 40, 8))),
    Case("relu near 0, single", relu, relu_b, near_zero),
    Case("sum of relu near 0, single", lambda x: relu(x).sum(), relu_b, near_zero),
    Case("abs near 0, single", np.abs, lambda g, x: g * np.sign(x), near_zero),
    Case("leaky relu near 0, single", leaky32, lambda g, x: g * np.where(x > 0, np.float32(1), np.float32(0.125)), near_zero),
    Case("clip at its bounds, single", lambda x: np.clip(x, -1, 1), lambda g, x: g * (np.abs(x) <= 1), near_zero),
    Case("hinge at the hinge, single", lambda x: np.maximum(0, 1 - x).mean(), lambda g, x: -g * (x < 1) / np.float32(x.size), near_zero),
    Case("differences of 123 pairs beside 1e4", differences, differences_b,
         lambda rng: (np.repeat(np.random.default_rng(1).standard_normal(123), 2),)),
    Case("1 - sigmoid, its gradient from sigmoid, in double precision only", double_only(lambda z: 1 / (1 + exp(z))),
         double_only(lambda g, z: -g * sigmoid(z) * (1 - sigmoid(z))), lambda rng: (np.array([26, 28.5, 30]),)),
    Case("square, its gradient moved by 1e5, in double precision only", double_only(lambda x: (x * x).sum() / 2),
         double_only(lambda g, x: g * ((x + 1e5) - 1e5)), normal((5,))),
    Case("dense of shares in single precision", shares_in_single, shares_b, shares),
    Case("normal distribution function, 4 to 10", scipy.special.ndtr, ndtr_b, uniform(4, 10, 8)),
    Case("relu net softmax, all but 1", lambda b: softmax(relu(np.array([[-50.0, 1e-12, -426]]) + b) @ np.array([[-23.0, -4], [-2, 31],
         [-33, -23]]) - np.array([0.3, 0.35])), lambda g, b: (softmax_b(g, relu(h := np.array([[-50.0, 1e-12, -426]]) + b) @ (
         V := np.array([[-23.0, -4], [-2, 31], [-33, -23]])) - np.array([0.3, 0.35])) @ V.T * (h > 0)).sum(0), lambda rng: (np.zeros(3),)),
]  # fmt: skip
