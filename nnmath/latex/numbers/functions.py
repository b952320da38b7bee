"""Functions of numbers, entry by entry, each with its derivative."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import arb

from nnmath.latex.numbers import balls, jets, tensor
from nnmath.latex.numbers.jets import Array


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
            return tensor.pointwise(np.frompyfunc(self.compute, len(arrays), 1), *map(jets.primal, arrays))
        parts = [jets.split(array, by) for array in arrays]
        values = [value for value, _ in parts]
        terms = [
            jets.multiply(slope(*values), change)
            for slope, (_, change) in zip(self.slopes, parts, strict=True)
            if change is not None
        ]
        return jets.jet(by, self(*values), jets.add(*terms))


def number(value: Any) -> Array:
    """Return a number as an array."""
    return tensor.number(value)


exp: Smooth = Smooth(balls.guarded(arb.exp), (lambda x: exp(x),))
log: Smooth = Smooth(lambda x: arb.log(x) if x > 0 else balls.UNKNOWN, (lambda x: divide(number(1), x),))
sqrt: Smooth = Smooth(balls.sqrt, (lambda x: divide(number("0.5"), sqrt(x)),))
sinh: Smooth = Smooth(balls.guarded(arb.sinh), (lambda x: cosh(x),))
cosh: Smooth = Smooth(balls.guarded(arb.cosh), (lambda x: sinh(x),))
tanh: Smooth = Smooth(arb.tanh, (lambda x: power(cosh(x), number(-2)),))
sin: Smooth = Smooth(balls.guarded(arb.sin), (lambda x: cos(x),))
cos: Smooth = Smooth(balls.guarded(arb.cos), (lambda x: jets.negative(sin(x)),))
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


def absolute(x: Array) -> Array:
    """Return the absolute value."""
    return jets.larger(x, jets.negative(x))


def sign(x: Array) -> Array:
    """Return -1, 0 or 1."""
    return jets.subtract(jets.compared(">", x, number(0)), jets.compared("<", x, number(0)))


#: The functions of one number, by their names in LaTeX.
FUNCTIONS: dict[str, Callable[[Array], Array]] = {
    "exp": exp,
    "log": log,
    "sqrt": sqrt,
    "sinh": sinh,
    "cosh": cosh,
    "tanh": tanh,
    "sin": sin,
    "cos": cos,
    "abs": absolute,
    "sign": sign,
}
