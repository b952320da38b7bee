"""Verification: finite differences with error bars, verdicts and causes. Knows no primitive, works on anybody's."""

from nnmath.gradcheck.gradients import assert_gradients, check_gradients
from nnmath.gradcheck.report import Finding, NotJudged, Report

__all__ = ["Finding", "NotJudged", "Report", "assert_gradients", "check_gradients"]
