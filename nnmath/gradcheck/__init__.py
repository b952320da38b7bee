"""Is this backward pass the derivative of its forward pass? For anybody's function of NumPy arrays.

`check_gradients` compares a backward pass with finite differences that have error bars, and names what is wrong with
it; `assert_gradients` is the same as one line in a test. No primitive of nnmath is known here, and nothing is
differentiated by any other means than values.
"""

from nnmath.gradcheck.gradients import assert_gradients, check_gradients
from nnmath.gradcheck.report import Finding, GradientReport, NotJudged

__all__ = ["Finding", "GradientReport", "NotJudged", "assert_gradients", "check_gradients"]
