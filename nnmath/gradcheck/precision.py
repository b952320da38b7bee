"""The precision in which a function computes, which need not be that of the numbers that it returns."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import numpy as np

from nnmath.gradcheck.arrays import Array, Booleans, Floats
from nnmath.gradcheck.few_digits import in_format
from nnmath.gradcheck.function_under_test import BackwardRaises, FunctionUnderTest
from nnmath.gradcheck.numerical_derivatives import PROBE_ORDER, PROBE_POWERS, SIMILAR, noise_of

#: The value is computed where every entry is changed by up to this much of itself, a 0 by that of a 1, so often: it
#: stays in its domain, and a relative change of 1 in 64 changes all but 6 of the 24 bits of single precision.
DISTANCE, REPEATS = 2.0**-6, 3
#: Rounding on the way to a value is at least so much of it, in units of epsilon, and at most so much of the largest; it
#: shows in this share of the outputs.
LEAST, MOST, SHARE = 2.0**-12, 2.0**6, 0.125
#: The length of steps over which single precision seldom changes, as a power of the epsilon of double precision.
VERY_SHORT = 0.65


def computes_in(function: FunctionUnderTest, epsilon: float, rng: np.random.Generator) -> bool:
    """Whether a function of double precision returns nothing but numbers of this relative spacing.

    Then it casts its inputs, and its values are piecewise constant: in pieces of 1e-7 for single precision. Zeros, ones
    and other numbers of a few digits are no sign of that, and neither are the values at the inputs themselves, which
    may be round numbers.
    """
    if function.value_dtype != np.float64 or not _fits(function.value, epsilon):
        return False
    long = False
    for _ in range(REPEATS):
        perturbed = list(function.inputs)
        for k in function.wrt:
            x = function.inputs[k]
            perturbed[k] = (x + DISTANCE * np.where(x == 0, 1, x) * rng.uniform(-1, 1, x.shape)).astype(x.dtype)
        value = function.value_at(perturbed)
        if value is None or not _fits(value, epsilon):
            return False
        long |= not _fits(value, 2.0 ** np.rint(np.log2(epsilon) / 2))
    return long


def rounds_inside(function: FunctionUnderTest, epsilon: float) -> bool:
    """Whether results on the way to a value of double precision are rounded to this relative spacing.

    Then the values show rounding of that size at steps that are long enough for it, about as much at longer ones, and
    less at much shorter ones. Curvature grows with the steps, and the rounding of double precision, of which terms
    that cancel may leave as much, is the same at all of them. A few steps come first.
    """
    if function.value_dtype != np.float64 or function.epsilon > np.finfo(np.float64).eps or not function.value.size:
        return False
    sizes = np.array(np.abs(function.value))

    def values(points: Iterable[list[Any]]) -> Iterator[Floats | None]:
        for value in function.values_at(points):
            if value is not None:
                np.fmax(sizes, np.abs(value), out=sizes)
            yield value

    def shows(noise: Floats) -> Booleans:
        most = MOST * epsilon * np.max(sizes)
        return np.asarray((noise > LEAST * epsilon * sizes) & (noise < most))

    def noise(power: float, epsilon: float, **quick: Any) -> Floats:
        return noise_of(function, values, sizes.shape, np.random.default_rng(0), (power,), epsilon, **quick)

    if np.mean(shows(noise(PROBE_POWERS[0], epsilon, points=PROBE_ORDER + 1, sides=(1,)))) < SHARE:
        return False
    short, long = (noise(power, epsilon) for power in PROBE_POWERS)
    found = shows(short) & shows(long) & (np.maximum(short, long) < SIMILAR * np.minimum(short, long))
    if np.mean(found) < SHARE:
        return False
    found &= noise(VERY_SHORT, function.epsilon) * SIMILAR < short
    return bool(np.mean(found) >= SHARE)


def gradients_round(function: FunctionUnderTest, epsilon: float) -> bool:
    """Whether the gradients of a function that rounds inside show rounding of that size as well."""
    rng = np.random.default_rng(0)
    upstream = rng.standard_normal((1, *function.value.shape))

    def joined(inputs: list[Any]) -> Floats | None:
        found = function.gradients_or_none(inputs, upstream)
        return None if found is None else np.concatenate([rows[0] for rows in found.values()])

    here = joined(function.inputs)
    if here is None:
        return False
    noise = noise_of(function, partial(map, joined), here.shape, rng, PROBE_POWERS[:1], epsilon)
    return bool(np.mean(noise > LEAST * epsilon * np.max(np.abs(here), initial=0.0)) >= SHARE)


def _fits(values: Array, epsilon: float) -> bool:
    """Whether all values are numbers of this relative spacing."""
    return np.array_equal(values, in_format(values, epsilon), equal_nan=True)


def precision_notes(function: FunctionUnderTest) -> tuple[str, ...]:
    """Notes on values that are rounded more than their type says, and on gradients of more digits than their inputs.

    With the latter no digit is lost, but memory and time are. Where the value, too, is in the higher precision, some
    other input or a constant asks for it.
    """
    if function.inner_epsilon:
        note = "the value is float64, and rounded as float32 is, by a cast or where large terms cancel"
        as_much = function.gradient_epsilon > function.epsilon
        return (f"{note}: the gradients may be off by as much" if as_much else note,)
    _, backward_pass = function.call(function.inputs)
    try:
        found = function.gradients_of(backward_pass, np.ones(function.value.shape, function.value_dtype))
    except BackwardRaises:  # only for this upstream gradient: others were judged
        return ()
    notes = []
    for k, gradient in zip(function.wrt, found):
        dtype = function.inputs[k].dtype
        if gradient is not None and gradient.dtype.itemsize > dtype.itemsize == function.value_dtype.itemsize:
            notes.append(
                f"the gradient of {function.names[k]} is {gradient.dtype}, its input and the value are {dtype}"
            )
    return tuple(notes)
