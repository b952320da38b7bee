"""Outputs that are infinite or NaN around the point as well, as where a mask is -inf: the others are judged."""

from typing import Any

import numpy as np

from nnmath.gradcheck.arrays import Array, Booleans
from nnmath.gradcheck.fewer_outputs import wrapping
from nnmath.gradcheck.function_under_test import Backward, FunctionUnderTest
from nnmath.gradcheck.precision import DISTANCE, REPEATS
from nnmath.gradcheck.report import Finding

#: So many of them are asked for their gradient.
MOST_ASKED = 8


def steadily_infinite(function: FunctionUnderTest) -> Booleans:
    """Which outputs are infinite or NaN, and the same where every entry is changed a little; none if all are."""
    steady = ~np.isfinite(function.value)
    rng = np.random.default_rng(0)
    for _ in range(REPEATS if steady.any() else 0):
        perturbed = list(function.inputs)
        for k in function.wrt:
            x = function.inputs[k]
            change = DISTANCE * np.where(x == 0, 1, x) * rng.uniform(-1, 1, x.shape)
            perturbed[k] = (x + change).astype(x.dtype)
        value = function.value_at(perturbed)
        if value is not None:
            steady &= (value == function.value) | (np.isnan(value) & np.isnan(function.value))
    return np.asarray(steady & (not steady.all()))


def disagreement(function: FunctionUnderTest, left_out: Booleans) -> list[Finding]:
    """Find a gradient of such an output that is a number other than 0: a constant has none."""
    places = np.argwhere(left_out)[:MOST_ASKED]
    for place in places:
        upstream = np.zeros((1, *function.value.shape))
        upstream[(0, *place)] = 1
        for k, rows in function.gradients(function.inputs, upstream).items():
            found = rows[0]
            if np.isfinite(found).all() and found.any():
                entry = int(np.argmax(np.abs(found)))
                where = tuple(int(i) for i in np.unravel_index(entry, function.inputs[k].shape))
                output = f" at {tuple(int(i) for i in place)}" if len(place) else ""
                value = function.value[tuple(place)]
                message = f"The value is {value}{output} and all around, and its gradient is a number other than 0."
                return [Finding(k, "nonfinite", message, where=where, analytic=float(found[entry]))]
    return []


def of_the_others(function: FunctionUnderTest, left_out: Booleans) -> FunctionUnderTest:
    """The function of all other outputs, flattened, if any are left out."""
    if not left_out.any():
        return function
    kept = np.flatnonzero(~left_out)
    shape = function.value.shape

    def forward(*inputs: Any) -> tuple[Array, Backward]:
        value, backward_pass = function.call(inputs)

        def backward(upstream: Array) -> tuple[Any, ...]:
            whole = np.zeros(left_out.size, dtype=function.value_dtype)
            whole[kept] = upstream
            return function.gradients_of(backward_pass, whole.reshape(shape))

        return value.reshape(-1)[kept], backward

    return wrapping(FunctionUnderTest(forward, function.inputs, None, function.wrt), function)
