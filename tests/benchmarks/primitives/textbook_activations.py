"""Textbook NumPy: functions of one number, each with its slope as it is first written down."""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.special import erf

from tests.benchmarks.primitives.works import Contender

ROOT = np.float32(np.sqrt(2 / np.pi))


def of_one_number(value_and_slope: Callable[[Any], tuple[Any, Any]]) -> Contender:
    def function(z: Any) -> Any:
        a, slope = value_and_slope(z)
        return a, lambda da: da * slope()

    return function


def logistic(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def with_sigmoid(z: Any) -> Any:
    a = logistic(z)
    return a, lambda: a * (1 - a)


def with_tanh(z: Any) -> Any:
    a = np.tanh(z)
    return a, lambda: 1 - a**2


def selu(z: Any) -> Any:
    scale, alpha = np.float32(1.0507009873554805), np.float32(1.6732632423543772)
    a = scale * np.where(z > 0, z, alpha * (np.exp(z) - 1))
    return a, lambda: scale * np.where(z > 0, np.float32(1), alpha * np.exp(z))


def silu(z: Any) -> Any:
    s = logistic(z)
    return z * s, lambda: s + z * s * (1 - s)


def mish(z: Any) -> Any:
    w = np.tanh(np.log1p(np.exp(z)))
    return z * w, lambda: w + z * (1 - w**2) * logistic(z)


def gelu(z: Any) -> Any:
    p = (1 + erf(z / np.float32(np.sqrt(2)))) / 2
    return z * p, lambda: p + z * np.exp(-(z**2) / 2) / np.float32(np.sqrt(2 * np.pi))


def gelu_tanh(z: Any) -> Any:
    c = np.float32(0.044715)
    t = np.tanh(ROOT * (z + c * (z * z * z)))
    return z * (1 + t) / 2, lambda: (1 + t) / 2 + z * (1 - t**2) / 2 * ROOT * (1 + 3 * c * z**2)
