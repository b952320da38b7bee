"""The function under test in another precision: where it can be called in one, and what it returns there."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnmath.gradcheck.arguments import total_size
from nnmath.gradcheck.arrays import Array, Floats
from nnmath.gradcheck.function_under_test import FunctionUnderTest

#: In extended precision matrix products are slow: no more entries of inputs than this.
MOST_EXTENDED = 4000


def wider_precision(function: FunctionUnderTest) -> type[np.floating] | None:
    """Double precision for single, the extended one of the machine for double; None where there is none."""
    dtype = np.float64 if function.epsilon > np.finfo(np.float64).eps else np.longdouble
    if np.finfo(dtype).eps >= function.epsilon:
        return None  # many machines have nothing wider than double precision
    if dtype is np.longdouble and total_size(function.inputs) > MOST_EXTENDED:
        return None
    return dtype


def in_float_type(inputs: Sequence[Any], dtype: type[np.floating]) -> list[Any]:
    """The inputs with all floating-point arrays in this precision."""
    return [x.astype(dtype) if isinstance(x, np.ndarray) and x.dtype.kind == "f" else x for x in inputs]


def gradients_in_wider_precision(function: FunctionUnderTest, upstreams: Floats) -> dict[int, Floats] | None:
    """The gradients of a backward pass that is run in a wider precision; None where it does not compute in one."""
    if function.backward_precision is not None:
        return function.backward_precision.double(lambda: function.gradients_or_none(function.inputs, upstreams))
    dtype = wider_precision(function)
    if dtype is None or function.epsilon < function.gradient_epsilon:
        return None
    wide = function.copied()
    wide.inputs, wide.value_dtype = in_float_type(function.inputs, dtype), np.dtype(dtype)
    try:
        value, backward_pass = wide.call(wide.inputs)
        found = wide.gradients_of(backward_pass, upstreams[0].astype(dtype))
    except Exception:  # the function may raise anything for numbers of a type that it does not know
        return None
    if value.dtype != dtype or any(g is not None and g.dtype != dtype for g in found):
        return None
    return wide.gradients_or_none(wide.inputs, upstreams)


def in_precision(function: FunctionUnderTest, dtype: type[np.floating]) -> FunctionUnderTest | None:
    """The forward pass in another precision, less its value at the inputs; None where it does not compute in it.

    What is left is small, and so double precision holds it whatever the precision is. There is no backward pass.
    """
    inputs = in_float_type(function.inputs, dtype)
    try:
        value, _ = function.call(inputs)
    except Exception:  # the function may raise anything for numbers of a type that it does not know
        return None
    if value.dtype != dtype or value.shape != function.value.shape:
        return None

    def forward(*perturbed: Any) -> Array:
        return np.asarray(function.call(perturbed)[0] - value, dtype=np.float64)

    result = function.copied()
    result.forward, result.backward = forward, lambda *_: None
    result.inputs, result.value = inputs, np.zeros(value.shape)
    result.writes_to_inputs, result.value_dtype = False, np.dtype(np.float64)
    result.format_epsilon = 0.0
    result.epsilon = result.gradient_epsilon = float(np.finfo(dtype).eps)
    return result
