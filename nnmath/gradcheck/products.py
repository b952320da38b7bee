"""A whole Jacobian at once: its products with random vectors, each output by itself."""

from dataclasses import dataclass

import numpy as np

from nnmath.gradcheck.arrays import Floats
from nnmath.gradcheck.evidence import PRECISE_ENOUGH, ROUNDINGS
from nnmath.gradcheck.finite_differences import DEVIATIONS, PLACES, QUICK_STEPS, amplification
from nnmath.gradcheck.function_under_test import FunctionUnderTest
from nnmath.gradcheck.numerical_derivatives import differentiate_along, scales

#: Random vectors for each input. A number of them is never less than half of its unit, so that a single wrong entry
#: shows in each of them.
VECTORS = 2


@dataclass(frozen=True)
class Products:
    """Products that agree with the slopes along the vectors.

    Attributes
    ----------
    deviation : float
        The largest, in error bars: not over 1.
    widest : float
        The widest error bar, as one of a single derivative, relative to the largest derivative.
    """

    deviation: float
    widest: float


def agreeing_products(
    function: FunctionUnderTest, k: int, jacobian: Floats, noise: Floats, rng: np.random.Generator
) -> Products | None:
    """Compare the products of the Jacobian by one input with slopes along random vectors.

    Parameters
    ----------
    k : int
        The position of the input.
    jacobian : float64 array, shape (outputs, entries of the input)
        From the backward pass.
    noise : float64 array, shape of the value
    rng : Generator

    Returns
    -------
    Products or None
        None where any output leaves doubts: single entries tell more.
    """
    x = np.asarray(function.inputs[k], dtype=np.float64)
    largest = np.max(np.abs(jacobian), axis=1, initial=0.0)
    rounding = DEVIATIONS * noise + PLACES * function.epsilon * np.abs(function.value)
    least = amplification() * rounding.reshape(-1) / QUICK_STEPS[0]
    deviation, widest = 0.0, 0.0
    for _ in range(VECTORS):
        vector = scales(x) * rng.uniform(0.5, 1, x.shape) * rng.choice([-1.0, 1.0], x.shape)
        found = differentiate_along(function, k, vector, noise, QUICK_STEPS)
        if not found.known.all() or found.kink.any():
            return None
        unit = np.min(np.abs(vector)) * largest
        bar = found.half_width.reshape(-1) + ROUNDINGS * function.gradient_epsilon * largest * np.linalg.norm(vector)
        distance = np.abs(jacobian @ vector.reshape(-1) - found.middle.reshape(-1))
        precise = bar <= np.where(unit > 0, function.epsilon**PRECISE_ENOUGH * unit, least)
        if not (precise & (distance <= bar)).all():
            return None
        off = distance > 0
        deviation = max(deviation, float(np.max(distance[off] / bar[off], initial=0.0)))
        widest = max(widest, float(np.max(bar[unit > 0] / np.max(unit), initial=0.0)))
    return Products(deviation, widest)
