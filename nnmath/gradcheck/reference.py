"""A function of low precision whose values are taken in double precision: its derivatives are known to many digits."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nnmath.gradcheck.arrays import Array
from nnmath.gradcheck.backward_precision import BackwardPrecision
from nnmath.gradcheck.function_under_test import Backward, FunctionUnderTest
from nnmath.gradcheck.precision import computes_in
from nnmath.gradcheck.several_outputs import joined
from nnmath.gradcheck.wider_precision import in_float_type

#: Values in two precisions are those of one function where they agree to this share of the digits.
AGREEING = 0.5


def with_reference(function: FunctionUnderTest, reference: Callable[..., Any] | None = None) -> FunctionUnderTest:
    """Take the values of a function in double precision, and its gradients in its own.

    Differences of values in single precision have error bars of 1e-3; in double precision they show a mistake of 1e-6,
    and what the backward pass may be off by is the rounding of its own precision.

    Parameters
    ----------
    function : FunctionUnderTest
    reference : callable, optional
        ``reference(*inputs)`` returns the value for inputs of double precision. By default the function itself is run
        with them.

    Returns
    -------
    FunctionUnderTest
        The function as it was where it is of double precision, or where there is no reference: it does not compute in
        double precision, or its values are others by more than half of its digits, or have no more
        digits than before.

    Raises
    ------
    ValueError
        The reference that is given is one of another function.
    Exception
        Whatever it raises.
    """
    if function.epsilon <= np.finfo(np.float64).eps:
        return function
    backward_precision = BackwardPrecision()
    dtypes = {k: function.inputs[k].dtype for k, x in enumerate(function.inputs) if _is_float(x)}

    def value_of(given: Any) -> Array:
        if reference is None:
            return function.call(given)[0]
        found = reference(*given)
        if isinstance(found, tuple) and len(found) == 2 and callable(found[1]):
            found = found[0]  # it has a backward pass of its own
        return joined([np.asarray(a) for a in found]) if isinstance(found, tuple) else np.asarray(found)

    def forward(*given: Any) -> tuple[Array, Backward]:
        def backward(upstream: Array) -> tuple[Any, ...]:
            own = [x.astype(dtypes[k]) if k in dtypes else x for k, x in enumerate(given)]
            _, backward_pass = function.call(given if backward_precision.is_double else own)
            unit = upstream.astype(np.float64 if backward_precision.is_double else function.value_dtype)
            found = function.gradients_of(backward_pass, unit)
            scale = 1.0 if function.takes_upstream else float(unit.sum())
            return tuple(None if g is None else np.asarray(g, dtype=np.float64) * scale for g in found)

        return value_of(given), backward

    inputs = in_float_type(function.inputs, np.float64)
    try:
        value = value_of(inputs)
    except Exception:  # the function may raise anything for numbers of a type that it does not know
        if reference is not None:
            raise
        return function
    difference = _difference(value, function)
    if difference and reference is not None:
        raise ValueError(f"reference: {difference}")
    if difference:
        return function  # it computes something else, with constants of its precision
    result = function.copied()
    result.forward, result.backward, result.takes_upstream = forward, None, True
    result.inputs, result.value, result.value_dtype = inputs, value, np.dtype(np.float64)
    result.gradient_epsilon, result.epsilon = function.gradient_epsilon, float(np.finfo(np.float64).eps)
    result.writes_to_inputs, result.format_epsilon = False, 0.0
    result.backward_precision = backward_precision if reference is None else None
    if reference is None and computes_in(result, function.epsilon, np.random.default_rng(0)):
        return function  # it casts its inputs
    return result


def _difference(value: Array, function: FunctionUnderTest) -> str:
    """What makes values those of another function, in words; "" where they are those of this one."""
    if value.dtype != np.float64:
        return f"expected values of double precision, got {value.dtype}"
    if value.shape != function.value.shape:
        return f"expected the shape of the function's value, {function.value.shape}, got {value.shape}"
    size = np.max(np.abs(function.value), initial=0.0)
    apart, most = np.abs(value - function.value), function.epsilon**AGREEING * size
    if (apart <= most).all():
        return ""
    where = tuple(int(i) for i in np.unravel_index(np.argmax(np.nan_to_num(apart, nan=np.inf)), apart.shape))
    values = f"its value at {where} is {value[where]:.6g}, the function's {function.value[where]:.6g}"
    return f"{values}; expected no more than {most:.2g} between them. Is the forward pass right?"


def _is_float(x: Any) -> bool:
    return isinstance(x, np.ndarray) and x.dtype.kind == "f"
