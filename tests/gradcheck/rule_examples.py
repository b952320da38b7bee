"""Functions that show what a rule on false alarms tells apart, right and wrong ones, and where: see test_rules.py."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnmath.gradcheck import check_gradients
from nnmath.gradcheck.report import GradientReport

RNG = np.random.default_rng


def of_numbers(forward: Any, slope: Any, x: Any) -> Callable[[], GradientReport]:
    """A function of single numbers, with a slope that need not be its own."""
    return lambda: check_gradients(forward, np.asarray(x), backward=lambda g, x: g * slope(x))


def another_when_wide(x: Any) -> Any:
    """A square that is another function, and a noisy one, where it is called in an extended precision."""
    return 1.5 * x**2 + 1e-4 * np.sin(1e15 * x) if x.dtype == np.longdouble else x**2


def sigmoid(z: Any) -> Any:
    """A function that saturates."""
    return 1 / (1 + np.exp(-z))


def normal_distribution(z: Any) -> Any:
    """Its distribution function."""
    return np.array([0.5 * math.erfc(-t / 2**0.5) for t in np.ravel(z)]).reshape(np.shape(z))


def density(z: Any) -> Any:
    """The derivative of that."""
    return np.exp(-z * z / 2) / (2 * np.pi) ** 0.5


def difference_of_quotients(x: Any) -> tuple[Any, Any]:
    """A function whose backward pass subtracts numbers that are nearly equal."""
    u = x.dtype.type(1e-9)
    return np.log1p(u / x), lambda g: g * (1 / (x + u) - 1 / x)


def moved(factor: float) -> Any:
    """A square whose backward pass is noisy."""

    def square(x: Any) -> tuple[Any, Any]:
        x = x.astype(np.float64)
        return x**2, lambda g: factor * g * 2 * ((x + 1e5) - 1e5)

    return square


def absolute(at_0: float) -> Any:
    """The absolute value, with this slope at 0."""
    return lambda x: (np.abs(x), lambda g: g * np.where(x == 0, at_0, np.sign(x)))


def single_tanh(factor: float) -> Any:
    """A function of single precision."""
    return lambda x: (np.tanh(x), lambda g: g * np.float32(factor) * (1 - np.tanh(x) ** 2))


def single_inside(x: Any) -> Any:
    """A product of which one factor is computed in single precision, and so are its gradients."""
    a = np.exp(x.astype(np.float32)).astype(float)
    return a * x, lambda g: (g * x).astype(np.float32).astype(float) * a + g * a


def of_bfloat16(factor: float | None) -> GradientReport:
    """A square that casts its inputs, its backward pass off by a factor; or a tanh, with its values in double."""
    torch: Any = pytest.importorskip("torch")
    from tests.gradcheck.test_torch_functions import kernel

    x = torch.randn((4, 5), generator=torch.Generator().manual_seed(0)).bfloat16()
    if factor is None:
        return check_gradients(torch.tanh, x, reference=torch.tanh)
    return check_gradients(kernel(torch.bfloat16, factor), x)


def steep_sine(x: Any) -> Any:
    """A sine that oscillates within the steps of the longer probe of its noise."""
    return np.sin(1e10 * x)


def of_its_precision(x: Any) -> Any:
    """Three times the input, and in double precision a little more."""
    return x * x.dtype.type(3 if x.dtype == np.float32 else 3.03)


def corner_of_inverse(A: Any) -> Any:
    inverse = np.linalg.inv(A)

    def backward(g: Any) -> Any:
        whole = np.zeros(A.shape)
        whole[7:, 7:] = g
        return -inverse.T @ whole @ inverse.T

    return inverse[7:, 7:], backward


def nothing(_: Any, rows: Any, columns: Any, *__: Any) -> Any:
    """No derivative of these is wrong."""
    return np.zeros(len(columns), dtype=bool)


WITH_0 = np.concatenate([[0.0], RNG(0).standard_normal(600)])
NEAR_POLES = RNG(33).standard_normal(600)
HILBERT = 1 / (1.0 + np.arange(10)[:, np.newaxis] + np.arange(10))  # its inverse has two or three right digits
NEAR_ITS_PEAK = np.array([-2.0346254818318728, 0.6033017469247647, 0.7442945298799118])
SINGLE = RNG(1).standard_normal(5).astype(np.float32)
AWAY_FROM_0 = 0.5 + RNG(0).random(600)
