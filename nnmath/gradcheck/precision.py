"""The precision in which a function computes, which need not be that of the numbers that it returns."""

import numpy as np

from nnmath.gradcheck.arrays import Array
from nnmath.gradcheck.few_digits import in_format
from nnmath.gradcheck.function_under_test import BackwardRaises, FunctionUnderTest

#: The value is computed where every entry is changed by up to this much of itself, a 0 by that of a 1, so often: it
#: stays in its domain, and a relative change of 1 in 64 changes all but 6 of the 24 bits of single precision.
DISTANCE, REPEATS = 2.0**-6, 3


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


def _fits(values: Array, epsilon: float) -> bool:
    """Whether all values are numbers of this relative spacing."""
    return np.array_equal(values, in_format(values, epsilon), equal_nan=True)


def precision_notes(function: FunctionUnderTest, *, single: bool) -> tuple[str, ...]:
    """Notes on values in `single` precision in spite of their type, and on gradients in a higher one than their inputs.

    With the latter no digit is lost, but memory and time are. Where the value, too, is in the higher precision, some
    other input or a constant asks for it.
    """
    if single:
        return ("the value is float64, but all its numbers are float32: the gradients were compared in that precision",)
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
