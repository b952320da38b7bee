"""Cases that tell a checker from one with a mistake in it, where no other case does."""

# ruff: noqa: E501 (tables: one row a case)

from typing import Any

import numpy as np
import scipy.special

from tests.gradcheck.gradient_case import Case
from tests.gradcheck.rounding_cases import double_only, ndtr_b, uniform


def series_of_cos(x: Any) -> Any:
    """The first terms: right to six digits or more."""
    return 1 - x**2 / 2 + x**4 / 24 - x**6 / 720 + x**8 / 40320


ALL = [
    Case("tanh, upstream clipped at 5", np.tanh, lambda g, z: np.clip(g, -5, 5) * (1 - np.tanh(z) ** 2),
         lambda rng: (rng.standard_normal((2, 3)),), ("upstream",), None, 0),
    Case("tanh of 600, upstream clipped at 5", np.tanh, lambda g, z: np.clip(g, -5, 5) * (1 - np.tanh(z) ** 2),
         lambda rng: (rng.standard_normal((20, 30)),), ("upstream",), None, 0),
    Case("tanh of 300, a neighbour's share", np.tanh, lambda g, z: g * (1 - np.tanh(z) ** 2) + (np.arange(300) == 5) * g[6],
         lambda rng: (rng.standard_normal(300),), ("entries", "unknown", "axis"), None, 0),
    Case("a square of 0 only", lambda w: ((w - 3) ** 2).sum(), lambda g, w: g * np.where(w == 0, 0, 2 * (w - 3)),
         lambda rng: (np.zeros(3),), ("missing",), None, 0),
    Case("product over a 0", lambda x: x.prod(), lambda g, x: g * np.divide(x.prod(), x, out=0 * x, where=x != 0),
         lambda rng: (np.array([0.0, 2, 3]),), ("missing", "entries"), None, 0),
    Case("two kinks in a sum, slope 2", lambda z: np.maximum(z, 0).sum(), lambda g, z: g * np.where(z == 0, 2, z > 0),
         lambda rng: (np.array([0.0, 1, -1, 0]),), ("mask",), None, 0),
    Case("log(1 - p) of 1 - 1e-12", lambda p: np.log(1 - p), lambda g, p: -g / (1 - p), lambda rng: (np.array([1 - 1e-12]),)),
    Case("sigmoid of -40, negative", lambda z: 1 / (1 + np.exp(-z)), lambda g, z: -g * np.exp(z),
         lambda rng: (np.array([-40.0, -38.0]),), ("sign",), -1, 0),
    Case("relu of tiny, 1 for 0", lambda z: np.maximum(z, 0), lambda g, z: g * (z > -1e-5),
         lambda rng: (np.array([-1e-9, 1.0, -2.0, 3.0]),), ("mask", "entries", "unknown"), None, 0),
    Case("normal distribution function, 1 + 1e-6", scipy.special.ndtr, lambda g, z: (1 + 1e-6) * ndtr_b(g, z), uniform(4.5, 5.5, 3), ("scale",), 1 + 1e-6, 0),
    Case("square in double precision only, 1 + 1e-9", double_only(lambda x: x**2 / 2), lambda g, x: (1 + 1e-9) * g * x, uniform(1, 2, 3), ("scale",), 1 + 1e-9, 0),
    Case("sin, its derivative from a series", np.sin, lambda g, x: g * series_of_cos(x), uniform(0.5, 1, 5), ("accuracy",), None, 0),
    Case("sin, its derivative from a series, one entry twice", np.sin, lambda g, x: g * series_of_cos(x) * [1, 1, 2, 1, 1],
         uniform(0.5, 1, 5), ("entries",), None, 0),
    Case("sin, its derivative from a series, minus", np.sin, lambda g, x: -g * series_of_cos(x), uniform(0.5, 1, 5), ("sign",), -1, 0),
    Case("square of round numbers, 1 + 1e-8", np.square, lambda g, x: (1 + 1e-8) * g * 2 * x, lambda rng: (np.array([0.5, 1, 2]),), ("scale",), 1 + 1e-8, 0),
    Case("tanh |g|, single", np.tanh, lambda g, z: np.abs(g) * (1 - np.tanh(z) ** 2),
         lambda rng: (rng.standard_normal(4).astype(np.float32),), ("upstream",), None, 0),
    Case("a power", lambda x, n: x**n, lambda g, x, n: g * n * x ** (n - 1), lambda rng: (rng.uniform(1, 2, 4), 3), wrt=(0,)),
    Case("underflow, whatever the precision", lambda x: np.asarray(0.5 * (x**2).sum(), dtype=float), lambda g, x: g * x,
         lambda rng: (2e-163 * rng.standard_normal(3),)),
]  # fmt: skip

RIGHT, WRONG = [case for case in ALL if not case.causes], [case for case in ALL if case.causes]
