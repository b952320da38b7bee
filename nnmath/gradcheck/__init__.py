"""Verification: finite differences with error bars, verdicts and causes. Knows no primitive, works on anybody's."""

from typing import TYPE_CHECKING, Any

from nnmath.gradcheck.gradients import assert_gradients, check_gradients
from nnmath.gradcheck.report import Finding, NotJudged, Report

if TYPE_CHECKING:
    from nnmath.gradcheck.function import Check, CouldNotCheckError, assert_function, check_function

__all__ = [
    "Check",
    "CouldNotCheckError",
    "Finding",
    "NotJudged",
    "Report",
    "assert_function",
    "assert_gradients",
    "check_function",
    "check_gradients",
]


def __getattr__(name: str) -> Any:
    # hypothesis is imported when inputs are drawn, not when given ones are checked
    if name in ("Check", "CouldNotCheckError", "assert_function", "check_function"):
        from nnmath.gradcheck import function

        return getattr(function, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
