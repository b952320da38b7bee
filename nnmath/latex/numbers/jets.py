"""Derivatives by forward differentiation: an array, and how it changes with each entry of one symbol.

A `Jet` holds a value and its tangent; both may be jets again, of an outer derivative, so that second derivatives need
no rule of their own. The entries of the symbol are one more named axis of the tangent. What is linear does the same to
the tangent as to the value; everything else states its derivative beside its value (`functions`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from typing import Any

import numpy as np

from nnmath.latex.numbers import balls, tensor
from nnmath.latex.numbers.polynomials import Polynomial
from nnmath.latex.numbers.tensor import Tensor


@dataclass
class Nudge:
    """What a derivative is taken for: an infinitely small change of each entry of a symbol, by itself.

    Attributes
    ----------
    level : int
        1 for the outermost derivative, one more for each that is taken within it.
    sign : int
        1 upwards, -1 downwards; it decides on which side of a kink the value comes to lie.
    fixed : bool
        Whether at every kink the same one of the two numbers that are compared is taken for the larger one, the left
        one if `sign` is 1, wherever the change leads: the choice that a convention such as ``[z > 0]`` makes.
    met_kink : bool
        Whether that has decided anything, so that another choice may give another derivative.
    """

    level: int
    sign: int = 1
    fixed: bool = False
    met_kink: bool = False


@dataclass(frozen=True)
class Jet:
    """A value and its tangent.

    Attributes
    ----------
    by : Nudge
        What it is the derivative for.
    value : Tensor or Jet
        The value; a jet of a lower level at most.
    tangent : Tensor or Jet
        Its derivative, with all axes of the value and one more.
    """

    by: Nudge
    value: Array
    tangent: Array


Array = Tensor | Jet
Linear = Callable[..., Tensor]


def primal(array: Array) -> Tensor:
    """Return the value without any derivative."""
    while isinstance(array, Jet):
        array = array.value
    return array


def split(array: Array, by: Nudge) -> tuple[Array, Array | None]:
    """Return value and tangent; no tangent where nothing changes."""
    if isinstance(array, Jet) and array.by is by:
        return array.value, array.tangent
    return array, None


def innermost(arrays: Sequence[Array]) -> Nudge | None:
    """Return what the innermost derivative among arrays is for, None without any."""
    return max((array.by for array in arrays if isinstance(array, Jet)), key=lambda by: by.level, default=None)


def jet(by: Nudge, value: Array, tangent: Array | None) -> Array:
    """Return a value with its tangent, which is repeated along the axes that it lacks."""
    if tangent is None:
        return value
    like = primal(value)
    return Jet(by, value, linear(lambda part: tensor.filled(part, like), tangent))


def linear(function: Linear, *arrays: Array) -> Array:
    """Apply what is linear in all of its arguments together: rearranging, summing, stacking."""
    by = innermost(arrays)
    if by is None:
        return function(*arrays)
    values, tangents = zip(*(split(array, by) for array in arrays), strict=True)
    changes = [zero_like(value) if change is None else change for value, change in zip(values, tangents, strict=True)]
    return jet(by, linear(function, *values), linear(function, *changes))


def bilinear(function: Linear, left: Array, right: Array) -> Array:
    """Apply what is linear in each of its two arguments: a product."""
    by = innermost([left, right])
    if by is None:
        return function(left, right)
    (one, one_changes), (other, other_changes) = split(left, by), split(right, by)
    terms = []
    if one_changes is not None:
        terms.append(bilinear(function, one_changes, other))
    if other_changes is not None:
        terms.append(bilinear(function, one, other_changes))
    return jet(by, bilinear(function, one, other), add(*terms))


def zero_like(array: Array) -> Tensor:
    """Return zeros of the shape of an array."""
    like = primal(array)
    return Tensor(like.axes, np.full(like.data.shape, balls.ZERO, dtype=object), like.row)


def add(*arrays: Array) -> Array:
    """Add, entry by entry."""
    return reduce(lambda left, right: linear(_plus, left, right), arrays)


def _plus(left: Tensor, right: Tensor) -> Tensor:
    return tensor.pointwise(np.add, left, right)


def negative(array: Array) -> Array:
    """Return the negative."""
    return linear(lambda part: tensor.pointwise(np.negative, part), array)


def subtract(left: Array, right: Array) -> Array:
    """Subtract, entry by entry."""
    return linear(lambda one, other: tensor.pointwise(np.subtract, one, other), left, right)


def multiply(left: Array, right: Array) -> Array:
    """Multiply, entry by entry."""
    return bilinear(lambda one, other: tensor.pointwise(np.multiply, one, other), left, right)


def product(left: Array, right: Array) -> Array:
    """Multiply: numbers with anything, matrices with matrices and vectors."""
    return bilinear(tensor.product, left, right)


# ------------------------------------------------------------------ comparing, at a kink as well


#: What one number is more than another; an entry is as large as itself, though it is known up to rounding only.
_GAP: Any = np.frompyfunc(lambda x, y: balls.ZERO if x is y else x - y, 2, 1)


def difference(left: Array, right: Array) -> Tensor:
    """Return left minus right, for its sign: where both are equal, how they differ after the nudge."""
    by = innermost([left, right])
    if by is None:
        return tensor.pointwise(_GAP, primal(left), primal(right))
    (one, one_changes), (other, other_changes) = split(left, by), split(right, by)
    gap = difference(one, other)
    if not any(x.is_zero() for x in gap.data.flat):
        return gap
    by.met_kink = True
    moved = primal(subtract(*(zero_like(gap) if change is None else change for change in (one_changes, other_changes))))
    beside = np.frompyfunc(lambda x, y: x if not x.is_zero() else by.sign * (y * y if by.fixed else y), 2, 1)
    return tensor.pointwise(beside, gap, moved)


def compared(relation: str, left: Array, right: Array) -> Tensor:
    """Return 1 where a relation holds, otherwise 0."""
    return tensor.entrywise(partial(balls.truth, relation), difference(left, right))


def chosen(truth: Tensor, left: Array, right: Array) -> Array:
    """Return left where `truth` is 1, right where it is 0, and a ball around both where it may be either."""
    return linear(lambda one, other: tensor.pointwise(_choice, truth, one, other), left, right)


def _choose(truth: Any, x: Any, y: Any) -> Any:
    if isinstance(truth, Polynomial):
        return truth * x + (1 - truth) * y
    return x if truth == 1 else y if truth == 0 else balls.union(x, y) if truth.is_finite() else truth


_choice: Any = np.frompyfunc(_choose, 3, 1)


def larger(left: Array, right: Array) -> Array:
    """Return the larger of two numbers, entry by entry."""
    return chosen(compared("≥", left, right), left, right)


def smaller(left: Array, right: Array) -> Array:
    """Return the smaller of two numbers, entry by entry."""
    return chosen(compared("≤", left, right), left, right)


def union(left: Array, right: Array) -> Array:
    """Return balls around two arrays."""
    around = np.frompyfunc(balls.union, 2, 1)
    return linear(lambda one, other: tensor.pointwise(around, one, other), left, right)
