"""What a function keeps from its first call: that call is made at other inputs than those under test."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nnmath.gradcheck.arguments import as_inputs
from nnmath.gradcheck.arrays import Array, Floats
from nnmath.gradcheck.function_under_test import Backward, FunctionUnderTest
from nnmath.gradcheck.report import Finding

#: The inputs of the first call, in units of those under test.
SHARE = 0.75
#: A difference quotient there, with a step of so much of the inputs, agrees with the gradient to this relative error.
STEP, AGREEING = 2.0**-10, 1e-2
MESSAGE = (
    "The gradient is that of the first call, which had other inputs: is something that depends on them kept in a "
    "dictionary, an attribute or a global variable?"
)


def call_elsewhere(function: Callable[..., Any], inputs: Sequence[Any], backward: Backward | None) -> None:
    """Call both passes at other inputs first, if they can be: what they keep for good is wrong at the inputs then."""
    try:
        FunctionUnderTest(function, elsewhere(as_inputs(inputs)), backward, None)
    except Exception:  # outside of the domain, or in the same way as at the inputs
        return


def elsewhere(inputs: Sequence[Any], share: float = SHARE) -> list[Any]:
    """The inputs of the first call: floating-point arrays are multiplied with one number."""
    return [shrunk(x, share) if isinstance(x, np.ndarray) and x.dtype.kind == "f" else x for x in inputs]


def shrunk(x: Array, share: float = SHARE) -> Array:
    """Return an array multiplied with a number; one without axes stays an array."""
    return np.asarray(x * share, x.dtype)


def named_if_kept(function: FunctionUnderTest, finding: Finding) -> Finding:
    """The finding with the cause `stateful` in place of none, where the gradient is right at the first call alone."""
    if finding.cause != "unknown":
        return finding
    ones = np.ones((1, *function.value.shape))
    here = function.gradients_or_none(function.inputs, ones)
    there = function.gradients_or_none(elsewhere(function.inputs), ones)
    k = finding.input
    if here is None or there is None or k not in here or k not in there:
        return finding
    if not here[k].any() or not np.array_equal(here[k], there[k]):
        return finding
    right = [_is_right(function, elsewhere(function.inputs, share), k, here[k]) for share in (SHARE**2, SHARE, 1.0)]
    return (
        replace(finding, cause="stateful", message=MESSAGE, factor=None) if right == [False, True, False] else finding
    )


def _is_right(function: FunctionUnderTest, inputs: list[Any], k: int, gradient: Floats) -> bool:
    """Whether a gradient of the sum of the outputs agrees with a difference quotient along a random direction."""
    x = inputs[k]
    direction = np.random.default_rng(0).standard_normal(x.shape)
    step = STEP * np.max(np.abs(x), initial=0.0)
    changed = [np.asarray(x + sign * step * direction, x.dtype) for sign in (1, -1)]
    plus, minus = (function.value_at([*inputs[:k], one, *inputs[k + 1 :]]) for one in changed)
    if plus is None or minus is None or step == 0:
        return False
    terms = gradient.reshape(-1) * direction.reshape(-1)
    return bool(abs((plus - minus).sum() / (2 * step) - terms.sum()) <= AGREEING * np.abs(terms).sum())
