"""Outputs that are infinite or NaN around the point as well, as where a mask is -inf: the others are judged."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nnmath.gradcheck.arguments import copies
from nnmath.gradcheck.arrays import Array, Booleans, Floats, Indices
from nnmath.gradcheck.fewer_outputs import wrapping
from nnmath.gradcheck.function_under_test import Backward, FunctionUnderTest
from nnmath.gradcheck.precision import DISTANCE, REPEATS
from nnmath.gradcheck.report import Finding, NotJudged

#: So many of them are asked for their gradient.
MOST_ASKED = 8
#: So many entries without a gradient are changed, to see on which outputs they act.
MOST_CHANGED = 64
#: What is put in their place where no entry of the input has a gradient: most functions have values there.
INSIDE = 0.1, 0.9
NAN_IN_BOTH = "the value is NaN there, and so is the gradient"


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


def nan_in_both(function: FunctionUnderTest, left_out: Booleans, upstream: Floats) -> dict[int, Indices]:
    """The entries of each input whose gradient is no number because the value is none: the two agree.

    Each of them must act on an output that is NaN: seen where all of them are replaced by other numbers, and the value
    is finite.

    Parameters
    ----------
    left_out : bool array
        Which outputs need not be finite.
    upstream : float64 array, shape of the value
    """
    if not np.isnan(function.value[left_out]).any():
        return {}
    gradients = function.gradients_or_none(function.inputs, upstream[np.newaxis]) or {}
    found = {
        k: np.flatnonzero(~np.isfinite(rows[0]))
        for k, rows in gradients.items()
        if rows.shape[1] == function.inputs[k].size
    }
    return {k: _acting_on_nan(function, k, found) for k, entries in found.items() if entries.size}


def _acting_on_nan(function: FunctionUnderTest, k: int, entries: Mapping[int, Indices]) -> Indices:
    """Those of these entries of an input that act on an output that is NaN; all, if all of a sample do."""
    rng = np.random.default_rng(0)
    replaced = copies(function.inputs)
    for i, without in entries.items():
        x = replaced[i].reshape(-1)
        others = np.delete(x, without)
        x[without] = rng.choice(others, without.size) if others.size else rng.uniform(*INSIDE, without.size)
        replaced[i] = x.reshape(replaced[i].shape)
    value = function.value_at(replaced)
    if value is None:
        return entries[k][:0]
    explained = np.isnan(function.value) & np.isfinite(value)
    sample, acting = rng.permutation(entries[k])[:MOST_CHANGED], []
    for entry in sample:
        changed = copies(replaced)
        x = changed[k].reshape(-1)
        x[entry] += DISTANCE * (x[entry] or 1)
        there = function.value_at(changed)
        if there is not None and (there != value)[explained].any():
            acting.append(entry)
    return entries[k] if len(acting) == len(sample) else np.sort(np.array(acting, dtype=np.intp))


def of_the_others(function: FunctionUnderTest, left_out: Booleans, fixed: Mapping[int, Indices]) -> FunctionUnderTest:
    """The function of all other outputs, flattened, if any are left out.

    Parameters
    ----------
    fixed : mapping of int to int array
        Entries of the inputs that have no gradient: they keep their values.
    """
    if not left_out.any():
        return function
    kept = np.flatnonzero(~left_out)
    shape = function.value.shape

    def forward(*inputs: Any) -> tuple[Array, Backward]:
        value, backward_pass = function.call(_with_entries(inputs, fixed, function.inputs))

        def backward(upstream: Array) -> tuple[Any, ...]:
            whole = np.zeros(left_out.size, dtype=function.value_dtype)
            whole[kept] = upstream
            gradients = function.gradients_of(backward_pass, whole.reshape(shape))
            zeros = {function.wrt.index(k): entries for k, entries in fixed.items()}
            return tuple(_with_entries(gradients, zeros, [0.0] * len(gradients)))

        return value.reshape(-1)[kept], backward

    return wrapping(FunctionUnderTest(forward, function.inputs, None, function.wrt), function)


def not_judged(function: FunctionUnderTest, fixed: Mapping[int, Indices]) -> list[NotJudged]:
    """The entries without a gradient, and why they are not judged."""
    return [
        NotJudged(k, tuple(int(i) for i in np.unravel_index(entry, function.inputs[k].shape)), NAN_IN_BOTH)
        for k, entries in fixed.items()
        for entry in entries
    ]


def _with_entries(arrays: Sequence[Any], places: Mapping[int, Indices], of: Sequence[Any]) -> list[Any]:
    """Arrays with the entries at some places taken from others, or from numbers."""
    result = list(arrays)
    for k, entries in places.items():
        if result[k] is not None:
            result[k] = np.array(result[k])
            np.put(result[k], entries, np.broadcast_to(of[k], result[k].shape).reshape(-1)[entries])
    return result
