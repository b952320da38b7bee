"""What can be seen of a backward pass without a single derivative: shapes, dtypes, side effects, state."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nnmath.gradcheck.arguments import copies
from nnmath.gradcheck.arrays import Array, Booleans, Indices
from nnmath.gradcheck.first_call import shrunk
from nnmath.gradcheck.function_under_test import Backward, BackwardRaises, FunctionUnderTest
from nnmath.gradcheck.left_out import disagreement
from nnmath.gradcheck.report import Finding

#: All entries are changed by up to this much of themselves, a 0 by that of a 1, so often.
CHANGE, DRAWS = 2.0**-6, 3
#: What NumPy, PyTorch and JAX raise where shapes do not fit, and what their messages then say.
SHAPE_ERRORS = ValueError, IndexError, RuntimeError, TypeError, AssertionError
SHAPES = re.compile(r"shape|broadcast|dimension|\baxes\b|\baxis \d|\bsize \d|\bsizes? of", re.IGNORECASE)
#: Of a backward pass that does not raise where the forward pass does.
RETURNS = "the backward pass raises nothing there: value and gradient should raise together"


def check_contract(
    function: FunctionUnderTest, upstream: Array, left_out: Booleans, without_gradient: Mapping[int, Indices]
) -> tuple[list[Finding], bool]:
    """Call the forward and the backward pass a few times and compare what must be equal.

    Parameters
    ----------
    upstream : array
        Zero for the outputs that are left out.
    left_out : bool array
        Which outputs need not be finite.
    without_gradient : mapping of int to int array
        Entries of the inputs whose gradients need not be finite.

    Returns
    -------
    findings : list of Finding
        One at most for each input.
    usable : bool
        Whether there are gradients that can be compared with numerical ones.
    """
    inputs = copies(function.inputs)
    value, backward_pass = function.call_without_copies(inputs)
    value = np.array(value)
    findings = _mutated(function, inputs, "forward")
    given = np.array(upstream, dtype=function.value_dtype)
    try:
        first = _copied_gradients(function, backward_pass, given)
        if len(first) != len(function.wrt):
            message = f"The backward pass returns {len(first)} gradients for {len(function.wrt)} inputs."
            return [*findings, Finding(function.wrt[0], "shape", message)], False
        findings = findings or _mutated(function, inputs, "backward")
        if not np.array_equal(given, np.array(upstream, dtype=function.value_dtype), equal_nan=True):
            message = "The backward pass writes to its upstream gradient. Work on a copy."
            findings.append(Finding(function.wrt[0], "mutates", message))
        function.writes_to_inputs = bool(findings)
        stateful = [] if findings else _stateful(function, value, backward_pass, first, upstream)
        function.is_stateful = bool(findings or stateful)
        findings += stateful
        for k, gradient in zip(function.wrt, first):
            if gradient is not None and k not in {finding.input for finding in findings}:
                findings += _form(function, k, gradient, without_gradient.get(k, ()))
    except BackwardRaises as error:
        return [*findings, raised(function, error)], False
    nothing = all(gradient is None for gradient in first)
    if nothing and _is_constant(function):
        function.none_is_zero = frozenset(function.wrt)
    elif nothing:
        message = "The backward pass returns None: is its return statement missing?"
        return [Finding(function.wrt[0], "missing", message)], False
    if not function.takes_upstream and value.size != 1:
        message = f"The backward pass takes no upstream gradient, which it needs for a value of shape {value.shape}."
        return [Finding(function.wrt[0], "upstream", message)], False
    infinite = ~np.isfinite(value) & ~left_out
    if infinite.any():
        where = tuple(int(i) for i in np.argwhere(infinite)[0])
        place = f" at {where}" if where else ""
        message = f"The value itself is {value[where]}{place}: there is nothing to differentiate."
        return [Finding(function.wrt[0], "nonfinite", message)], False
    findings = findings or disagreement(function, left_out)
    return findings, not any("forward pass returns another" in finding.message for finding in findings)


def _is_constant(function: FunctionUnderTest) -> bool:
    """Whether the value stays the same where all inputs are changed a little: then None stands for zeros."""
    rng = np.random.default_rng(0)
    for _ in range(DRAWS):
        inputs = list(function.inputs)
        for k in function.wrt:
            x = inputs[k]
            inputs[k] = (x + CHANGE * np.where(x == 0, 1, x) * rng.uniform(-1, 1, x.shape)).astype(x.dtype)
        value = function.value_at(inputs)
        if value is None or not np.array_equal(value, function.value, equal_nan=True):
            return False
    return True


def raised(function: FunctionUnderTest, error: BackwardRaises) -> Finding:
    """The finding on a backward pass that raises an exception: about shapes, or about anything else."""
    shape = isinstance(error.__cause__, SHAPE_ERRORS) and bool(SHAPES.search(str(error.__cause__)))
    hint = " Do the shapes fit each other?" if shape else ""
    said = str(error).rstrip(".")
    return Finding(function.wrt[0], "shape" if shape else "raises", f"The backward pass raises {said}.{hint}")


def note_where_gradient_is_returned(error: Exception, backward: Backward | None, inputs: Sequence[Any]) -> None:
    """Add a note to what a forward pass raised, where the backward pass returns a gradient at the same inputs."""
    if backward is None:
        return
    try:
        backward(np.ones(()), *copies(inputs))  # the value, and so its shape, is not known
    except Exception:  # as it should
        return
    error.add_note(RETURNS)


def _copied_gradients(function: FunctionUnderTest, backward_pass: Backward, upstream: Array) -> list[Any]:
    """Copies of the gradients: the backward pass may change the arrays that it returned later."""
    found = function.gradients_of(backward_pass, upstream)
    return [None if g is None else np.array(g) for g in found]


def _mutated(function: FunctionUnderTest, inputs: list[Any], which: str) -> list[Finding]:
    findings = []
    for k, (before, after) in enumerate(zip(function.inputs, inputs)):
        if isinstance(before, np.ndarray) and not np.array_equal(before, after, equal_nan=before.dtype.kind in "fc"):
            where = tuple(int(i) for i in np.argwhere(before != after)[0]) if before.shape == after.shape else ()
            change = f"the entry at {where} was {before[where]} and is now {after[where]}" if where else "it changes"
            message = f"The {which} pass writes to its input {function.names[k]}: {change}. Work on a copy."
            findings.append(Finding(k, "mutates", message, where=where or None))
    return findings


def _stateful(
    function: FunctionUnderTest, value: Array, backward_pass: Backward, first: list[Any], upstream: Array
) -> list[Finding]:
    """Findings where a second call gives another result."""
    again = _copied_gradients(function, backward_pass, upstream.astype(function.value_dtype))
    changed = _differing(function, first, again)
    if changed:
        message = "A second call of the backward pass, with the same upstream gradient, returns something else."
        return [Finding(k, "stateful", message) for k in changed]
    second_value, second_pass = function.call_without_copies(copies(function.inputs))
    if not _same(value, second_value):
        message = "The forward pass returns another value when it is called again with the same inputs: is it random?"
        return [Finding(function.wrt[0], "stateful", message)]
    changed = _differing(
        function, first, _copied_gradients(function, second_pass, upstream.astype(function.value_dtype))
    )
    if changed:
        message = "The gradient changes when the forward and the backward pass are called again with the same inputs."
        return [Finding(k, "stateful", message) for k in changed]
    if function.backward is not None:
        return []  # a layer that keeps what its own forward pass saw last is called in order, and may
    try:
        perturbed = copies(function.inputs)
        for k in function.wrt:
            perturbed[k] = shrunk(perturbed[k])
        function.call_without_copies(perturbed)
    except Exception:  # outside of the domain: then there is nothing to be learned here
        return []
    changed = _differing(
        function, first, _copied_gradients(function, backward_pass, upstream.astype(function.value_dtype))
    )
    message = "The backward pass of one forward pass returns something else once another forward pass has run."
    return [Finding(k, "stateful", message) for k in changed]


def _differing(function: FunctionUnderTest, one: Sequence[Any], other: Sequence[Any]) -> list[int]:
    return [k for k, a, b in zip(function.wrt, one, other) if (a is None) != (b is None) or not _same(a, b)]


def _same(a: Any, b: Any) -> bool:
    """Equal to rounding: matrix products need not be the same to the last digit from call to call."""
    if a is None or a.shape != b.shape:
        return a is b
    if a.dtype.kind not in "fc":
        return bool(np.all(a == b))
    unit = 16 * np.finfo(a.dtype).eps * np.max(np.abs(a), initial=0.0, where=np.isfinite(a))
    return bool(np.all((a == b) | (np.abs(a - b) <= unit) | (np.isnan(a) & np.isnan(b))))


def _form(function: FunctionUnderTest, k: int, gradient: Array, infinite: Sequence[int] | Indices) -> list[Finding]:
    """Findings on the shape, the dtype and the finiteness of a gradient, which may lack some of its entries."""
    x = function.inputs[k]
    if gradient.dtype.kind == "b":
        message = "The gradient is a mask of True and False: multiply it with the upstream gradient (the chain rule)."
        return [Finding(k, "upstream", message)]
    if gradient.dtype.kind != "f" or gradient.dtype.itemsize < x.dtype.itemsize:
        lost = "digits are lost" if gradient.dtype.kind == "f" else "it must be real floating point, too"
        return [Finding(k, "dtype", f"The gradient is {gradient.dtype}, its input {x.dtype}: {lost}.")]
    if gradient.shape != x.shape:
        return [Finding(k, "shape", _shapes(gradient.shape, x.shape, function.value.shape))]
    bad = np.setdiff1d(np.flatnonzero(~np.isfinite(gradient)), infinite)
    if bad.size:
        where = tuple(int(i) for i in np.unravel_index(bad[0], gradient.shape))
        found = float(gradient[where])
        message = f"The gradient is {found} at {where}: an overflow, a division by zero, or zero times infinity?"
        return [Finding(k, "nonfinite", message, where=where, analytic=found)]
    return []


def _shapes(found: tuple[int, ...], wanted: tuple[int, ...], value: tuple[int, ...]) -> str:
    message = f"The gradient has shape {found}, its input {wanted}; they must be the same."
    if found == wanted[::-1]:
        return message + " Is it transposed?"
    if len(found) > len(wanted) and found == value:
        return message + " Is a sum over the batch missing, for an input that was broadcast?"
    if tuple(n for n in found if n > 1) == tuple(n for n in wanted if n > 1):
        return message + " Only axes of length 1 differ: keepdims, or a reshape?"
    if len(found) < len(wanted):
        return message + " Is it summed up over too much?"
    return message
