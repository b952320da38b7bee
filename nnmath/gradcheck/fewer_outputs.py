"""The function under test with fewer outputs: weighted sums of them, sums of groups, or a grid of them."""

from typing import Any

import numpy as np

from nnmath.gradcheck.arrays import Array, Floats, Indices
from nnmath.gradcheck.function_under_test import Backward, FunctionUnderTest


def projected(function: FunctionUnderTest, weights: Floats) -> FunctionUnderTest:
    """The function followed by weighted sums of its outputs, one for each row: a smaller value, the same inputs."""
    shape, weights = function.value.shape, weights.reshape(len(weights), -1)

    def forward(*inputs: Any) -> tuple[Array, Backward]:
        value, backward_pass = function.call(inputs)

        def backward(upstream: Array) -> tuple[Any, ...]:
            unit = (upstream @ weights).reshape(shape).astype(function.value_dtype)
            found = function.gradients_of(backward_pass, unit)
            return found if function.takes_upstream else _times(found, float(unit.sum()))

        return (weights @ value.reshape(-1)).astype(value.dtype), backward

    return wrapping(FunctionUnderTest(forward, function.inputs, None, function.wrt), function)


def grouped(function: FunctionUnderTest, groups: Indices, weights: Floats, count: int) -> FunctionUnderTest:
    """The function followed by sums of its outputs: of those with the same group, times their weights."""
    shape = function.value.shape

    def forward(*inputs: Any) -> tuple[Array, Backward]:
        value, backward_pass = function.call(inputs)

        def backward(upstream: Array) -> tuple[Any, ...]:
            return function.gradients_of(
                backward_pass, of_all_outputs(upstream, groups, weights, shape, function.value_dtype)
            )

        return np.bincount(groups, weights * value.reshape(-1), count).astype(function.value_dtype), backward

    return wrapping(FunctionUnderTest(forward, function.inputs, None, function.wrt), function)


def of_all_outputs(upstream: Array, groups: Indices, weights: Floats, shape: tuple[int, ...], dtype: Any) -> Array:
    """The upstream gradient of all outputs that an upstream gradient of their groups amounts to."""
    return (upstream[groups] * weights).reshape(shape).astype(dtype)


def sliced(function: FunctionUnderTest, axes: tuple[Indices, ...]) -> FunctionUnderTest:
    """The function with a grid of its outputs alone: these indices along each axis of its value."""
    grid = np.ix_(*axes)

    def forward(*inputs: Any) -> tuple[Array, Backward]:
        value, backward_pass = function.call(inputs)

        def backward(upstream: Array) -> tuple[Any, ...]:
            whole = np.zeros(function.value.shape, dtype=function.value_dtype)
            whole[grid] = upstream
            found = function.gradients_of(backward_pass, whole)
            return found if function.takes_upstream else _times(found, float(upstream.sum()))

        return value[grid], backward

    result = wrapping(FunctionUnderTest(forward, function.inputs, None, function.wrt), function)
    result.kept_outputs, result.full_value_shape = axes, function.full_value_shape
    return result


def _times(gradients: tuple[Any, ...], factor: float) -> tuple[Any, ...]:
    return tuple(None if g is None else g * factor for g in gradients)


def wrapping(result: FunctionUnderTest, function: FunctionUnderTest) -> FunctionUnderTest:
    """The result, for a function that it wraps, which makes the copies and has the names."""
    result.names, result.writes_to_inputs, result.is_stateful = function.names, False, function.is_stateful
    result.epsilon, result.gradient_epsilon = function.epsilon, function.gradient_epsilon
    result.format_epsilon, result.inner_epsilon = function.format_epsilon, function.inner_epsilon
    result.backward_precision, result.none_is_zero = function.backward_precision, function.none_is_zero
    result.none_is_doubtful = function.none_is_doubtful
    return result
