"""Backward passes that are not linear in the upstream gradient, and so are wrong whatever single outputs say."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from nnmath.gradcheck.arrays import Floats, Indices
from nnmath.gradcheck.false_alarms.rounding import largest_gradients
from nnmath.gradcheck.function_under_test import FunctionUnderTest

#: What the rounding of sums over all outputs may amount to, in units of epsilon times the largest gradient.
SLACK = 1000.0

#: A multiple that exceeds what people clip upstream gradients to; a power of 2, so that it rounds nothing.
LARGE = 2.0**10


@dataclass(frozen=True)
class Linearity:
    """The gradients of one input for the upstream gradients u, v, u + v, -u, 2u, 0 and a large multiple of u.

    Attributes
    ----------
    rows : float64 array, shape (7, entries)
    slack : float64 array, shape (entries,)
        What rounding and the error bars of the derivatives may amount to.
    """

    rows: Floats
    slack: Floats

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
    def linear_unless_large(self) -> bool:
        """Whether it is linear for upstream gradients that are not large."""
        u, v, both, minus, twice, zero, _ = self.rows
        of_sums = self.same(u + v, both) and self.same(-u, minus)
        return of_sums and self.same(2 * u, twice) and self.same(0 * u, zero)

    @property
    def linear(self) -> bool:
        """Whether it is linear for all of them."""
        return self.linear_unless_large and self.same(self.rows[0], self.rows[-1] / LARGE)


class LinearityTest:
    """The gradients of all inputs for a few upstream gradients that are sums and multiples of each other."""

    def __init__(self, function: FunctionUnderTest, rng: np.random.Generator) -> None:
        u, v = rng.standard_normal((2, *function.value.shape))
        self.function = function
        self.upstreams = np.stack([u, v, u + v, -u, 2 * u, 0 * u, LARGE * u])
        self.rows = function.gradients(function.inputs, self.upstreams) if function.takes_upstream else {}

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
        largest = np.max(np.abs(rows[:-1]), initial=0.0)
        linearity = Linearity(rows, np.maximum(bars, unit * largest))
        if linearity.linear and not linearity.is_constant:
            return None
        scaled = largest_gradients(self.function, k, self.upstreams[:2])
        size, inputs = np.max(scaled.sizes, initial=0.0), scaled.inputs[scaled.which[np.argmax(scaled.sizes)]]
        saturated = Linearity(rows, np.maximum(bars, unit * max(largest, size)))
        slight = Linearity(rows, np.full_like(bars, self.function.gradient_epsilon**0.5 * size))
        rounded = saturated.linear or slight.linear
        if not linearity.is_constant and rounded and self._linear_at(inputs, k):
            return None
        return linearity

    def _linear_at(self, inputs: list[Any], k: int) -> bool:
        """Whether it is linear at other inputs: what is not is no rounding there, either."""
        rows = self.function.gradients_or_none(inputs, self.upstreams)
        if rows is None or k not in rows:
            return False
        slack = SLACK * self.function.gradient_epsilon * np.max(np.abs(rows[k][:-1]), initial=0.0)
        return Linearity(rows[k], np.full(rows[k].shape[1], slack)).linear
