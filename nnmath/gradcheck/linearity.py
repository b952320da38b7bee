"""Backward passes that are not linear in the upstream gradient, and so are wrong whatever single outputs say."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from nnmath.gradcheck.arrays import Floats, Indices
from nnmath.gradcheck.false_alarms.rounding import largest_gradients
from nnmath.gradcheck.few_digits import COARSE
from nnmath.gradcheck.function_under_test import FunctionUnderTest

#: What the rounding of sums over all outputs may amount to, in units of epsilon times the largest gradient.
SLACK = 1000.0

#: A multiple that exceeds what people clip upstream gradients to; a power of 2, so that it rounds nothing.
LARGE = 2.0**10
#: A multiple below what people set to 0, and the power of 2 that the sizes of upstream gradients are spread over, for
#: thresholds that are relative to the largest.
SMALL, SPREAD = 2.0**-40, 20


@dataclass(frozen=True)
class Linearity:
    """The gradients of one input for the upstream gradients u, v, u + v, -u, 2u, 0, a large and a small multiple of u.

    Attributes
    ----------
    rows : float64 array, shape (8, entries)
    slack : float64 array, shape (entries,)
        What rounding and the error bars of the derivatives may amount to.
    small : float
        The small multiple.
    least : float
        The smallest number that has all digits of the gradient's precision.
    """

    rows: Floats
    slack: Floats
    small: float
    least: float

    def same(self, a: Floats, b: Floats) -> bool:
        """Equal to rounding."""
        return bool((np.abs(a - b) <= self.slack).all())

    @property
    def is_constant(self) -> bool:
        """Whether all gradients are the same to the last digit, and not 0, however small: that is no rounding."""
        return bool((self.rows == self.rows[0]).all() and self.rows[0].any())

    @property
    def ignores_upstream(self) -> bool:
        """Whether the upstream gradient has no influence at all."""
        constant = all(self.same(self.rows[0], row) for row in self.rows[1:])
        return self.is_constant or (constant and not self.same(self.rows[0], np.zeros_like(self.slack)))

    @property
    def ignores_sign(self) -> bool:
        """Whether its sign has no influence."""
        return self.same(self.rows[0], self.rows[3])

    @property
    def adds_constant(self) -> bool:
        """Whether there is a gradient even where the upstream gradient is 0."""
        return not self.same(self.rows[5], np.zeros_like(self.slack))

    @property
    def linear_in_sums(self) -> bool:
        """Whether it is linear for upstream gradients that are neither large nor small."""
        u, v, both, minus, twice, zero, *_ = self.rows
        of_sums = self.same(u + v, both) and self.same(-u, minus)
        return of_sums and self.same(2 * u, twice) and self.same(0 * u, zero)

    @property
    def linear_for_large(self) -> bool:
        """Whether a large multiple of the upstream gradient gives that multiple of the gradient."""
        return self.same(self.rows[0], self.rows[6] / LARGE)

    @property
    def linear_for_small(self) -> bool:
        """Whether a small multiple gives that multiple, where it is no smaller than all numbers with full digits."""
        slack = np.maximum(self.slack, self.least / self.small)
        return bool((np.abs(self.rows[0] - self.rows[7] / self.small) <= slack).all())

    @property
    def linear(self) -> bool:
        """Whether it is linear for all of them."""
        return self.linear_in_sums and self.linear_for_large and self.linear_for_small


def spread(shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
    """Numbers of either sign, of sizes from 1 down to 2**-20, evenly by their logarithms, in any order."""
    count = int(np.prod(shape, dtype=int))
    sizes = 2.0 ** -np.linspace(0, SPREAD, count)
    return np.asarray((rng.permutation(sizes) * rng.choice([-1.0, 1.0], count)).reshape(shape))


def small_multiple(function: FunctionUnderTest) -> float:
    """A small multiple for the upstream gradients of a function; 1 in a format of few digits, which may not have it."""
    return SMALL if function.gradient_epsilon <= COARSE else 1.0


class LinearityTest:
    """The gradients of all inputs for a few upstream gradients that are sums and multiples of each other."""

    def __init__(self, function: FunctionUnderTest, rng: np.random.Generator) -> None:
        u, v = rng.standard_normal(function.value.shape), spread(function.value.shape, rng)
        self.function, self.small = function, small_multiple(function)
        single = function.gradient_epsilon > np.finfo(np.float64).eps
        self.least = float(np.finfo(np.float32 if single else np.float64).tiny)
        self.upstreams = np.stack([u, v, u + v, -u, 2 * u, 0 * u, LARGE * u, self.small * u])
        self.rows = function.gradients(function.inputs, self.upstreams) if function.takes_upstream else {}

    def is_constant(self, k: int, entries: Indices) -> bool:
        """Whether the gradients of some entries of an input are the same for all upstream gradients, and not 0.

        That is a violation, whatever the error bars are.
        """
        rows = self.rows[k][:, entries] if k in self.rows else np.zeros((1, 1))
        return bool((rows == rows[0]).all() and rows.any())

    def violation(self, k: int, entries: Indices, half_width: Floats) -> Linearity | None:
        """The gradients of some entries of an input, if they are not linear by more than their error bars.

        The bars are those of each output and entry, shape (outputs, entries).
        """
        if k not in self.rows:
            return None
        rows = self.rows[k][:, entries]
        bars = np.abs(self.upstreams[:3]).reshape(3, -1).sum(axis=0) @ half_width
        bars = np.where(np.isfinite(bars), bars, np.inf)
        unit = SLACK * self.function.gradient_epsilon
        largest = _largest(rows)
        linearity = Linearity(rows, np.maximum(bars, unit * largest), self.small, self.least)
        if linearity.linear and not linearity.is_constant:
            return None
        scaled = largest_gradients(self.function, k, self.upstreams[:2])
        size, inputs = np.max(scaled.sizes, initial=0.0), scaled.inputs[scaled.which[np.argmax(scaled.sizes)]]
        saturated = Linearity(rows, np.maximum(bars, unit * max(largest, size)), self.small, self.least)
        slight = Linearity(rows, np.full_like(bars, self.function.gradient_epsilon**0.5 * size), self.small, self.least)
        rounded = saturated.linear or slight.linear
        if not linearity.is_constant and rounded and self._linear_at(inputs, k):
            return None
        return linearity

    def _linear_at(self, inputs: list[Any], k: int) -> bool:
        """Whether it is linear at other inputs: what is not is no rounding there, either."""
        rows = self.function.gradients_or_none(inputs, self.upstreams)
        if rows is None or k not in rows:
            return False
        slack = SLACK * self.function.gradient_epsilon * _largest(rows[k])
        return Linearity(rows[k], np.full(rows[k].shape[1], slack), self.small, self.least).linear


def _largest(rows: Floats) -> float:
    """The largest gradient, that for the large multiple aside."""
    return float(np.max(np.abs(rows[:6]), initial=0.0))
