"""Is this backward pass the derivative of its forward pass? For anybody's function of NumPy arrays.

`check_gradients` compares a backward pass with finite differences that have error bars, and names what is wrong with
it; `assert_gradients` is the same as one line in a test. `check_function` and `assert_function` do so at many inputs,
which they draw. No primitive of nnmath is known here.
"""

from typing import TYPE_CHECKING, Any

from nnmath.gradcheck.gradients import assert_gradients, check_gradients
from nnmath.gradcheck.refusals import CouldNotCheckError
from nnmath.gradcheck.report import Finding, GradientReport, NotJudged

if TYPE_CHECKING:
    from nnmath.gradcheck.function import Check, assert_function, check_function

__all__ = [
    "Check",
    "CouldNotCheckError",
    "Finding",
    "GradientReport",
    "NotJudged",
    "assert_function",
    "assert_gradients",
    "check_function",
    "check_gradients",
]


def __getattr__(name: str) -> Any:
    """Import what draws inputs when it is first used: Hypothesis takes a while to import."""
    if name in ("Check", "assert_function", "check_function"):
        from nnmath.gradcheck import function

        return getattr(function, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
