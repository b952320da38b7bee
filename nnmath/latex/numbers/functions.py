"""Functions of numbers, entry by entry, each with its derivative; their names stand in `known_functions`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from math import comb
from typing import Any

import numpy as np
from flint import arb

from nnmath.latex.errors import Undefined
from nnmath.latex.numbers import balls, jets, tensor
from nnmath.latex.numbers.jets import Array
from nnmath.latex.numbers.tensor import Tensor


@dataclass(frozen=True)
class Smooth:
    """A differentiable function of one or more numbers.

    Attributes
    ----------
    compute : callable
        From balls to a ball.
    slopes : tuple of callable
        For each argument the derivative by it, from the arrays of all arguments.
    """

    compute: Callable[..., Any]
    slopes: tuple[Callable[..., Array], ...]

    def __call__(self, *arrays: Array) -> Array:
        by = jets.innermost(arrays)
        if by is None:
            return self._computed(*map(jets.primal, arrays))
        parts = [jets.split(array, by) for array in arrays]
        values = [value for value, _ in parts]
        terms = [
            jets.multiply(slope(*values), change)
            for slope, (_, change) in zip(self.slopes, parts, strict=True)
            if change is not None
        ]
        return jets.jet(by, self(*values), jets.add(*terms))

    def _computed(self, *arrays: Tensor) -> Tensor:
        if len(arrays) == 1:
            return tensor.entrywise(self.compute, arrays[0])
        # quotients and powers are arithmetic
        return tensor.pointwise(np.frompyfunc(self.compute, len(arrays), 1), *arrays)


def _no_derivative(_: Array) -> Array:
    raise Undefined("the second derivative of the gamma function is not known here")


def rounded(function: Callable[[Any], Any]) -> Callable[[Array], Array]:
    """Return a function that is constant but for its jumps."""
    return lambda x: tensor.entrywise(function, jets.primal(x))


def number(value: Any) -> Array:
    """Return a number as an array."""
    return tensor.number(value)


exp: Smooth = Smooth(balls.exp, (lambda x: exp(x),))
log: Smooth = Smooth(lambda x: arb.log(x) if x > 0 else balls.UNKNOWN, (lambda x: divide(number(1), x),))
sqrt: Smooth = Smooth(balls.sqrt, (lambda x: divide(number("0.5"), sqrt(x)),))
sinh: Smooth = Smooth(balls.guarded(arb.sinh), (lambda x: cosh(x),))
cosh: Smooth = Smooth(balls.guarded(arb.cosh), (lambda x: sinh(x),))
tanh: Smooth = Smooth(arb.tanh, (lambda x: power(cosh(x), number(-2)),))
sin: Smooth = Smooth(arb.sin, (lambda x: cos(x),))
cos: Smooth = Smooth(arb.cos, (lambda x: jets.negative(sin(x)),))
tan: Smooth = Smooth(arb.tan, (lambda x: jets.add(number(1), jets.multiply(tan(x), tan(x))),))
arctan: Smooth = Smooth(arb.atan, (lambda x: divide(number(1), jets.add(number(1), jets.multiply(x, x))),))
arcsin: Smooth = Smooth(arb.asin, (lambda x: divide(number(1), sqrt(_one_minus_square(x))),))
arccos: Smooth = Smooth(arb.acos, (lambda x: jets.negative(arcsin.slopes[0](x)),))
artanh: Smooth = Smooth(arb.atanh, (lambda x: divide(number(1), _one_minus_square(x)),))
arsinh: Smooth = Smooth(arb.asinh, (lambda x: divide(number(1), sqrt(jets.add(jets.multiply(x, x), number(1)))),))
arcosh: Smooth = Smooth(arb.acosh, (lambda x: divide(number(1), sqrt(jets.negative(_one_minus_square(x)))),))
erf: Smooth = Smooth(arb.erf, (lambda x: jets.multiply(_gauss(x), divide(number(2), sqrt(tensor.number(balls.pi())))),))
erfc: Smooth = Smooth(balls.erfc, (lambda x: jets.negative(erf.slopes[0](x)),))
gamma: Smooth = Smooth(arb.gamma, (lambda x: jets.multiply(gamma(x), digamma(x)),))
digamma: Smooth = Smooth(arb.digamma, (_no_derivative,))
logistic: Smooth = Smooth(balls.logistic, (lambda x: jets.multiply(logistic(x), logistic(jets.negative(x))),))
softplus: Smooth = Smooth(balls.softplus, (logistic,))
floor = rounded(arb.floor)
ceil = rounded(arb.ceil)
divide: Smooth = Smooth(
    lambda x, y: x / y,
    (
        lambda x, y: divide(number(1), y),
        lambda x, y: jets.negative(divide(x, jets.multiply(y, y))),
    ),
)
power: Smooth = Smooth(
    balls.power,
    (
        lambda x, y: jets.multiply(y, power(x, jets.subtract(y, number(1)))),
        lambda x, y: jets.multiply(power(x, y), log(x)),
    ),
)


def _one_minus_square(x: Array) -> Array:
    return jets.subtract(number(1), jets.multiply(x, x))


def inverse(function: Smooth) -> Callable[[Array], Array]:
    """Return the function whose values are one over those of another one."""
    return lambda x: divide(number(1), function(x))


def _choose(n: Any, k: Any) -> Any:
    """Return in how many ways k of n can be chosen."""
    whole, part = balls.whole(n), balls.whole(k)
    if whole is None or part is None or whole < 0:
        raise Undefined("a binomial coefficient is one of whole numbers from 0 on")
    return balls.ball(comb(whole, part) if part >= 0 else 0)


def binomial(n: Array, k: Array) -> Array:
    """Return a binomial coefficient, a constant."""
    return tensor.pointwise(np.frompyfunc(_choose, 2, 1), jets.primal(n), jets.primal(k))


def _gauss(x: Array) -> Array:
    return exp(jets.negative(jets.multiply(x, x)))


def normal_distribution(x: Array) -> Array:
    """Return the probability that a standard normal number is at most x."""
    root = sqrt(number(2))
    return divide(erfc(jets.negative(divide(x, root))), number(2))


def log2(x: Array) -> Array:
    """Return the logarithm to the base 2."""
    return divide(log(x), log(number(2)))


def log10(x: Array) -> Array:
    """Return the logarithm to the base 10."""
    return divide(log(x), log(number(10)))


def logit(x: Array) -> Array:
    """Return the number whose sigmoid is x."""
    return log(divide(x, jets.subtract(number(1), x)))


def silu(x: Array) -> Array:
    """Return x times its sigmoid."""
    return jets.multiply(x, logistic(x))


def softsign(x: Array) -> Array:
    """Return x over one plus its absolute value."""
    return divide(x, jets.add(number(1), absolute(x)))


def factorial(x: Array) -> Array:
    """Return the product of the whole numbers up to x, and what the gamma function makes of other numbers."""
    return gamma(jets.add(x, number(1)))


def clip(x: Array, low: Array, high: Array) -> Array:
    """Return x where it lies between two numbers, otherwise the nearer one of them."""
    return jets.smaller(jets.larger(x, low), high)


def log_sum_exp(vector: Array) -> Array:
    """Return the logarithm of the sum of the exponentials of the entries."""
    return log(jets.linear(tensor.total, exp(vector)))


def softmax(array: Array) -> Array:
    """Return the exponentials of the entries over their sum along the last axis."""
    powers = exp(array)
    return divide(powers, jets.linear(tensor.row_sums, powers))


def relu(x: Array) -> Array:
    """Return x where it is positive, otherwise 0."""
    return jets.larger(x, number(0))


def largest(vector: Array) -> Array:
    """Return the largest entry."""
    count = jets.primal(vector).shape[0]
    return reduce(jets.larger, (jets.linear(lambda part, i=i: tensor.entry(part, i), vector) for i in range(count)))


def total(array: Array) -> Array:
    """Return the sum of all entries."""
    return jets.linear(tensor.total, array)


def mean(array: Array) -> Array:
    """Return the mean of all entries."""
    count = int(np.prod(jets.primal(array).shape, dtype=int))
    return divide(total(array), number(count))


def variance(array: Array) -> Array:
    """Return the mean of the squared deviations from the mean."""
    deviation = jets.subtract(array, mean(array))
    return mean(jets.multiply(deviation, deviation))


def absolute(x: Array) -> Array:
    """Return the absolute value."""
    return jets.larger(x, jets.negative(x))


def sign(x: Array) -> Array:
    """Return -1, 0 or 1."""
    return jets.subtract(jets.compared(">", x, number(0)), jets.compared("<", x, number(0)))
